import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { describe, expect } from 'vitest';
import { bytePath, utf8Of } from '../../src/model/byte-path.ts';
import type { Report } from '../../src/model/report.ts';
import { linkPath } from '../../src/model/link.ts';
import { nextSteps } from '../../src/report/next-steps.ts';
import {
  composeIncidentSpool,
  composeTruncationSpool,
  type ComposedSpool,
} from '../support/composed-spool.ts';
import { composeMessage } from '../support/composed-message.ts';
import { runScan } from '../support/scan-run.ts';
import { SpoolComposer } from '../support/spool-composer.ts';
import { test } from '../support/spool.ts';

/** Every message that shares an inode with a stage file, by path. */
function messages(report: Report): Map<string, string | undefined> {
  const links = report.stageFiles.flatMap((row) => row.account.links);
  return new Map(
    links
      .filter((link) => link.messageUid !== undefined)
      .map((link) => [utf8Of(linkPath(link)) ?? '', link.status]),
  );
}

const staged = (spool: ComposedSpool): string[] =>
  spool.planted.filter((one) => one.stage !== undefined).map((one) => one.path);

describe.each([
  ['2.3 without hashes', composeIncidentSpool],
  ['2.4', composeTruncationSpool],
])('a scan of a spool of %s', (_era, compose) => {
  test('tells every damaged message that still shares an inode with a stage file', async ({
    dir,
  }) => {
    const spool = compose(dir);
    const status = messages(await runScan(spool.config));
    expect(staged(spool).length).toBeGreaterThan(0);
    expect(staged(spool).filter((path) => status.get(path) !== 'damaged')).toEqual([]);
  });

  test('accuses no healthy message', async ({ dir }) => {
    const spool = compose(dir);
    // A file without a record is no message of anybody's yet, but its stage name proves it overwritten all the same.
    const unrecorded = spool.unindexed.map(
      ({ mailbox, messageUid }) => `${spool.spool}/${mailbox.replaceAll('.', '/')}/${messageUid}.`,
    );
    const wrong = new Set([...spool.planted.map((one) => one.path), ...unrecorded]);
    const accused = [...messages(await runScan(spool.config))].filter(
      ([path, status]) => status === 'damaged' && !wrong.has(path),
    );
    expect(accused).toEqual([]);
  });

  test('names whose message the foreign bytes are', async ({ dir }) => {
    const spool = compose(dir);
    const { findings } = await runScan(spool.config);
    const donors = new Map(findings.flatMap((one) => (one.donor ? [[one.path, one.donor]] : [])));
    for (const one of spool.planted) {
      if (one.stage === undefined || one.donor === undefined) continue;
      expect(donors.get(bytePath(one.path))).toEqual(one.donor);
    }
  });

  test('would unlink only what an intact message keeps', async ({ dir }) => {
    const { stageFiles } = await runScan(compose(dir).config);
    const unlinked = stageFiles.filter((row) => row.action === 'unlink');
    expect(unlinked.filter((row) => row.damage !== 'none')).toEqual([]);
    expect(
      unlinked.every((row) =>
        row.account.links.some((link) => link.status === 'intact' && link.isLeaving !== true),
      ),
    ).toBe(true);
  });

  test('says that more is to be looked at than it looked at', async ({ dir }) => {
    const { notes } = await runScan(compose(dir).config);
    expect(notes.join(' ')).toContain('stagesweep audit');
  });
});

describe('what a scan prints to repair damage', () => {
  test("is for the site's own separator and owner, and for the same spool", async ({ dir }) => {
    const spool = composeTruncationSpool(dir);
    writeFileSync(spool.config, `${readFileSync(spool.config, 'utf8')}unixhierarchysep: yes\n`);
    const found = await runScan(spool.config);
    expect(found.site).toEqual({ unixHierarchySep: true, ownerUid: statSync(dir).uid });
    const command = [
      '-C',
      spool.config,
      '--links-in',
      '/mnt',
      '--min-age',
      '2d',
      '--archive',
      '/a',
    ];
    const steps = nextSteps({ ...found, header: { ...found.header, command } });
    const commands = steps.map((step) => step.command?.join(' ') ?? '');
    const same = `-C ${spool.config} --archive /a`;
    expect(commands).toContain(`stagesweep audit ${same}`);
    expect(commands.join('\n')).toMatch(
      new RegExp(`stagesweep audit --mailbox [A-Za-z0-9.]*user.[a-z]+[A-Z0-9.]* ${same}\n`),
    );
    expect(steps.map(({ text }) => text).join(' ')).toMatch(
      /take this mailbox as [A-Z]*\/?user\/[\w/]+ \(unixhierarchysep: yes/,
    );
  });
});

describe('the last name of a message', () => {
  const rent = composeMessage({ from: 'anna', messageId: 'rent', day: 3 });
  /** An upload that no mailbox links, and a record of the same message in a mailbox whose file has these bytes. */
  const withCopy = async (dir: string, bytes: Uint8Array): Promise<Report> => {
    const spool = new SpoolComposer(dir, { version: 17, hashed: false, metapartition: false });
    spool.upload(4711, rent.sha1, rent.bytes);
    spool.overwrite(spool.store('user.bob', rent), bytes);
    return await runScan(spool.finish());
  };

  test('is redundant when a mailbox has the same bytes', async ({ dir }) => {
    const [row] = (await withCopy(dir, rent.bytes)).stageFiles;
    expect(row?.redundantWith).toEqual([{ mailbox: 'user.bob', messageUid: 1 }]);
  });

  test.for([
    ['cut short', rent.bytes.subarray(0, 60)],
    ['other bytes of the same length', Buffer.alloc(rent.bytes.length, 'z')],
  ] as const)('is not redundant when the copy is %s', async ([, bytes], { dir }) => {
    const [row] = (await withCopy(dir, bytes)).stageFiles;
    expect(row?.redundantWith).toEqual([]);
  });
});
