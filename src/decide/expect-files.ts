/** What message files are like when a check that reads no byte has nothing to tell of them. */
import { expectedFiles, type ExpectedFiles } from '../model/expected-files.ts';
import type { MessageClaim } from '../model/mailbox.ts';
import type { CheckLevel } from '../model/message.ts';
import { setsTimes } from './compare-times.ts';

/** Not `digest`: what only the bytes prove cannot be expected of an lstat. */
export type GlanceLevel = Exclude<CheckLevel, 'digest'>;

/**
 * A file like this is judged as judgeMessage() judges a consistent one: unverifiable, and without a finding. Another
 * may come to the same, and has to be judged.
 */
export function expectFiles(
  claims: readonly MessageClaim[],
  minorVersion: number,
  level: GlanceLevel,
): ExpectedFiles {
  // The claims on a shared inode are compared with one another, so it is never passed over by size.
  const files = expectedFiles(claims.length, level === 'exists');
  const { uids, sizes, seconds, nanoseconds } = files;
  const isCompared = level === 'size';
  for (const [at, claim] of claims.entries()) {
    const hasTime = isCompared && setsTimes(minorVersion) && isTime(claim);
    uids[at] = claim.messageUid;
    sizes[at] = isCompared && claim.sizeBytes !== 0 ? claim.sizeBytes : NaN;
    seconds[at] = hasTime ? claim.seconds : NaN;
    nanoseconds[at] = hasTime ? claim.nanoseconds : NaN;
  }
  return files;
}

/** An internaldate of zero is none. */
function isTime({ seconds, nanoseconds }: MessageClaim): boolean {
  return seconds !== 0 || nanoseconds > 0;
}
