import { join } from 'node:path';
import { describe, expect } from 'vitest';
import type { MessageRef } from '../../src/model/finding.ts';
import { criticals, messagesIn, runAudit } from '../support/audit-run.ts';
import { composeMessage } from '../support/composed-message.ts';
import { composeTruncationSpool } from '../support/composed-spool.ts';
import { test } from '../support/spool.ts';
import { SpoolComposer } from '../support/spool-composer.ts';

const names = (refs: readonly MessageRef[]): string[] =>
  refs.map(({ mailbox, messageUid }) => `${mailbox} ${messageUid}`).sort();

describe('a choice of messages', () => {
  test('of one directory audits what lies in it and below it', async ({ dir }) => {
    const spool = composeTruncationSpool(dir);
    const report = await runAudit(spool.config, { paths: [join(spool.spool, 'user/alice')] });
    expect(new Set(criticals(report).map(({ mailbox }) => mailbox))).toEqual(
      new Set(['user.alice']),
    );
    expect(report.audit?.mailboxes).toBe(1);
  });

  test('finds good copies in mailboxes that were not chosen', async ({ dir }) => {
    const spool = composeTruncationSpool(dir);
    const report = await runAudit(spool.config, { selection: { users: ['alice'] } });
    expect(criticals(report)[0]?.goodCopy?.message?.mailbox).toBe('user.carol');
  });

  test('by a sample is the same for the same seed, and another for another', async ({ dir }) => {
    const spool = new SpoolComposer(dir, { version: 17, hashed: false, metapartition: false });
    for (let uid = 1; uid <= 200; uid++) {
      spool.store('user.alice', composeMessage({ from: 'anna', messageId: `m${uid}`, day: 3 }), {
        guid: 'ab'.repeat(20),
      });
    }
    const config = spool.finish();
    const taken = async (seed: string): Promise<string[]> =>
      messagesIn(criticals(await runAudit(config, { sample: { share: 0.25, seed } })));
    const first = await taken('one');
    expect(first.length).toBeGreaterThan(20);
    expect(first.length).toBeLessThan(80);
    expect(await taken('one')).toEqual(first);
    expect(await taken('two')).not.toEqual(first);
  });

  test('of shared inodes looks at no file that has one name', async ({ dir }) => {
    const spool = composeTruncationSpool(dir);
    const report = await runAudit(spool.config, { isShared: true });
    const shared = spool.planted.filter(({ path }) => path.includes('DELETED'));
    expect(messagesIn(criticals(report))).toEqual(expect.arrayContaining(names(shared)));
    const looked = report.messages?.checked ?? 0;
    expect(looked).toBeLessThan(spool.intact.length + spool.planted.length);
    expect(report.notes.join(' ')).toContain('--shared');
  });
});
