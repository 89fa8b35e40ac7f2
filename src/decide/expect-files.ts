/** What message files are like when a check that reads no byte has nothing to tell of them. */
import type { ExpectedFiles } from '../model/expected-files.ts';
import type { CheckLevel } from '../model/message.ts';
import type { MessageClaims } from '../model/message-claims.ts';
import { setsTimes } from './compare-times.ts';

/** Not `digest`: what only the bytes prove cannot be expected of an lstat. */
export type GlanceLevel = Exclude<CheckLevel, 'digest'>;

/**
 * A file like this is judged as judgeMessage() judges a consistent one: unverifiable, and without a finding. Another
 * may come to the same, and has to be judged.
 */
export function expectFiles(
  { uids, ...claimed }: MessageClaims,
  minorVersion: number,
  level: GlanceLevel,
): ExpectedFiles {
  const isCompared = level === 'size';
  const hasTimes = isCompared && setsTimes(minorVersion);
  const any = new Float64Array(uids.length).fill(NaN);
  return {
    uids,
    // A record without a size, or without an internaldate, says nothing.
    sizes: isCompared ? claimed.sizes.map((size) => size || NaN) : any,
    seconds: hasTimes
      ? claimed.seconds.map((seconds, at) =>
          seconds !== 0 || (claimed.nanoseconds[at] ?? 0) > 0 ? seconds : NaN,
        )
      : any,
    nanoseconds: hasTimes ? claimed.nanoseconds : any,
    // The claims on a shared inode are compared with one another, so by size it is never passed over.
    mayBeShared: level === 'exists',
  };
}
