/** The wall clock, which the demo and tests may set ahead: ctime cannot be set back. */
import type { Clock } from './os.ts';

/** @param aheadNs how far the clock runs ahead of the host's */
export function nodeClock(aheadNs = 0n): Clock {
  return {
    nowNs: () => BigInt(Date.now()) * 1_000_000n + aheadNs,
    breathe: () =>
      new Promise((resolve) => {
        setImmediate(resolve);
      }),
  };
}
