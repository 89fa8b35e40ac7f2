/**
 * One pass over the records of a cyrus.index without making an object of each: may it be believed, and may it be
 * searched. A mailbox can have a million records, and most are never asked for.
 */
import type { IndexHeader, RecordFault } from '../model/mailbox.ts';
import { ByteReader } from './byte-reader.ts';
import { crc32 } from './crc32.ts';
import { isHybrid, wholeRecords } from './index-header.ts';
import { indexLayoutOf } from './index-layout.ts';

export interface IndexSurvey {
  /** Records that are there whole; fewer than header.recordCount in a file that was cut short. */
  readonly whole: number;
  /** Uids ascend, so that a record can be found by halving. */
  readonly isAscending: boolean;
  /** How many records must not be believed. */
  readonly faulty: number;
  /** The first of them: its offset in the file. */
  readonly first?: { readonly at: number; readonly fault: RecordFault };
}

/**
 * @param bytes      the file from its first byte on, as much as there is
 * @param isOrdered  a uid that is not above the one before is a fault. In cyrus.expunge it is none: 2.3 appends to
 *                   it whatever was expunged last (imap/mailbox.c, mailbox_expunge)
 */
export function surveyIndex(
  bytes: Uint8Array,
  header: IndexHeader,
  isOrdered: boolean,
): IndexSurvey {
  const reader = new ByteReader(bytes);
  const crcs = recordCrcs(header);
  const whole = wholeRecords(header, bytes.length);
  let [before, faulty, isAscending] = [0, 0, true];
  let first: IndexSurvey['first'];
  for (let number = 0; number < whole; number++) {
    const at = header.startOffset + number * header.recordSize;
    const messageUid = reader.u32(at);
    const hasOrder = number === 0 || messageUid > before;
    const isSealed =
      crcs.length === 0 || crcs.some((crc) => reader.u32(at + crc) === crc32(bytes, at, at + crc));
    if (!hasOrder) isAscending = false;
    before = messageUid;
    if ((hasOrder || !isOrdered) && isSealed && messageUid !== 0) continue;
    faulty += 1;
    first ??= { at, fault: !isSealed ? 'crc' : messageUid === 0 ? 'uid-zero' : 'uid-order' };
  }
  return { whole, isAscending, faulty, ...(first === undefined ? {} : { first }) };
}

/** Where a record's CRC may lie: in the 19/20 hybrid at either place, before version 12 nowhere. */
function recordCrcs(header: IndexHeader): number[] {
  const versions = isHybrid(header.minorVersion, header.recordSize)
    ? [header.minorVersion, 20]
    : [header.minorVersion];
  return versions.flatMap((version) => indexLayoutOf(version)?.record.recordCrc?.at ?? []);
}
