import {
  appendFileSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect } from 'vitest';
import type { MessageRef } from '../../src/model/finding.ts';
import { criticals, gone, messagesIn, misbehaving, runAudit } from '../support/audit-run.ts';
import { composeMessage } from '../support/composed-message.ts';
import { composeIncidentSpool, composeTruncationSpool } from '../support/composed-spool.ts';
import { test } from '../support/spool.ts';
import { SpoolComposer } from '../support/spool-composer.ts';

const names = (refs: readonly MessageRef[]): string[] =>
  refs.map(({ mailbox, messageUid }) => `${mailbox} ${messageUid}`).sort();
const fixtures = fileURLToPath(new URL('../../fixtures/index/', import.meta.url));

describe('an audit of a spool of 2.3 after the incident', () => {
  test('finds every overwritten message and flags no healthy one', async ({ dir }) => {
    const spool = composeIncidentSpool(dir);
    const report = await runAudit(spool.config);
    expect(messagesIn(criticals(report))).toEqual(names(spool.planted));
  });

  test('names for every foreign message whose it is', async ({ dir }) => {
    const spool = composeIncidentSpool(dir);
    const report = await runAudit(spool.config);
    const donors = spool.planted.map(({ path, donor }) => ({ path, donor }));
    const told = spool.planted.map(({ path }) => ({
      path,
      donor: criticals(report).find((finding) => finding.path === path)?.donor,
    }));
    expect(told).toEqual(donors);
  });

  test('tells a record without a file, and a file without a record', async ({ dir }) => {
    const spool = composeIncidentSpool(dir);
    const { findings } = await runAudit(spool.config);
    const of = (code: string): string[] =>
      messagesIn(findings.filter((finding) => finding.code === code));
    expect(of('message-file-missing')).toEqual(names(spool.missing));
    expect(of('message-unindexed')).toEqual(names(spool.unindexed));
  });

  test('counts every record once, as what it was found to be', async ({ dir }) => {
    const spool = composeIncidentSpool(dir);
    const { messages, complete } = await runAudit(spool.config);
    expect(messages).toEqual({
      checked: spool.intact.length + spool.planted.length + spool.unprovable.length + 1,
      intact: spool.intact.length,
      damaged: spool.planted.length,
      unverifiable: spool.unprovable.length + spool.missing.length,
      unindexed: spool.unindexed.length,
    });
    expect(complete).toBe(true);
  });

  test('says of records without a digest that they are only consistent', async ({ dir }) => {
    const { notes } = await runAudit(composeIncidentSpool(dir).config);
    expect(notes.join(' ')).toContain('proves only that they are consistent');
  });

  test.for(['size', 'exists'] as const)(
    'by %s tells records without a file and files without a record too',
    async (check, { dir }) => {
      const spool = composeIncidentSpool(dir);
      const { findings, messages, coverage, complete } = await runAudit(spool.config, { check });
      const of = (code: string): string[] =>
        messagesIn(findings.filter((finding) => finding.code === code));
      expect(of('message-file-missing')).toEqual(names(spool.missing));
      expect(of('message-unindexed')).toEqual(names(spool.unindexed));
      const byDigest = await runAudit(spool.config);
      expect(messages?.checked).toBe(byDigest.messages?.checked);
      expect(coverage.entries).toBe(byDigest.coverage.entries);
      expect(complete).toBe(true);
    },
  );

  test('by size finds only what has another size', async ({ dir }) => {
    const spool = composeIncidentSpool(dir);
    const report = await runAudit(spool.config, { check: 'size' });
    const found = messagesIn(criticals(report));
    const ofOtherSize = names(spool.planted.filter(({ isSameSize }) => !isSameSize));
    expect(found).toEqual(expect.arrayContaining(ofOtherSize));
  });
});

describe('an audit of a spool of 2.4 with cut uploads', () => {
  test('finds every truncated message that a record contradicts, and no healthy one', async ({
    dir,
  }) => {
    const spool = composeTruncationSpool(dir);
    const report = await runAudit(spool.config);
    const visible = spool.planted.filter(({ kind }) => kind !== 'laundered');
    expect(messagesIn(criticals(report))).toEqual(names(visible));
  });

  test('names a whole copy of the same message under another inode', async ({ dir }) => {
    const spool = composeTruncationSpool(dir);
    const report = await runAudit(spool.config);
    for (const { path, goodCopy, kind } of spool.planted) {
      if (kind === 'laundered') continue;
      const told = criticals(report).find((finding) => finding.path === path)?.goodCopy;
      expect(told?.message).toEqual(goodCopy);
    }
  });

  test('does not name a copy whose bytes are wrong as well', async ({ dir }) => {
    const spool = composeTruncationSpool(dir);
    const planted = spool.planted.find(({ goodCopy }) => goodCopy !== undefined);
    const [, uid] = [planted?.goodCopy?.mailbox, planted?.goodCopy?.messageUid];
    const copy = join(spool.spool, 'user/carol', `${uid}.`);
    // As many bytes as before: only a digest tells.
    writeFileSync(copy, Buffer.alloc(9000, 'z'));
    const report = await runAudit(spool.config);
    const told = criticals(report).find(({ path }) => path === planted?.path);
    expect(told?.goodCopy).toBeUndefined();
  });

  test('in two threads comes to the same findings as in one', async ({ dir }) => {
    const spool = composeTruncationSpool(dir);
    const { nodeOs } = await import('../../src/system/node-os.ts');
    const one = await runAudit(spool.config);
    const two = await runAudit(spool.config, { os: nodeOs({ jobs: 2 }) });
    expect(two.findings).toEqual(one.findings);
    expect(two.messages).toEqual(one.messages);
  });
});

describe('an audit of real mailboxes', () => {
  const yann = (dir: string, version: number): string => {
    const mailbox = join(dir, 'spool/user/yann');
    mkdirSync(join(dir, 'spool/user'), { recursive: true });
    cpSync(join(fixtures, 'cyrus-3.6.1/user-yann'), mailbox, { recursive: true });
    copyFileSync(
      join(fixtures, `cyrus-3.6.1/yann.v${version}.index`),
      join(mailbox, 'cyrus.index'),
    );
    return join(dir, 'spool');
  };

  test.for([17, 16, 15, 14, 13, 12])(
    'of version %i finds the overwritten one',
    async (version, { dir }) => {
      const report = await runAudit(undefined, { paths: [yann(dir, version)] });
      expect(messagesIn(criticals(report))).toEqual(['user.yann 7']);
    },
  );

  test('of version 20 finds archived messages and their cache in the archive tree', async ({
    dir,
  }) => {
    for (const tree of ['spool', 'archive']) {
      cpSync(join(fixtures, 'cyrus-3.13.7', tree), join(dir, tree), { recursive: true });
    }
    writeFileSync(
      join(dir, 'imapd.conf'),
      `configdirectory: ${dir}\npartition-default: ${dir}/spool\narchivepartition-default: ${dir}/archive\narchive_enabled: yes\n`,
    );
    const report = await runAudit(join(dir, 'imapd.conf'));
    expect(new Set(criticals(report).map(({ messageUid }) => messageUid))).toEqual(new Set([8]));
    expect(report.findings.filter(({ code }) => code === 'message-file-missing')).toEqual([]);
  });
});

describe('an audit by size of a mailbox too large for one look', () => {
  test('finds what is wrong at its beginning and at its end, with one job and with two', async ({
    dir,
  }) => {
    const spool = new SpoolComposer(dir, { version: 17, hashed: false, metapartition: false });
    const letter = composeMessage({ from: 'anna', messageId: 'a', day: 3 });
    const paths = Array.from({ length: 9000 }, () => spool.store('user.alice', letter));
    const config = spool.finish();
    const [first = ''] = paths;
    appendFileSync(spool.at(first), 'more');
    spool.unlink(paths.at(-1) ?? '');
    writeFileSync(join(dir, 'spool/user/alice/9999.'), 'nobody knows me');
    const one = await runAudit(config, { check: 'size' });
    expect(one.findings.map(({ code, messageUid }) => [code, messageUid])).toEqual([
      ['message-size-mismatch', 1],
      ['message-file-missing', 9000],
      ['message-unindexed', 9999],
    ]);
    expect(one.messages).toMatchObject({ checked: 9000, damaged: 1, unindexed: 1 });
    const { nodeOs } = await import('../../src/system/node-os.ts');
    const two = await runAudit(config, { check: 'size', os: nodeOs({ jobs: 2 }) });
    expect(two.findings).toEqual(one.findings);
    expect(two.messages).toEqual(one.messages);
  });
});

describe('what is no damage', () => {
  const compose = (dir: string, version = 17): SpoolComposer =>
    new SpoolComposer(dir, { version, hashed: false, metapartition: false });
  const letter = (name: string): ReturnType<typeof composeMessage> =>
    composeMessage({ from: 'anna', subject: name, messageId: name, day: 3 });

  test('is one inode in mailboxes of several users whose records agree', async ({ dir }) => {
    const spool = compose(dir);
    const first = spool.store('user.alice', letter('post'));
    spool.store('user.bob', letter('post'), { linkedTo: first });
    expect((await runAudit(spool.finish())).findings).toEqual([]);
  });

  test('is an expunged message whose file stays, and an unlinked one whose file lingers', async ({
    dir,
  }) => {
    const spool = compose(dir);
    spool.store('user.alice', letter('expunged'), { expunged: true });
    spool.store('user.alice', letter('unlinked'), { expunged: true, unlinked: true });
    expect((await runAudit(spool.finish())).findings).toEqual([]);
  });

  test('is a record whose digest is all zero', async ({ dir }) => {
    const spool = compose(dir);
    spool.store('user.alice', letter('zero'), { guid: '' });
    expect(criticals(await runAudit(spool.finish()))).toEqual([]);
  });

  test('is a message of an archive that no configuration names', async ({ dir }) => {
    for (const tree of ['spool']) {
      cpSync(join(fixtures, 'cyrus-3.13.7', tree), join(dir, tree), { recursive: true });
    }
    const { findings } = await runAudit(undefined, { paths: [join(dir, 'spool')] });
    expect(findings.filter(({ code }) => code === 'message-file-missing')).toEqual([]);
  });

  test('is a mailbox that was removed while it was audited', async ({ dir }) => {
    const spool = compose(dir);
    spool.store('user.alice', letter('one'));
    const path = spool.store('user.bob', letter('two'));
    const config = spool.finish();
    const { os } = misbehaving((request, answer) => {
      rmSync(join(dir, 'spool/user/bob'), { recursive: true, force: true });
      return request.path.endsWith(path) ? gone(request) : answer;
    });
    const report = await runAudit(config, { os, offline: false });
    expect(report.findings).toEqual([]);
    expect(report.coverage.vanished).toBeGreaterThan(0);
  });
});

describe('a message file', () => {
  const alice = (dir: string): { config: string; path: string; spool: SpoolComposer } => {
    const spool = new SpoolComposer(dir, { version: 17, hashed: false, metapartition: false });
    const message = composeMessage({ from: 'anna', messageId: 'a', day: 3 });
    const path = spool.at(spool.store('user.alice', message));
    return { config: spool.finish(), path, spool };
  };

  test('that is a symbolic link is told as not read, and not followed', async ({ dir }) => {
    const { config, path } = alice(dir);
    renameSync(path, join(dir, 'elsewhere'));
    symlinkSync(join(dir, 'elsewhere'), path);
    const { findings, complete, messages } = await runAudit(config);
    expect(findings).toMatchObject([
      {
        code: 'unreadable',
        path,
        mailbox: 'user.alice',
        messageUid: 1,
        detail: 'the name is a symlink, which is not followed',
      },
    ]);
    expect([complete, messages?.unverifiable]).toEqual([false, 1]);
  });

  test('above the last uid of its index is told as the rest of a crash, one below it is not', async ({
    dir,
  }) => {
    const { config, path, spool } = alice(dir);
    copyFileSync(path, spool.at('spool/user/alice/2.'));
    copyFileSync(path, spool.at('spool/user/alice/0.'));
    const { findings } = await runAudit(config);
    const details = new Map(findings.map(({ messageUid, detail }) => [messageUid, detail]));
    expect(details.get(2)).toContain('above the last one of the index: a crash came between');
    expect(details.get(0)).toContain('neither the index nor a list of expunged messages');
  });
});

describe('records that must not be believed', () => {
  test('are counted and told with their index, and no file is looked for by them', async ({
    dir,
  }) => {
    const spool = new SpoolComposer(dir, { version: 17, hashed: false, metapartition: false });
    for (const messageId of ['a', 'b', 'c'])
      spool.store('user.alice', composeMessage({ from: 'anna', messageId, day: 3 }));
    const config = spool.finish();
    const path = join(dir, 'spool/user/alice/cyrus.index');
    const index = readFileSync(path);
    index.fill(0, index.length - 2 * 112);
    writeFileSync(path, index);
    const asked: string[] = [];
    const { os } = misbehaving((request, answer) => {
      asked.push(request.path);
      return answer;
    });
    const { findings, messages } = await runAudit(config, { os });
    expect(asked).toEqual([join(dir, 'spool/user/alice/1.')]);
    expect(messages).toMatchObject({ checked: 3, intact: 1, unverifiable: 2 });
    expect(findings).toMatchObject([{ code: 'index-corrupt' }]);
    expect(findings[0]?.detail).toContain('1 more must not be believed');
  });
});

describe('records that dispute one inode', () => {
  test('and that nothing decides between are both told, and neither as damaged', async ({
    dir,
  }) => {
    const spool = new SpoolComposer(dir, { version: 9, hashed: false, metapartition: false });
    // Neither Message-ID nor Date nor Subject: the envelope says nothing.
    const bare = composeMessage({ from: 'anna', sizeBytes: 700 });
    const first = spool.store('user.alice', bare, { uuid: '1'.padStart(24, '0') });
    spool.store('user.bob', bare, { uuid: '2'.padStart(24, '0'), linkedTo: first });
    const report = await runAudit(spool.finish());
    const told = report.findings.filter(({ code }) => code === 'shared-inode-unclear');
    expect(messagesIn(told)).toEqual(['user.alice 1', 'user.bob 1']);
    expect(criticals(report)).toEqual([]);
    expect(report.messages).toMatchObject({ checked: 2, damaged: 0, unverifiable: 2 });
    expect(report.notes.join(' ')).toContain('contradicts their own');
  });

  test('are judged though they lie in mailboxes far apart', async ({ dir }) => {
    const spool = new SpoolComposer(dir, { version: 9, hashed: false, metapartition: false });
    const words = { from: 'cron', day: 3, sizeBytes: 700 };
    const right = composeMessage({ ...words, subject: 'Report' });
    const wrong = composeMessage({ ...words, subject: 'Secret', messageId: 'secret' });
    const victim = spool.store('user.alice', right, { uuid: '1'.padStart(24, '0') });
    spool.overwrite(victim, wrong.bytes);
    spool.store('user.zoe', wrong, { uuid: '2'.padStart(24, '0'), linkedTo: victim });
    const [told] = criticals(await runAudit(spool.finish()));
    expect(told).toMatchObject({
      code: 'message-foreign',
      mailbox: 'user.alice',
      donor: { mailbox: 'user.zoe', messageUid: 1 },
    });
  });
});
