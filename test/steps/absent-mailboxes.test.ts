import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import type { Report } from '../../src/model/report.ts';
import { loadPaths } from '../../src/steps/load-paths.ts';
import { manifest } from '../../src/steps/manifest.ts';
import type { MailboxSelection } from '../../src/steps/list-mailboxes.ts';
import { nodeOs } from '../../src/system/node-os.ts';
import { runAudit } from '../support/audit-run.ts';
import { writeMailbox } from '../support/plain-mailbox.ts';
import { pausing } from '../support/scan-run.ts';
import { test } from '../support/spool.ts';

/** Two users' mailboxes below `spool`. */
function two(dir: string, spool = 'spool'): string {
  for (const name of ['alice', 'bob'])
    writeMailbox(join(dir, spool, 'user', name), [{ uid: 1, text: name }]);
  return join(dir, spool);
}

/** Details of what a manifest could not look at, and whether it is whole. */
async function manifestOf(
  paths: readonly string[],
  selection: MailboxSelection = {},
): Promise<{ readonly details: string[]; readonly complete: boolean }> {
  const os = pausing(nodeOs({ jobs: 1 }), () => undefined);
  const { spools, directories } = loadPaths(os.files, {
    partitions: paths,
    configFiles: [],
    archive: [],
    meta: [],
    cwd: '/',
    defaultConfig: '/nonexistent/imapd.conf',
  });
  const quiet = { listing() {}, reading() {} };
  const chosen = { ...selection, ...(directories === undefined ? {} : { directories }) };
  const details: string[] = [];
  const lines = manifest(os, spools, chosen, quiet);
  for (;;) {
    const next = await lines.next();
    if (next.done === true) return { details, complete: next.value.complete };
    if (next.value.kind === 'trouble') details.push(next.value.trouble.detail);
  }
}

const detailsOf = ({ findings }: Report): string[] =>
  findings.map(({ code, detail }) => `${code}: ${detail}`);

describe('a name that no mailbox has', () => {
  test.for([
    [{ users: ['alcie'] }, '--user alcie'],
    [{ mailboxes: ['user.alice.Sent'] }, '--mailbox user.alice.Sent'],
    [{ users: ['alice', 'carol@example.org'] }, '--user carol@example.org'],
  ] as const)(
    '%j is told, and nothing passes for healthy by it',
    async ([selection, words], { dir }) => {
      const report = await runAudit(undefined, { paths: [two(dir)], selection });
      expect(report.complete).toBe(false);
      expect(
        report.notes.filter((note) => note.startsWith(`${words} matches no mailbox`)),
      ).toHaveLength(1);
      expect(detailsOf(report)).toEqual([expect.stringContaining(`no-mailbox: ${words} matches`)]);
      const { details, complete } = await manifestOf([two(dir)], selection);
      expect(details).toEqual([expect.stringContaining(`${words} matches no mailbox`)]);
      expect(complete).toBe(false);
    },
  );

  test('beside none is no gap', async ({ dir }) => {
    const selection = { users: ['alice'], mailboxes: ['user/bob'] };
    const report = await runAudit(undefined, { paths: [two(dir)], selection });
    expect([report.complete, detailsOf(report)]).toEqual([true, []]);
    expect(await manifestOf([two(dir)], selection)).toEqual({ details: [], complete: true });
  });
});

describe('a place without a mailbox', () => {
  test('alone is no answer', async ({ dir }) => {
    mkdirSync(join(dir, 'spool/user'), { recursive: true });
    const report = await runAudit(undefined, { paths: [join(dir, 'spool')] });
    expect(report.complete).toBe(false);
    expect(detailsOf(report)).toEqual([expect.stringContaining('no-mailbox: no mailbox is in it')]);
    const { details, complete } = await manifestOf([join(dir, 'spool')]);
    expect([details, complete]).toEqual([[expect.stringContaining('no mailbox is in it')], false]);
  });

  test('beside one with mailboxes may be new, and is noted', async ({ dir }) => {
    mkdirSync(join(dir, 'fresh/stage.'), { recursive: true });
    const paths = [join(dir, 'fresh'), two(dir)];
    const report = await runAudit(undefined, { paths });
    expect([report.complete, report.findings]).toEqual([true, []]);
    expect(report.notes.join(' ')).toContain('fresh has no mailbox in it');
    expect(await manifestOf(paths)).toEqual({ details: [], complete: true });
  });
});

describe('a directory of messages without an index', () => {
  const headless = (dir: string): string => {
    const spool = two(dir);
    rmSync(join(spool, 'user/bob/cyrus.index'));
    return spool;
  };

  test('is told, since nothing is known of the mailbox', async ({ dir }) => {
    const spool = headless(dir);
    const report = await runAudit(undefined, { paths: [spool] });
    expect(report.findings).toMatchObject([{ code: 'unreadable', path: join(spool, 'user/bob') }]);
    expect(report.findings[0]?.detail).toContain('--meta');
    expect(report.complete).toBe(false);
    expect((await manifestOf([spool])).complete).toBe(false);
  });

  test('of another user is none of a selection', async ({ dir }) => {
    const report = await runAudit(undefined, {
      paths: [headless(dir)],
      selection: { users: ['alice'] },
    });
    expect([report.complete, report.findings]).toEqual([true, []]);
  });

  test('is told though its messages are gone too', async ({ dir }) => {
    const spool = headless(dir);
    rmSync(join(spool, 'user/bob/1.'));
    writeFileSync(join(spool, 'user/bob/cyrus.header'), 'x');
    const { findings } = await runAudit(undefined, { paths: [spool] });
    expect(findings.map(({ path }) => path)).toEqual([join(spool, 'user/bob')]);
  });

  test('is none where a rewrite was cut off beside the index or an archive holds the rest', async ({
    dir,
  }) => {
    const spool = two(dir);
    mkdirSync(join(spool, 'user/carol'));
    writeFileSync(join(spool, 'user/carol/cyrus.index.NEW'), 'x');
    mkdirSync(join(dir, 'archive/user/alice'), { recursive: true });
    renameSync(join(spool, 'user/alice/1.'), join(dir, 'archive/user/alice/1.'));
    const config = join(dir, 'imapd.conf');
    writeFileSync(
      config,
      `configdirectory: ${dir}\npartition-default: ${spool}\narchivepartition-default: ${dir}/archive\n`,
    );
    const { findings } = await runAudit(config);
    expect(findings.filter(({ code }) => code === 'unreadable')).toEqual([]);
  });

  test('a thousand times is told twenty times and counted', async ({ dir }) => {
    for (let user = 0; user < 100; user++) {
      mkdirSync(join(dir, `spool/user/u${user}`), { recursive: true });
      writeFileSync(join(dir, `spool/user/u${user}/1.`), 'x');
    }
    const { findings } = await runAudit(undefined, { paths: [join(dir, 'spool')] });
    const told = findings.filter(({ code }) => code === 'unreadable');
    expect(told).toHaveLength(21);
    expect(told.map(({ detail }) => detail).join(' ')).toContain('80 more directories');
  });
});

describe('an index that is no regular file', () => {
  test.for([
    [
      'symlink',
      (path: string) => {
        symlinkSync('/dev/zero', path);
      },
    ],
    ['fifo', (path: string) => execFileSync('mkfifo', [path])],
    [
      'directory',
      (path: string) => {
        mkdirSync(path);
      },
    ],
  ] as const)('but a %s is told and not opened', async ([kind, make], { dir }) => {
    const spool = two(dir);
    const index = join(spool, 'user/bob/cyrus.index');
    rmSync(index);
    make(index);
    const report = await runAudit(undefined, { paths: [spool] });
    expect(report.findings).toEqual([
      { code: 'unreadable', path: index, detail: `is a ${kind}, which is not opened` },
    ]);
    expect(report.complete).toBe(false);
    const { details, complete } = await manifestOf([spool]);
    expect([details, complete]).toEqual([[`is a ${kind}, which is not opened`], false]);
  });
});

describe('a symbolic link among mailboxes', () => {
  test('that leads out of the spool is not entered, and the answer is not whole', async ({
    dir,
  }) => {
    const spool = two(dir);
    two(dir, 'elsewhere');
    symlinkSync(join(dir, 'elsewhere/user/alice'), join(spool, 'user/carol'));
    const report = await runAudit(undefined, { paths: [spool] });
    expect(report.coverage.notEntered).toEqual([
      { path: join(spool, 'user/carol'), reason: 'symbolic link' },
    ]);
    expect(report.complete).toBe(false);
    expect((await manifestOf([spool])).details).toEqual(['not entered: symbolic link']);
  });

  test('that leads to a file, to nothing or to a mailbox of the spool hides nothing', async ({
    dir,
  }) => {
    const spool = two(dir);
    writeFileSync(join(dir, 'file'), 'x');
    for (const [target, leaf] of [
      [join(dir, 'file'), 'a'],
      ['nowhere', 'b'],
      [join(spool, 'user/bob'), 'c'],
    ] as const)
      symlinkSync(target, join(spool, 'user', leaf));
    const report = await runAudit(undefined, { paths: [spool] });
    expect([report.complete, report.coverage.notEntered]).toEqual([true, []]);
  });
});
