import { describe, expect, it } from 'vitest';
import { DonorSearch, type DamagedMessage } from '../../src/decide/match-donors.ts';
import { asBytes } from '../../src/model/byte-path.ts';
import type { MessageRecord } from '../../src/model/mailbox.ts';
import { composeMessage, type ComposedMessage } from '../support/composed-message.ts';
import { fileStat } from '../support/file-stat.ts';
import { bareRecordOf, cachedOf, recordOf } from '../support/message-facts.ts';

const rent = composeMessage({
  from: 'anna',
  subject: 'Rent',
  messageId: 'rent',
  day: 3,
  sizeBytes: 900,
});
const lab = composeMessage({
  from: 'boris',
  subject: 'Lab',
  messageId: 'lab',
  day: 4,
  sizeBytes: 900,
});
const at = (ino: bigint, sizeBytes = 900) => fileStat({ ino, sizeBytes });

/** The file of `record` holds `found`. */
const damagedBy = (
  found: ComposedMessage,
  record: MessageRecord,
  mailbox = 'user.alice',
): DamagedMessage => ({
  mailbox,
  record,
  file: at(1n, found.bytes.length),
  sha1: found.sha1,
  messageIds: found.messageId === undefined ? [] : [found.messageId],
});

interface Offer {
  readonly mailbox: string;
  readonly record: MessageRecord;
  readonly message: ComposedMessage;
  readonly ino?: bigint;
}
const digested = (mailbox: string, message: ComposedMessage, ino = 9n): Offer => ({
  mailbox,
  record: recordOf(message),
  message,
  ino,
});
const old = (mailbox: string, message: ComposedMessage, ino = 9n): Offer => ({
  mailbox,
  record: bareRecordOf(message),
  message,
  ino,
});
const search = (damaged: readonly DamagedMessage[], offers: readonly Offer[]) => {
  const donors = new DonorSearch(damaged);
  for (const { mailbox, record, message, ino } of offers) {
    donors.offer(
      { name: mailbox, fileOf: () => asBytes(`/${mailbox}/1.`), cached: () => cachedOf(message) },
      record,
      () => (ino === undefined ? undefined : at(ino)),
    );
  }
  return donors.results();
};
const donorOf = (damaged: DamagedMessage, ...offers: Offer[]): string | undefined =>
  search([damaged], offers)[0]?.donor?.mailbox;

describe('a donor', () => {
  it('is the record whose digest the foreign bytes have', () => {
    const damaged = damagedBy(lab, recordOf(rent));
    expect(donorOf(damaged, digested('user.alice', rent), digested('user.bob', lab))).toBe(
      'user.bob',
    );
  });

  it('is known without digests by Message-ID and size', () => {
    expect(donorOf(damagedBy(lab, bareRecordOf(rent)), old('user.bob', lab))).toBe('user.bob');
  });

  it('is not one with the Message-ID and another size', () => {
    const draft = composeMessage({ from: 'boris', messageId: 'lab', sizeBytes: 700 });
    expect(donorOf(damagedBy(lab, bareRecordOf(rent)), old('user.bob', draft))).toBeUndefined();
  });

  it('is not one with the size and another Message-ID', () => {
    expect(donorOf(damagedBy(lab, bareRecordOf(rent)), old('user.bob', rent))).toBeUndefined();
  });

  it('is never the damaged record itself', () => {
    const record = bareRecordOf(rent);
    const own = { mailbox: 'user.alice', record, message: lab, ino: 1n };
    expect(donorOf(damagedBy(lab, record), own)).toBeUndefined();
  });

  it('may be another message of the same mailbox', () => {
    const record = recordOf(lab, { messageUid: 2 });
    const other = { mailbox: 'user.alice', record, message: lab, ino: 9n };
    expect(donorOf(damagedBy(lab, recordOf(rent)), other)).toBe('user.alice');
  });

  it('that shares the inode is preferred to others who got the message', () => {
    const offers = [digested('user.aaron', lab, 8n), digested('user.zoe', lab, 1n)];
    expect(donorOf(damagedBy(lab, recordOf(rent)), ...offers)).toBe('user.zoe');
  });

  it('by digest is preferred to one by Message-ID', () => {
    const damaged = damagedBy(lab, recordOf(rent));
    expect(donorOf(damaged, old('user.aaron', lab), digested('user.zoe', lab))).toBe('user.zoe');
  });

  it('is the same in whatever order the spool is read', () => {
    const offers = ['user.c', 'user.a', 'user.b'].map((name) => digested(name, lab));
    const damaged = damagedBy(lab, recordOf(rent));
    expect(donorOf(damaged, ...offers)).toBe('user.a');
    expect(donorOf(damaged, ...offers.reverse())).toBe('user.a');
  });

  it('is a donor still when its file is gone', () => {
    const gone = { mailbox: 'user.bob', record: recordOf(lab), message: lab };
    expect(donorOf(damagedBy(lab, recordOf(rent)), gone)).toBe('user.bob');
  });

  it('does not exist for an empty file', () => {
    const nothing = {
      ...lab,
      bytes: Buffer.alloc(0),
      sha1: 'da39a3ee5e6b4b0d3255bfef95601890afd80709',
    };
    expect(
      donorOf(damagedBy(nothing, recordOf(rent)), digested('user.bob', nothing)),
    ).toBeUndefined();
  });

  it('with a wrong CRC is not believed', () => {
    const broken = { ...digested('user.bob', lab), record: recordOf(lab, { fault: 'crc' }) };
    expect(donorOf(damagedBy(lab, recordOf(rent)), broken)).toBeUndefined();
  });
});

describe('two messages that changed places', () => {
  const swapped = [damagedBy(lab, recordOf(rent)), damagedBy(rent, recordOf(lab), 'user.bob')];

  it('are each other’s donors', () => {
    const results = search(swapped, [digested('user.alice', rent), digested('user.bob', lab)]);
    expect(results.map(({ donor }) => donor?.mailbox)).toEqual(['user.bob', 'user.alice']);
  });
});

describe('a good copy', () => {
  const copiesIn = (...offers: Offer[]): string[] =>
    (search([damagedBy(lab, recordOf(rent))], offers)[0]?.goodCopies ?? []).map(
      ({ mailbox }) => mailbox,
    );

  it('has the digest of the damaged record, under another inode', () => {
    expect(copiesIn(digested('user.carol', rent))).toEqual(['user.carol']);
  });

  it('is not another name of the damaged inode', () => {
    expect(copiesIn(digested('user.carol', rent, 1n))).toEqual([]);
  });

  it('is not the donor', () => {
    expect(copiesIn(digested('user.bob', lab))).toEqual([]);
  });
});
