/**
 * The records of a whole cyrus.index, as far as a look at their files needs them: a tenth of the price of all that a
 * record has. Only for an index of which surveyIndex() found that every record may be believed.
 */
import type { IndexHeader, MessageClaim, MessageRecord } from '../model/mailbox.ts';
import { isHybrid, wholeRecords } from './index-header.ts';
import { indexLayoutOf } from './index-layout.ts';
import { isArchived, isUnlinked } from './record-flags.ts';

const second = 1_000_000_000n;

/** Can all records be read by one layout? In the 19/20 hybrid each says its own. */
export function hasOneLayout({ minorVersion, recordSize }: IndexHeader): boolean {
  return !isHybrid(minorVersion, recordSize);
}

/** @param bytes  the file from its first byte on */
export function* indexClaims(
  bytes: Uint8Array,
  header: IndexHeader,
): Generator<MessageClaim, void, undefined> {
  const fields = indexLayoutOf(header.minorVersion)?.record ?? {};
  const { uid, size, internalDate, systemFlags } = fields;
  if (!uid || !size || !internalDate || !systemFlags) return;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isPrecise = internalDate.kind === 'nanoseconds';
  const whole = wholeRecords(header, bytes.length);
  for (let number = 0; number < whole; number++) {
    const at = header.startOffset + number * header.recordSize;
    const flags = view.getUint32(at + systemFlags.at);
    const date = at + internalDate.at;
    const dateNs = isPrecise ? view.getBigUint64(date) : 0n;
    yield {
      number,
      messageUid: view.getUint32(at + uid.at),
      sizeBytes:
        size.kind === 'u64'
          ? Number(view.getBigUint64(at + size.at))
          : view.getUint32(at + size.at),
      seconds: isPrecise ? Number(dateNs / second) : view.getUint32(date),
      nanoseconds: isPrecise ? Number(dateNs % second) : NaN,
      isUnlinked: isUnlinked(flags),
      isArchived: isArchived(flags),
      isFaulty: false,
    };
  }
}

/** The same of a record that was read whole. */
export function claimOfRecord(record: MessageRecord, number: number): MessageClaim {
  const { internalDateNs, timePrecisionNs } = record;
  return {
    number,
    messageUid: record.messageUid,
    sizeBytes: record.sizeBytes,
    seconds: Number(internalDateNs / second),
    nanoseconds: timePrecisionNs === 1n ? Number(internalDateNs % second) : NaN,
    isUnlinked: record.isUnlinked,
    isArchived: record.isArchived,
    isFaulty: record.fault !== undefined,
  };
}
