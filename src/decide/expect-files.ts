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
  claims: MessageClaims,
  minorVersion: number,
  level: GlanceLevel,
): ExpectedFiles {
  const { uids, nanoseconds } = claims;
  const any = (): Float64Array => new Float64Array(uids.length).fill(NaN);
  const isCompared = level === 'size';
  const hasTimes = isCompared && setsTimes(minorVersion);
  return {
    uids,
    sizes: isCompared ? knownSizes(claims) : any(),
    seconds: hasTimes ? knownSeconds(claims) : any(),
    nanoseconds: hasTimes ? nanoseconds : any(),
    // The claims on a shared inode are compared with one another, so by size it is never passed over.
    mayBeShared: level === 'exists',
  };
}

/** 0 is no size, and hardly ever there: nearly all columns are as they should be. */
function knownSizes({ sizes }: MessageClaims): Float64Array {
  return sizes.includes(0) ? sizes.map((size) => size || NaN) : sizes;
}

/** An internaldate of 0 is none. */
function knownSeconds({ seconds, nanoseconds }: MessageClaims): Float64Array {
  if (!seconds.includes(0)) return seconds;
  return seconds.map((one, at) => (one !== 0 || (nanoseconds[at] ?? 0) > 0 ? one : NaN));
}
