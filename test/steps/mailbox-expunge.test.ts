import { describe, expect } from 'vitest';
import type { Mailbox } from '../../src/model/message.ts';
import { composeIndex } from '../support/index-writer.ts';
import { MailboxSpool } from '../support/mailbox-spool.ts';
import { test } from '../support/spool.ts';
import { uids, ids, index9, cacheOf } from '../support/opened-mailbox.ts';

describe('cyrus.expunge of 2.3', () => {
  const with23 = (dir: string, expunge: Uint8Array, index = index9(1, 2)): MailboxSpool =>
    new MailboxSpool(dir)
      .partition('spool')
      .write('spool/user/fred/cyrus.index', index)
      .write('spool/user/fred/cyrus.expunge', expunge);
  const open = (spool: MailboxSpool): Mailbox | undefined =>
    spool.reader().open(spool.path('spool/user/fred'));

  test('gives records that are expunged and have their files', ({ dir }) => {
    const mailbox = open(with23(dir, index9(7)));
    expect(mailbox?.recordOf(7)).toMatchObject({ isExpunged: true, isUnlinked: false });
  });

  test('is told, since 2.4 deletes what it lists', ({ dir }) => {
    const mailbox = open(with23(dir, index9(7, 9)));
    expect(mailbox?.findings).toEqual([
      expect.objectContaining({ code: 'index-old-expunge', mailbox: 'user.fred' }),
    ]);
  });

  test('in the order of expunging is not damaged', ({ dir }) => {
    const mailbox = open(with23(dir, index9(9, 7)));
    expect(uids(mailbox)).toEqual([1, 2, 9, 7]);
    const faults = Array.from(mailbox?.records() ?? [], ({ fault }) => fault);
    expect(faults).toEqual([...Array<undefined>(4)]);
    expect([7, 9].map((uid) => mailbox?.recordOf(uid)?.messageUid)).toEqual([7, 9]);
    expect(mailbox?.findings.map(({ code }) => code)).toEqual(['index-old-expunge']);
  });

  test('does not repeat a record that cyrus.index still has', ({ dir }) => {
    const mailbox = open(with23(dir, index9(2, 7)));
    expect(uids(mailbox)).toEqual([1, 2, 7]);
    expect(mailbox?.recordOf(2)?.isExpunged).toBe(false);
  });

  test('without records is no finding', ({ dir }) => {
    expect(open(with23(dir, index9()))?.findings).toEqual([]);
  });

  test('beside an index of 2.4 is not read', ({ dir }) => {
    const mailbox = open(with23(dir, index9(7), composeIndex(12, { exists: 1 }, [{ uid: 1 }])));
    expect(uids(mailbox)).toEqual([1]);
    expect(mailbox?.findings).toEqual([]);
  });

  test('that is no index is told as corrupt, and the mailbox is read', ({ dir }) => {
    const mailbox = open(with23(dir, Buffer.from('nonsense')));
    expect(uids(mailbox)).toEqual([1, 2]);
    expect(mailbox?.findings.map(({ code }) => code)).toEqual(['index-corrupt']);
  });

  test('of another generation than the cache gives no envelopes', ({ dir }) => {
    const { bytes, offsets } = cacheOf(5, ['<a@b>']);
    const records = [{ uid: 7, cacheOffset: offsets[0] ?? 0 }];
    const spool = with23(dir, composeIndex(9, { generation: 4 }, records));
    spool.write('spool/user/fred/cyrus.cache', bytes);
    expect(ids(open(spool))).toEqual([undefined, undefined, undefined]);
  });
});
