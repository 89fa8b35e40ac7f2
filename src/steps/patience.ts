/** A spool in use moves while it is read: what looks wrong is looked at again, after a pause, before it is told. */
import type { Finding } from '../model/finding.ts';
import type { Clock } from '../system/os.ts';

export interface Patience {
  /** How often what looks wrong is looked at again; at least once. */
  readonly looks: number;
  /** Before each of them. */
  readonly pauseMs: number;
}

/** A delivery takes milliseconds, the making of a mailbox or the repacking of a large index up to a second. */
const inUse: Patience = { looks: 3, pauseMs: 2000 };
const atRest: Patience = { looks: 1, pauseMs: 0 };

/** @param isOffline  nobody uses the spool: what is wrong once is wrong */
export function patienceWith(isOffline: boolean): Patience {
  return isOffline ? atRest : inUse;
}

/** Do these findings of a mailbox say that its index was not read whole? Cyrus may be at work on it. */
export function isUnsettled(findings: readonly Finding[]): boolean {
  return findings.some(({ code }) => code === 'index-corrupt' || code === 'unreadable');
}

/**
 * Looks again at what is left, until it is nothing or the patience ends.
 *
 * @param look  takes what looked wrong the last time, and gives back what still does; `isLast` says that this look is
 *              to be believed
 * @param onPause  before each look, with the number of those that are looked at
 */
export async function lookUntilSettled<T>(
  clock: Clock,
  { looks, pauseMs }: Patience,
  first: readonly T[],
  look: (left: readonly T[], isLast: boolean) => Promise<readonly T[]> | readonly T[],
  onPause: (left: number) => void = () => undefined,
): Promise<void> {
  let left = first;
  for (let number = 1; number <= looks && left.length > 0; number++) {
    onPause(left.length);
    if (pauseMs > 0) await clock.pause(pauseMs);
    left = await look(left, number === looks);
  }
}
