/** What message files are like when a check has nothing to tell of them. */
import type { ExpectedFiles } from '../model/expected-files.ts';
import type { CheckLevel } from '../model/message.ts';
import type { MessageClaims } from '../model/message-claims.ts';
import { setsTimes } from './compare-times.ts';

/**
 * A file like this is judged as judgeMessage() judges a good one, without a finding: intact by its digest, or else
 * consistent, which is unverifiable. Another may come to the same, and has to be judged.
 */
export function expectFiles(
  claims: MessageClaims,
  minorVersion: number,
  level: CheckLevel,
): ExpectedFiles {
  const { uids, nanoseconds, guids } = claims;
  const any = (): Float64Array => new Float64Array(uids.length).fill(NaN);
  const hasTimes = level === 'size' && setsTimes(minorVersion);
  return {
    uids,
    sizes: level === 'exists' ? any() : knownSizes(claims),
    seconds: hasTimes ? knownSeconds(claims) : any(),
    nanoseconds: hasTimes ? nanoseconds : any(),
    // The claims on a shared inode are compared with one another, so but for its existence it is never passed over.
    mayBeShared: level === 'exists',
    ...(level === 'digest' ? { digests: guids } : {}),
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
