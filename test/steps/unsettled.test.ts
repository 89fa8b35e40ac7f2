/** What Cyrus is writing while it is read: no wrong alarm of it, and no silence where it stays wrong. */
import { linkSync, mkdirSync, readFileSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { bytePath } from '../../src/model/byte-path.ts';
import type { MailboxSurvey } from '../../src/model/check.ts';
import type { ManifestLine } from '../../src/model/manifest.ts';
import type { Report } from '../../src/model/report.ts';
import { AuditLog } from '../../src/steps/audit-log.ts';
import { manifest } from '../../src/steps/manifest.ts';
import { patienceWith } from '../../src/steps/patience.ts';
import { surveyMailboxes } from '../../src/steps/survey-mailboxes.ts';
import { nodeOs } from '../../src/system/node-os.ts';
import { runAudit } from '../support/audit-run.ts';
import { composeMessage } from '../support/composed-message.ts';
import { MailboxSpool } from '../support/mailbox-spool.ts';
import { composeDlistHeader } from '../support/mailbox-writer.ts';
import { memoryState } from '../support/memory-state.ts';
import { writeMailbox } from '../support/plain-mailbox.ts';
import { pausing, runScan } from '../support/scan-run.ts';
import { SpoolComposer } from '../support/spool-composer.ts';
import { test } from '../support/spool.ts';

const codesOf = ({ findings }: Report): string[] => findings.map(({ code }) => code);

interface Made {
  readonly config: string;
  /** A mailbox that Cyrus has just begun to make: its index is there, and empty. */
  readonly index: string;
  readonly finish: () => void;
}

/** Two mailboxes, one of them half made. */
function halfMade(dir: string): Made {
  const spool = new SpoolComposer(dir, { version: 17, hashed: false, metapartition: false });
  for (const user of ['alice', 'bob']) {
    spool.store(
      `user.${user}`,
      composeMessage({ from: user, subject: 'a', messageId: user, day: 3 }),
    );
  }
  const config = spool.finish();
  const index = spool.at('spool/user/alice/cyrus.index');
  const whole = readFileSync(index);
  writeFileSync(index, '');
  return {
    config,
    index,
    finish: () => {
      writeFileSync(index, whole);
    },
  };
}

describe('an audit beside a mailbox that is being made', () => {
  const audited = (config: string, onPause: (number: number) => void): Promise<Report> =>
    runAudit(config, { os: pausing(nodeOs({ jobs: 1 }), onPause), offline: false });

  test.for([1, 2, 3])('waits for its index until pause %i', async (whole, { dir }) => {
    const { config, finish } = halfMade(dir);
    const report = await audited(config, (number) => {
      if (number === whole) finish();
    });
    expect(codesOf(report)).toEqual([]);
    expect(report.complete).toBe(true);
    expect(report.messages).toMatchObject({ checked: 2, intact: 2 });
  });

  test('tells an index that stays wrong once, after three pauses', async ({ dir }) => {
    const { config } = halfMade(dir);
    let pauses = 0;
    const report = await audited(config, (number) => {
      pauses = number;
    });
    expect(codesOf(report)).toEqual(['index-corrupt']);
    expect([pauses, report.complete]).toEqual([3, false]);
    expect(report.messages?.checked).toBe(1);
  });

  test('says nothing of one that is removed meanwhile', async ({ dir }) => {
    const { config } = halfMade(dir);
    const report = await audited(config, () => {
      rmSync(join(dir, 'spool/user/alice'), { recursive: true, force: true });
    });
    expect(codesOf(report)).toEqual([]);
    expect(report.complete).toBe(true);
  });

  test('waits for it once more when it was interrupted and goes on', async ({ dir }) => {
    const { config, finish } = halfMade(dir);
    const state = memoryState();
    const log = (): AuditLog => new AuditLog(state.open(), {}, 0n);
    const interrupted = (): never => {
      throw new Error('interrupted');
    };
    await expect(
      runAudit(config, {
        os: pausing(nodeOs({ jobs: 1 }), interrupted),
        offline: false,
        log: log(),
      }),
    ).rejects.toThrow('interrupted');
    const os = pausing(nodeOs({ jobs: 1 }), finish);
    const report = await runAudit(config, { os, offline: false, log: log() });
    expect(codesOf(report)).toEqual([]);
    expect(report.messages).toMatchObject({ checked: 2, intact: 2 });
  });

  test('does not take a suspect for gone whose index is torn just then', async ({ dir }) => {
    const { config, index, finish } = halfMade(dir);
    finish();
    const message = join(index, '../1.');
    writeFileSync(message, readFileSync(message, 'latin1').replace('alice', 'mal01'), 'latin1');
    const whole = readFileSync(index);
    const report = await audited(config, (number) => {
      writeFileSync(index, number < 3 ? '' : whole);
    });
    expect(codesOf(report)).toEqual(['message-guid-mismatch']);
    expect(report.messages).toMatchObject({ checked: 2, intact: 1, damaged: 1 });
  });

  test('tells of a suspect whose index stays torn that it could not be read', async ({ dir }) => {
    const { config, index, finish } = halfMade(dir);
    finish();
    const message = join(index, '../1.');
    writeFileSync(message, 'short');
    const report = await audited(config, () => {
      writeFileSync(index, '');
    });
    expect(codesOf(report)).toEqual(['unreadable']);
    expect(report.complete).toBe(false);
  });
});

describe('a check beside a mailbox that is being made', () => {
  const surveyed = async (spool: MailboxSpool, onPause: () => void): Promise<MailboxSurvey> => {
    const os = pausing(nodeOs({ jobs: 1 }), onPause);
    const { partitions } = spool;
    return await surveyMailboxes(
      os.files,
      os.clock,
      {
        roots: spool.roots(),
        lost: [],
        spools: { partitions, scanned: partitions, configurations: [] },
        selection: {},
        olderThanNs: 0n,
        isDeep: false,
        patience: patienceWith(false),
        known: new Set(),
      },
      () => undefined,
    );
  };
  const half = (dir: string): MailboxSpool =>
    new MailboxSpool(dir).partition('spool').write('spool/user/a/cyrus.index', Buffer.alloc(0));

  test('waits for its index', async ({ dir }) => {
    const spool = half(dir);
    const { corrupt, mailboxes } = await surveyed(spool, () => {
      writeMailbox(join(dir, 'spool/user/a'), [{ uid: 1, text: 'one' }]);
    });
    expect([corrupt.count, mailboxes]).toEqual([0, 1]);
  });

  test('counts an index that stays wrong once', async ({ dir }) => {
    const { corrupt, mailboxes } = await surveyed(half(dir), () => undefined);
    expect([corrupt.count, mailboxes]).toEqual([1, 0]);
  });

  test('counts one whose list of expunged messages is late once', async ({ dir }) => {
    const spool = half(dir);
    writeMailbox(join(dir, 'spool/user/a'), [{ uid: 1, text: 'one' }], { version: 9 });
    spool.write('spool/user/a/cyrus.expunge', Buffer.alloc(0));
    const { corrupt, mailboxes, oldExpunges, records } = await surveyed(spool, () => {
      const whole = readFileSync(join(dir, 'spool/user/a/cyrus.index'));
      writeFileSync(join(dir, 'spool/user/a/cyrus.expunge'), whole);
    });
    expect([corrupt.count, mailboxes, oldExpunges.count, records]).toEqual([0, 1, 1, 1]);
  });
});

describe('a manifest beside a mailbox that is being made', () => {
  const listed = async (
    dir: string,
    onPause: (number: number) => void,
  ): Promise<ManifestLine[]> => {
    const data = bytePath(join(dir, 'spool'));
    const partition = { name: 'default', data, metadata: new Map() };
    const spools = { partitions: [partition], scanned: [partition], configurations: [] };
    const quiet = { listing() {}, reading() {} };
    const lines: ManifestLine[] = [];
    const os = pausing(nodeOs({ jobs: 1 }), onPause);
    for await (const line of manifest(os, spools, {}, quiet)) lines.push(line);
    return lines;
  };
  const half = (dir: string, user: string): string => {
    const at = join(dir, 'spool/user', user);
    writeMailbox(at, [{ uid: 1, text: 'one' }], { uniqueId: user });
    writeFileSync(join(at, 'cyrus.index'), '');
    return at;
  };

  test('waits for its index', async ({ dir }) => {
    const at = half(dir, 'a');
    const lines = await listed(dir, () => {
      writeMailbox(at, [{ uid: 1, text: 'one' }], { uniqueId: 'a' });
    });
    expect(lines).toMatchObject([{ message: { messageUid: 1 } }]);
  });

  test('waits for no more when ten indexes stayed wrong, and tells every one', async ({ dir }) => {
    for (let user = 10; user < 25; user += 1) half(dir, `u${user}`);
    let pauses = 0;
    const lines = await listed(dir, (number) => {
      pauses = number;
    });
    expect(pauses).toBe(30);
    expect(lines.map(({ kind }) => kind)).toEqual(Array.from({ length: 15 }, () => 'trouble'));
  });
});

describe('a scan of links that are being made or removed', () => {
  const linked = (dir: string): { config: string; path: string; index: string } => {
    const spool = new SpoolComposer(dir, { version: 17, hashed: false, metapartition: false });
    const message = composeMessage({ from: 'anna', subject: 'a', messageId: 'a', day: 3 });
    const path = spool.store('user.alice', message);
    spool.stage(path, 99, message.sha1);
    spool.storeUnindexed('user.alice', 7, path);
    return {
      config: spool.finish(),
      path: spool.at('spool/user/alice/7.'),
      index: spool.at('spool/user/alice/cyrus.index'),
    };
  };
  /** The same with a record of message 7. */
  const indexed = (dir: string): Buffer => {
    mkdirSync(join(dir, 'later'));
    const spool = new SpoolComposer(join(dir, 'later'), {
      version: 17,
      hashed: false,
      metapartition: false,
    });
    const message = composeMessage({ from: 'anna', subject: 'a', messageId: 'a', day: 3 });
    for (let uid = 1; uid <= 7; uid += 1) spool.store('user.alice', message);
    spool.finish();
    return readFileSync(spool.at('spool/user/alice/cyrus.index'));
  };

  test('tells no message without a record that gets its record meanwhile', async ({ dir }) => {
    const { config, index } = linked(dir);
    const later = indexed(dir);
    const report = await runScan(config, () => {
      writeFileSync(index, later);
    });
    expect(codesOf(report)).not.toContain('message-unindexed');
    const links = report.stageFiles.flatMap(({ account }) => account.links);
    expect(links.flatMap(({ status }) => status ?? [])).toEqual(['intact', 'intact']);
  });

  test('tells no message without a record that is removed meanwhile', async ({ dir }) => {
    const { config, path } = linked(dir);
    const report = await runScan(config, (number) => {
      if (number === 1) unlinkSync(path);
    });
    expect(codesOf(report)).not.toContain('message-unindexed');
  });

  test('tells one that stays without, once, after three pauses', async ({ dir }) => {
    const { config } = linked(dir);
    let pauses = 0;
    const report = await runScan(config, (number) => {
      pauses = number;
    });
    expect(codesOf(report).filter((code) => code === 'message-unindexed')).toHaveLength(1);
    expect(pauses).toBe(3);
  });

  test('waits for an index that is being written', async ({ dir }) => {
    const { config, index, path } = linked(dir);
    unlinkSync(path);
    const whole = readFileSync(index);
    writeFileSync(index, '');
    const report = await runScan(config, () => {
      writeFileSync(index, whole);
    });
    expect(codesOf(report)).not.toContain('index-corrupt');
    const [link] = report.stageFiles.flatMap(({ account }) =>
      account.links.filter(({ messageUid }) => messageUid === 1),
    );
    expect(link?.status).toBe('intact');
  });

  test('tells an index that stays wrong once', async ({ dir }) => {
    const { config, index } = linked(dir);
    writeFileSync(index, '');
    const report = await runScan(config);
    expect(codesOf(report).filter((code) => code === 'index-corrupt')).toHaveLength(1);
  });

  test.for([
    ['', false],
    // As a rename of the user leaves it, until Cyrus writes the header next.
    [' and its header has another name', true],
  ] as const)(
    'tells an index that stays wrong though another mailbox is looked at again too%s',
    async ([, isStale], { dir }) => {
      const spool = new SpoolComposer(dir, { version: 17, hashed: false, metapartition: false });
      for (const user of ['alice', 'bob']) {
        const message = composeMessage({ from: user, subject: 'a', messageId: user, day: 3 });
        const path = spool.store(`user.${user}`, message);
        spool.stage(path, 99, message.sha1);
        if (user === 'alice') spool.storeUnindexed('user.alice', 7, path);
      }
      const config = spool.finish();
      writeFileSync(spool.at('spool/user/bob/cyrus.index'), '');
      const stale = {
        type: 'e',
        name: 'user.zoe',
        uniqueId: 'z',
        quotaRoot: '',
        flags: [],
        acl: [],
      };
      if (isStale) {
        writeFileSync(spool.at('spool/user/bob/cyrus.header'), composeDlistHeader(stale));
      }
      const codes = codesOf(await runScan(config));
      expect(codes.filter((code) => code === 'index-corrupt')).toHaveLength(1);
      expect(codes.filter((code) => code === 'message-unindexed')).toHaveLength(1);
    },
  );

  test('pauses for nothing when every name has its record', async ({ dir }) => {
    const { config, path } = linked(dir);
    unlinkSync(path);
    linkSync(join(dir, 'spool/user/alice/1.'), join(dir, 'elsewhere'));
    let pauses = 0;
    await runScan(config, (number) => {
      pauses = number;
    });
    expect(pauses).toBe(0);
  });
});
