/** Verifies by the short way what a walk has found of very many inodes, together with the threads of that walk. */
import type { LinkLedger } from '../decide/link-ledger.ts';
import type { Directory } from '../model/link.ts';
import type { Onlookers } from '../system/walk/port.ts';
import { mayGoShortWay } from './short-way.ts';

/** Who looks at all names that a ledger has of one walk, and has none of another. */
export interface Helpers {
  readonly onlookers: Onlookers;
  /** So many directories, the first ones, the ledger had before the walk: nobody else looks at those. */
  readonly directoriesBefore: number;
}

/** @returns the accounts that are still to be verified: all but those of which every name was seen unchanged */
export async function lookTogether(
  helpers: Helpers | undefined,
  ledger: LinkLedger,
): Promise<Iterable<number>> {
  if (helpers === undefined) return ledger.byLastName();
  const isSame = await helpers.onlookers.sameFiles({
    length: ledger.size,
    statOf: (row) => ledger.statOf(row),
  });
  const left: number[] = [];
  for (let row = 0; row < ledger.size; row += 1) {
    if (!isSame(row) || !mayGoShortWay(ledger, row)) left.push(row);
  }
  return left;
}

/** @returns those of which it is still to be asked whether they are where they were, by the order of the ledger */
export async function leftOfDirectories(
  helpers: Helpers | undefined,
  { directories }: LinkLedger,
): Promise<readonly Directory[]> {
  const isDone = (await helpers?.onlookers.areDirectoriesThere()) === true;
  return isDone ? directories.slice(0, helpers?.directoriesBefore) : directories;
}
