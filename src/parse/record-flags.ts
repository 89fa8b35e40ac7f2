/** The word of flags of an index record. */

/**
 * imap/mailbox.h, FLAG_INTERNAL_*: expunged and unlinked since 2.4, archived since 3.0. Read in every version: 2.3
 * leaves the upper half zero, and an index that a newer Cyrus wrote in an old version keeps the bits.
 */
const archived = 1 << 29;
const unlinked = 1 << 30;
const expunged = 1 << 31;
/** The lower half of the word is for flags that clients see. */
const systemMask = 0xffff;

export function systemFlagsOf(flags: number): number {
  return flags & systemMask;
}

export function isExpunged(flags: number): boolean {
  return (flags & expunged) !== 0;
}

export function isUnlinked(flags: number): boolean {
  return (flags & unlinked) !== 0;
}

export function isArchived(flags: number): boolean {
  return (flags & archived) !== 0;
}
