/** A ledger entry whose search has ended, as the account that the report shows. */
import type { Link, LinkAccount, UnseenReason } from '../model/link.ts';
import type { LedgerEntry } from './ledger-entry.ts';

/** What the search knows about why names of one device may be unseen. */
export interface SearchLimits {
  readonly unreadable: boolean;
  readonly mountNotEntered: boolean;
  /** The whole filesystem was searched: no name can be elsewhere. */
  readonly wholeFilesystem: boolean;
  /** Touching a name on overlayfs copies it up and breaks the link: no account there is proof. */
  readonly overlay: boolean;
}

export function closeAccount(
  entry: LedgerEntry,
  links: readonly Link[],
  limits: SearchLimits,
): LinkAccount {
  const complete = entry.isBalanced && !limits.overlay;
  const reasons = complete ? none : reasonsOf(entry, limits);
  return { expected: entry.stat.linkCount, links, complete, reasons };
}

/** One list for all of a million accounts that balance. */
const none: readonly UnseenReason[] = [];

function reasonsOf(entry: LedgerEntry, limits: SearchLimits): UnseenReason[] {
  const reasons: UnseenReason[] = [];
  if (limits.overlay) reasons.push('overlay');
  if (entry.moving) reasons.push('moving');
  if (entry.missing > 0) {
    if (limits.unreadable) reasons.push('unreadable-directory');
    if (limits.mountNotEntered) reasons.push('mount-not-entered');
    if (!limits.wholeFilesystem) reasons.push('not-searched');
  }
  return reasons;
}
