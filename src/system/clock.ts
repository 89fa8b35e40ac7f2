/** The wall clock, which the demo and tests may set ahead: ctime cannot be set back. */
import { setTimeout } from 'node:timers/promises';
import type { Clock } from './os.ts';

/**
 * @param aheadNs      how far the clock runs ahead of the host's
 * @param interrupted  makes breathe() throw the signal's reason
 */
export function nodeClock(aheadNs = 0n, interrupted?: AbortSignal): Clock {
  return {
    nowNs: () => BigInt(Date.now()) * 1_000_000n + aheadNs,
    breathe: async () => {
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
      interrupted?.throwIfAborted();
    },
    pause: async (milliseconds) => {
      // Its own AbortError is not the reason that main() knows.
      await setTimeout(milliseconds, undefined, { signal: interrupted }).catch(() => undefined);
      interrupted?.throwIfAborted();
    },
  };
}
