/** The mtime of a message file against its record: a sign for ranking, never a proof. */
import type { FileStat } from '../model/inode.ts';
import type { MessageFacts } from '../model/message.ts';

/** Servers up to 2.3.9 leave the mtime at the time of writing. */
const firstWithTimes = 10;

/** Do servers with such an index give a message file the time of its record? */
export function setsTimes(minorVersion: number): boolean {
  return minorVersion >= firstWithTimes;
}

/**
 * Did Cyrus set this mtime from this record? Later servers set it to the internaldate of every record they write
 * for the file: of whole seconds up to index version 19, to the nanosecond since. (3.6.1: 441 of 441 healthy files.)
 *
 * @returns undefined where the version set no times
 */
export function isPutOnRecordTime(
  { record, minorVersion }: Pick<MessageFacts, 'record' | 'minorVersion'>,
  file: FileStat,
): boolean | undefined {
  if (!setsTimes(minorVersion) || record.internalDateNs === 0n) return undefined;
  const { timePrecisionNs, internalDateNs } = record;
  // A file that was written before its index was brought to version 20 has whole seconds.
  const isWholeSecond = file.modifiedNs % second === 0n;
  const precisionNs = isWholeSecond ? second : timePrecisionNs;
  return file.modifiedNs / precisionNs === internalDateNs / precisionNs;
}

const second = 1_000_000_000n;
