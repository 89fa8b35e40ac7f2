/** The records of a mailbox in ascending uid, each uid once. */
import type { MessageRecord } from '../model/mailbox.ts';
import type { Mailbox } from '../model/message.ts';

/** 2.3 and older keep expunged records in a second file, whose uids lie between those of the first. */
const lastWithExpunge = 10;

/** Records that must not be believed are left out; the mailbox has a finding for them. */
export function recordsByUid(mailbox: Mailbox): Iterable<MessageRecord> {
  return mailbox.minorVersion <= lastWithExpunge ? sorted(mailbox) : ascending(mailbox.records());
}

function* ascending(records: Iterable<MessageRecord>): Generator<MessageRecord> {
  let last = -1;
  for (const record of records) {
    if (record.fault !== undefined || record.messageUid <= last) continue;
    last = record.messageUid;
    yield record;
  }
}

function sorted(mailbox: Mailbox): Iterable<MessageRecord> {
  const believed = [...mailbox.records()].filter(({ fault }) => fault === undefined);
  // The sort is stable: of two records of one uid that of cyrus.index stays first, and is the one taken.
  return ascending(believed.sort((a, b) => a.messageUid - b.messageUid));
}
