import { linkSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { linkPath } from '../../src/model/link.ts';
import type { Report } from '../../src/model/report.ts';
import { judgeCheck } from '../../src/decide/judge-check.ts';
import { silentAudit } from '../../src/steps/audit-progress.ts';
import { check, type CheckProgress } from '../../src/steps/check.ts';
import { loadSpools } from '../../src/steps/load-config.ts';
import { silent } from '../../src/steps/scan-progress.ts';
import { nodeChanges } from '../../src/system/anchor.ts';
import { nodeOs } from '../../src/system/node-os.ts';
import type { Os } from '../../src/system/os.ts';
import { runAudit } from '../support/audit-run.ts';
import { composeIncidentSpool, composeTruncationSpool } from '../support/composed-spool.ts';
import { composeIndex } from '../support/index-writer.ts';
import { sha1, writeMailbox } from '../support/plain-mailbox.ts';
import { test } from '../support/spool.ts';

const quiet: CheckProgress = {
  scan: () => Promise.resolve(silent),
  audit: () => Promise.resolve(silentAudit),
  survey: () => Promise.resolve({ surveyed() {} }),
};

type Place =
  { readonly config: string; readonly partitions?: readonly string[] } | { readonly spool: string };

interface Run {
  readonly isDeep?: boolean;
  readonly os?: Os;
}

/** 40 hours from now, with no process that may not be inspected: see the demo. */
function later(): Os {
  const real = nodeOs({ jobs: 1, clockAheadNs: 144_000_000_000_000n });
  const openFiles = () => ({ holders: new Map(), uninspectable: [] });
  return { ...real, processes: { ...real.processes, openFiles } };
}

async function checked(place: Place, { isDeep = false, os = later() }: Run = {}): Promise<Report> {
  const spools = loadSpools(os.files, {
    partitions: 'config' in place ? (place.partitions ?? []) : [place.spool],
    configFiles: 'config' in place ? [place.config] : [],
    archive: [],
    meta: [],
    cwd: '/',
    defaultConfig: '/nonexistent',
  });
  return await check(
    os,
    spools,
    {
      isDeep,
      linksIn: [],
      wholeFilesystem: false,
      enterMounts: false,
      minAgeSeconds: 36 * 3600,
      offline: true,
      proc: '/proc',
      defaultConfig: '/nonexistent',
      walker: 'node',
      jobs: 1,
      header: { version: 'test', host: 'test', command: [] },
    },
    { changes: nodeChanges, lockHolder: () => undefined },
    quiet,
  );
}

function status(report: Report): string {
  return judgeCheck({ report, doubts: [] }, { thresholds: {} }).status;
}

/** Messages that share an inode with a stage file and were found damaged. */
function damaged(report: Report): string[] {
  const links = report.stageFiles.flatMap(({ account }) => account.links);
  return [...new Set(links.filter((link) => link.status === 'damaged').map(linkPath))].sort();
}

describe.each([
  ['2.3 without hashes', composeIncidentSpool],
  ['2.4', composeTruncationSpool],
])('a check of a damaged spool of %s', (_era, compose) => {
  test('finds damage by sizes, and accuses nobody whose bytes are right', async ({ dir }) => {
    const spool = compose(dir);
    const report = await checked(spool);
    const planted = new Set(spool.planted.map(({ path }) => path));
    expect(damaged(report).length).toBeGreaterThan(0);
    expect(damaged(report).filter((path) => !planted.has(path))).toEqual([]);
    expect(status(report)).toBe('CRITICAL');
  });

  test('with --deep finds what an audit finds, beside what the scan tells', async ({ dir }) => {
    const spool = compose(dir);
    const report = await checked(spool, { isDeep: true });
    const { messages } = await runAudit(spool.config);
    expect(messages?.damaged).toBeGreaterThan(0);
    expect(report.surveys?.messages).toEqual(messages);
    expect(report.stageFiles.length).toBeGreaterThan(0);
    expect(report.notes.join()).not.toContain('stagesweep audit compares all');
  });

  test('tells nothing twice', async ({ dir }) => {
    const report = await checked(compose(dir), { isDeep: true });
    const told = report.findings.map(({ code, path }) => `${code} ${path}`);
    expect(told.filter((one, at) => told.indexOf(one) !== at)).toEqual([]);
  });
});

/** One message that a leftover shares, and one that has a file of its own. */
function smallSpool(dir: string, onDisk = 'From: a\r\n\r\nhello\r\n'): string {
  const spool = join(dir, 'spool');
  const mailbox = join(spool, 'user/glad');
  const text = 'From: a\r\n\r\nhello\r\n';
  writeMailbox(mailbox, [
    { uid: 1, text, onDisk },
    { uid: 2, text: 'other\r\n' },
  ]);
  mkdirSync(join(spool, 'sync./29594'), { recursive: true });
  linkSync(join(mailbox, '1.'), join(spool, 'sync./29594/65.'));
  return spool;
}

describe('a cheap check', () => {
  /** The real one, which notes whose bytes are asked for. */
  function watched(): { readonly os: Os; readonly read: string[] } {
    const real = later();
    const read: string[] = [];
    const os: Os = {
      ...real,
      digest: {
        async sha1(files, onDigest, signal) {
          const requests = [...files];
          read.push(...requests.map(({ path }) => path));
          await real.digest.sha1(requests, onDigest, signal);
        },
      },
      inspector: {
        async inspect(files, onAnswer) {
          async function* noted(): typeof files {
            for await (const file of files) {
              read.push(file.path);
              yield file;
            }
          }
          await real.inspector.inspect(noted(), onAnswer);
        },
      },
    };
    return { os, read };
  }

  test('reads no message where the sizes are right', async ({ dir }) => {
    const { os, read } = watched();
    const report = await checked({ spool: smallSpool(dir) }, { os });
    expect(read).toEqual([]);
    expect([report.totals.orphans, report.totals.damagedMessages]).toEqual([1, 0]);
  });

  test('reads the one whose size is wrong, and tells it once proved', async ({ dir }) => {
    const { os, read } = watched();
    const report = await checked({ spool: smallSpool(dir, 'From: a\r\n') }, { os });
    expect(new Set(read).size).toBe(1);
    expect(report.totals.damagedMessages).toBe(1);
    const codes = report.findings.map(({ code }) => code);
    expect(codes).toContain('message-guid-mismatch');
  });

  test('calls a message intact whose digest is right though its record has another size', async ({
    dir,
  }) => {
    const spool = smallSpool(dir);
    const index = join(spool, 'user/glad/cyrus.index');
    const guid = sha1('From: a\r\n\r\nhello\r\n');
    writeFileSync(index, composeIndex(13, {}, [{ uid: 1, size: 15, guid }]));
    const report = await checked({ spool });
    expect([report.totals.damagedMessages, status(report)]).toEqual([0, 'WARNING']);
  });

  test('leaves a scan as it was: digests, unless a check asks for less', async ({ dir }) => {
    const report = await checked({ spool: smallSpool(dir) }, { isDeep: true });
    expect(report.stageFiles[0]?.sha1).toMatch(/^[0-9a-f]{40}$/);
  });
});

describe('a check as a whole', () => {
  test('is OK for a spool without leftovers', async ({ dir }) => {
    const spool = join(dir, 'spool');
    writeMailbox(join(spool, 'user/glad'), [{ uid: 1, text: 'From: a\r\n\r\nb\r\n' }]);
    mkdirSync(join(spool, 'stage.'));
    const report = await checked({ spool });
    expect([status(report), report.complete]).toEqual(['OK', true]);
    expect(report.surveys?.mailboxes?.mailboxes).toBe(1);
  });

  test('is UNKNOWN for an empty directory: the spool may not be mounted', async ({ dir }) => {
    mkdirSync(join(dir, 'spool'));
    expect(status(await checked({ spool: join(dir, 'spool') }))).toBe('UNKNOWN');
  });

  test('tells of a partition that is missing, and goes on with the others', async ({ dir }) => {
    const config = join(dir, 'imapd.conf');
    const lines = ['defaultpartition: here', `partition-here: ${smallSpool(dir)}`];
    const others = [`partition-lost: ${join(dir, 'nowhere')}`, `partition-bare: ${join(dir, 'b')}`];
    mkdirSync(join(dir, 'b/stage.'), { recursive: true });
    writeFileSync(config, [...lines, ...others, ''].join('\n'));
    for (const partitions of [[], ['lost', 'here']]) {
      for (const isDeep of [false, true]) {
        const report = await checked({ config, partitions }, { isDeep });
        expect([report.complete, report.totals.orphans]).toEqual([false, 1]);
        const check = judgeCheck({ report, doubts: [] }, { thresholds: {} });
        expect([check.status, check.doubts]).toEqual([
          'UNKNOWN',
          [`${join(dir, 'nowhere')} does not exist: is its filesystem mounted?`],
        ]);
        expect(check.items.filter(({ value }) => value === 0)).toEqual([]);
        const whole = check.items.filter(({ isAtLeast }) => !isAtLeast);
        expect(whole.map(({ name }) => name)).toEqual(['unreadable']);
      }
    }
  });

  test('is UNKNOWN, and incomplete, for an index that cannot be understood', async ({ dir }) => {
    const spool = join(dir, 'spool');
    writeMailbox(join(spool, 'user/glad'), []);
    writeFileSync(join(spool, 'user/glad/cyrus.index'), 'no index');
    const report = await checked({ spool });
    expect([status(report), report.complete]).toEqual(['UNKNOWN', false]);
  });

  test('counts an index once that scan, audit and survey meet', async ({ dir }) => {
    const spool = smallSpool(dir);
    writeFileSync(join(spool, 'user/glad/cyrus.index'), 'no index');
    for (const isDeep of [false, true]) {
      const report = await checked({ spool }, { isDeep });
      const { items } = judgeCheck({ report, doubts: [] }, { thresholds: {} });
      expect(items.find(({ name }) => name === 'corrupt_indexes')?.value).toBe(1);
    }
  });
});
