/**
 * The short way to verify the names of an inode, for nearly all of a crashed session's files: nothing has happened to
 * them since before the listing. Then the look of the listing is the one before, and that at the last name the one after.
 * A link, an unlink or a rename in between would have moved the ctime, so every name that was seen meanwhile, by these
 * looks, by the walk or in the listing, was still there at the end, and none else was made; and no other file can have got
 * the inode, since it would have a ctime, and a birth, of later. So neither a pin nor a second look at any name would tell
 * more, nor does it matter in which order the names are looked at.
 */
import { accountBits } from '../decide/account-bits.ts';
import type { LinkLedger } from '../decide/link-ledger.ts';

export function mayGoShortWay(ledger: LinkLedger, row: number): boolean {
  return (
    ledger.is(accountBits.old, row) &&
    !ledger.is(accountBits.moving, row) &&
    ledger.countOf(row) > 0
  );
}

/** Of its names the first that the walk found, or else the last one of the listing. */
export function firstToLookAt(ledger: LinkLedger, row: number): number {
  return Math.min(ledger.listedOf(row), ledger.countOf(row) - 1);
}
