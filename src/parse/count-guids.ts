/** Which records of a cyrus.index have no digest, counted without making an object of each. */
import type { IndexHeader } from '../model/mailbox.ts';
import { fieldBytes } from './index-field.ts';
import { indexLayoutOf } from './index-layout.ts';

/** Does the version have a place for one? Before 10 no record can have a digest. */
export function hasGuids(minorVersion: number): boolean {
  return indexLayoutOf(minorVersion)?.record.guid !== undefined;
}

/**
 * @param records  whole records, the first at its beginning
 * @returns        how many of them have a GUID of zeros only, which means unknown
 */
export function countZeroGuids(records: Uint8Array, header: IndexHeader): number {
  // The record of the 19/20 hybrid is that of version 20, which has it at the same place.
  const at = indexLayoutOf(header.minorVersion)?.record.guid?.at;
  if (at === undefined) return Math.floor(records.length / header.recordSize);
  let zeros = 0;
  for (let start = 0; start + header.recordSize <= records.length; start += header.recordSize) {
    const end = start + at + fieldBytes.guid;
    let byte = start + at;
    while (byte < end && records[byte] === 0) byte += 1;
    if (byte === end) zeros += 1;
  }
  return zeros;
}
