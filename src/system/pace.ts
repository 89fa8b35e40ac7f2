/** How fast the threads may read, for a server that has users. */
import type { Clock } from './os.ts';

export interface Pace {
  /** Most that should be asked for at once, so that reading is even and not in bursts. */
  readonly portionBytes: number;
  /** Ends when `bytes` may be read. */
  take(bytes: number): Promise<void>;
  /** More, or fewer (below zero), were read than was taken. */
  settle(bytes: number): void;
}

const second = 1_000_000_000n;
/** A pause is never longer, so that a clock that was set does not stop everything. */
const pauseAtMostMs = 1000;

/**
 * Lends: what is larger than the rate goes at once, and what follows waits until it is paid for. A file must be
 * read whole however slow the pace is.
 */
export function tokenBucket(bytesPerSecond: number, clock: Clock): Pace {
  const costNs = (bytes: number): bigint => BigInt(Math.round((bytes / bytesPerSecond) * 1e9));
  let paidNs = clock.nowNs();
  let lastNs = paidNs;
  const now = (): bigint => {
    const nowNs = clock.nowNs();
    // The wall clock was set back: the debt moves with it.
    if (nowNs < lastNs) paidNs -= lastNs - nowNs;
    lastNs = nowNs;
    return nowNs;
  };
  return {
    portionBytes: Math.max(Math.ceil(bytesPerSecond / 8), 1),
    async take(bytes) {
      for (let nowNs = now(); paidNs > nowNs; nowNs = now()) {
        await clock.pause(
          Math.min(Number((paidNs - nowNs + 999_999n) / 1_000_000n), pauseAtMostMs),
        );
      }
      // An idle second is not saved up: what follows it would be a burst.
      const nowNs = now();
      const floorNs = nowNs - second / 8n;
      paidNs = (paidNs < floorNs ? floorNs : paidNs) + costNs(bytes);
    },
    settle(bytes) {
      paidNs += costNs(bytes);
    },
  };
}
