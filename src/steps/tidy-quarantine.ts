/**
 * Takes away what kills left in `stagesweep.` before anything was done: a run's directory without a journal, or with one
 * that has no line yet, and locks under the names that they are made with. Else they would be told as unreadable for good.
 *
 * Under the lock, and best effort: what cannot be removed harms nobody.
 */
import { whyHeld } from '../decide/judge-lock.ts';
import type { BytePath } from '../model/byte-path.ts';
import { runIdPattern } from '../model/journal.ts';
import type { ProcessIdentity } from '../model/process.ts';
import { isTrouble } from '../model/trouble.ts';
import type { Anchor, HeldFile, Identities } from '../system/os.ts';
import { lockLeaf, readHolder } from './lock-root.ts';
import { journalLeaf } from './open-run.ts';
import { journalEntries } from './read-journal.ts';

const lockPartPattern = /^lock-[0-9a-f]{8}$/;
/** Whoever makes a lock has written it long before. */
const makingNs = 600_000_000_000n;

/** @param quarantine  the directory `stagesweep.`, which is locked by us */
export function tidyQuarantine(
  quarantine: Anchor,
  identities: Pick<Identities, 'startOf'>,
  self: ProcessIdentity,
): void {
  const leaves: BytePath[] = [];
  quarantine.list((leaf) => leaves.push(leaf));
  for (const leaf of leaves) {
    if (runIdPattern.test(leaf)) tidyRun(quarantine, leaf);
    else if (lockPartPattern.test(leaf)) tidyLock(quarantine, leaf, identities, self);
  }
}

function tidyRun(quarantine: Anchor, leaf: BytePath): void {
  const run = quarantine.openDirectory(leaf);
  if (isTrouble(run)) return;
  const held: BytePath[] = [];
  const unread = run.list((one) => held.push(one));
  const [first, ...others] = held;
  const isBare = unread === undefined && others.length === 0;
  if (isBare && first === journalLeaf && hasNoLine(run)) run.unlink(journalLeaf);
  run.close();
  // This fails, rightly, for one that holds anything.
  if (isBare) quarantine.removeDirectory(leaf);
}

function hasNoLine(run: Anchor): boolean {
  return withFile(run, journalLeaf, (journal) => {
    const first = journalEntries(journal).next();
    return first.done === true && !('why' in first.value);
  });
}

function tidyLock(
  quarantine: Anchor,
  leaf: BytePath,
  identities: Pick<Identities, 'startOf'>,
  self: ProcessIdentity,
): void {
  const ours = quarantine.lstat(lockLeaf);
  const isStale = withFile(quarantine, leaf, (file) => {
    const holder = readHolder(file);
    if (isTrouble(holder) || isTrouble(ours)) return false;
    // Torn, or just being written.
    if (holder === undefined) return file.stat().modifiedNs + makingNs < ours.modifiedNs;
    return whyHeld(holder, self, (pid) => identities.startOf(pid)) === undefined;
  });
  if (isStale) quarantine.unlink(leaf);
}

function withFile(parent: Anchor, leaf: BytePath, judge: (file: HeldFile) => boolean): boolean {
  const file = parent.openFile(leaf);
  if (isTrouble(file)) return false;
  try {
    return judge(file);
  } finally {
    file.close();
  }
}
