/**
 * One of 2^n parts of all inode numbers, for work that needs more memory than there is and is done in passes.
 *
 * Parts are cut by a hash and not by ranges: numbers come in dense runs with long gaps (XFS gives each allocation
 * group a stride), so nobody knows beforehand which ranges hold equally many, while these parts do.
 */
export interface InodePart {
  /** From 0 to count - 1. */
  readonly index: number;
  /** A power of two. */
  readonly count: number;
}

export const everyInode: InodePart = { index: 0, count: 1 };

/** Neighbours in a block of 64 are in the same part, so that a block of an InodeSet is never split. */
export function isInPart(part: InodePart, low: number, high: number): boolean {
  return part.count === 1 || (mix(low >>> 6, high) & (part.count - 1)) === part.index;
}

/** The half of a part that is kept when the whole is too much. */
export function halfOf(part: InodePart): InodePart {
  return { index: part.index, count: part.count * 2 };
}

/** What is left of `whole` when only `done` of it could be held, which came of it by halving. */
export function restOf(whole: InodePart, done: InodePart): InodePart[] {
  return Array.from({ length: done.count / whole.count - 1 }, (_, step) => ({
    index: whole.index + (step + 1) * whole.count,
    count: done.count,
  }));
}

/** Bits that do not depend on those by which an InodeSet finds its slot: else halving would leave runs in it. */
function mix(block: number, high: number): number {
  let bits = Math.imul(block ^ Math.imul(high, 0xc2b2ae35), 0x27d4eb2f);
  bits = Math.imul(bits ^ (bits >>> 15), 0x85ebca6b);
  return (bits ^ (bits >>> 13)) >>> 0;
}
