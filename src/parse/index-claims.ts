/**
 * The records of a cyrus.index as far as a look at their files needs them: a twentieth of the price of all that a
 * record has. Only for an index of which surveyIndex() found that every record may be believed.
 */
import type { IndexHeader, MessageRecord } from '../model/mailbox.ts';
import { claimBits, guidBytes, type MessageClaims } from '../model/message-claims.ts';
import { isHybrid } from './index-header.ts';
import { indexLayoutOf } from './index-layout.ts';
import { isArchived, isUnlinked } from './record-flags.ts';

const second = 1_000_000_000n;

/** Can all records be read by one layout? In the 19/20 hybrid each says its own. */
export function hasOneLayout({ minorVersion, recordSize }: IndexHeader): boolean {
  return !isHybrid(minorVersion, recordSize);
}

/**
 * Reads as many records as there is room for.
 *
 * @param bytes  the file from its first byte on; the records must lie in it
 * @param first  number of the first record, from 0
 */
export function readClaims(
  claims: MessageClaims,
  bytes: Uint8Array,
  header: IndexHeader,
  first: number,
): void {
  const fields = indexLayoutOf(header.minorVersion)?.record ?? {};
  const { uid, size, internalDate, systemFlags, guid } = fields;
  if (!uid || !size || !internalDate || !systemFlags) throw new Error('a record without a uid');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isLong = size.kind === 'u64';
  const isPrecise = internalDate.kind === 'nanoseconds';
  const { numbers, uids, bits, sizes, seconds, nanoseconds } = claims;
  for (let to = 0; to < numbers.length; to++) {
    const at = header.startOffset + (first + to) * header.recordSize;
    numbers[to] = first + to;
    uids[to] = view.getUint32(at + uid.at);
    bits[to] = bitsOf(view.getUint32(at + systemFlags.at));
    sizes[to] = isLong ? Number(view.getBigUint64(at + size.at)) : view.getUint32(at + size.at);
    if (isPrecise) {
      const ns = view.getBigUint64(at + internalDate.at);
      seconds[to] = Number(ns / second);
      nanoseconds[to] = Number(ns % second);
    } else {
      seconds[to] = view.getUint32(at + internalDate.at);
      nanoseconds[to] = NaN;
    }
  }
  if (guid === undefined || claims.guids.length === 0) return;
  for (let to = 0; to < numbers.length; to++) {
    const at = header.startOffset + (first + to) * header.recordSize + guid.at;
    claims.guids.set(bytes.subarray(at, at + guidBytes), to * guidBytes);
  }
}

function bitsOf(flags: number): number {
  return (
    (isUnlinked(flags) ? claimBits.isUnlinked : 0) | (isArchived(flags) ? claimBits.isArchived : 0)
  );
}

/** The same of a record that was read whole. */
export function takeClaim(
  claims: MessageClaims,
  to: number,
  record: MessageRecord,
  number: number,
): void {
  const { internalDateNs, timePrecisionNs } = record;
  claims.numbers[to] = number;
  claims.uids[to] = record.messageUid;
  claims.bits[to] =
    (record.isUnlinked ? claimBits.isUnlinked : 0) |
    (record.isArchived ? claimBits.isArchived : 0) |
    (record.fault === undefined ? 0 : claimBits.isFaulty);
  claims.sizes[to] = record.sizeBytes;
  claims.seconds[to] = Number(internalDateNs / second);
  claims.nanoseconds[to] = timePrecisionNs === 1n ? Number(internalDateNs % second) : NaN;
  if (record.guid === undefined || claims.guids.length === 0) return;
  claims.guids.set(Buffer.from(record.guid, 'hex'), to * guidBytes);
}
