/**
 * What undo does with one step of a run: safety.md 25.
 *
 * The disk is believed, not the outcome lines: a kill can come between a call and its line, so every combination of
 * journal and disk has an answer here. Nothing replaces a name that is taken.
 */
import type { FileStat } from '../model/inode.ts';
import { sameInode } from '../model/inode.ts';
import type { StepOutcome } from '../model/journal.ts';
import type { OwnerState } from '../model/owner.ts';
import type { FileStep, PlannedLink } from '../model/plan.ts';

/** What the journal says of a step beside its intent. */
export interface StepHistory {
  /** Absent when the run was killed before it could say. */
  readonly outcome?: StepOutcome;
  /** Without an outcome: it may have been done all the same. */
  readonly mayBeDone: boolean;
  readonly isUndone: boolean;
  readonly isPurged: boolean;
}

/** lstat of a name now; 'absent' also where its directory is missing. */
export type Seen = FileStat | 'absent';

export interface FileFacts extends StepHistory {
  readonly step: FileStep;
  /** The stage name. */
  readonly stage: Seen;
  /** The name in the run's directory. */
  readonly claimed: Seen;
  /** Owner of the run's directory: nobody else's file is ever linked into a stage area. */
  readonly runUid: number;
  /** Of the owner pid now; with --offline never alive. */
  readonly owner: OwnerState;
}

export type Inversion =
  /** Link the claimed file back. `digest`: its bytes must have this SHA-1 and size first. */
  | { readonly kind: 'from-quarantine'; readonly mustBe: 'as-claimed' | 'copy' }
  /** Link one of these, if it is the same file to the byte. */
  | { readonly kind: 'from-mailbox'; readonly links: readonly PlannedLink[] }
  /** The stage name is back; only the quarantine's name is left to go. */
  | { readonly kind: 'finish' }
  | { readonly kind: 'recreate' }
  | { readonly kind: 'nothing' | 'held' | 'cannot'; readonly why: string };

export function invertFile(facts: FileFacts): Inversion {
  const { step, stage, claimed } = facts;
  const what = claimed === 'absent' ? 'absent' : claimedIs(step.seen, claimed);
  if (stage !== 'absent') return invertTaken(facts, stage, what);
  if (claimed === 'absent') return invertGone(facts);
  if (what === 'irregular') {
    return cannot('what lies in the quarantine under its name is no regular file');
  }
  // All that a spool holds is its owner's. A link to a stranger's file was planted, and goes nowhere.
  if (claimed.uid !== facts.runUid) return cannot('the file in the quarantine has another owner');
  return what === 'same'
    ? (heldBack(facts) ?? { kind: 'from-quarantine', mustBe: 'as-claimed' })
    : invertAnother(facts);
}

/** The stage name exists. */
function invertTaken(facts: FileFacts, stage: FileStat, what: ClaimedKind | 'absent'): Inversion {
  const { step, claimed } = facts;
  const isOurs = stage.kind === 'file' && isPlanned(step.seen, stage);
  if (what === 'absent') {
    if (isOurs) return nothing('the name is there');
    return wasLeft(facts)
      ? nothing(notRemoved)
      : cannot('another file has its name now, and is never replaced');
  }
  if (claimed !== 'absent' && sameInode(stage, claimed)) {
    // Two names, or one directory reached in two ways: then the quarantine's name is the stage name itself.
    return claimed.linkCount >= 2
      ? { kind: 'finish' }
      : cannot('the name and the quarantine are one and the same file with one name');
  }
  return isOurs
    ? cannot('the name is there, and in the quarantine lies another file under its name')
    : cannot('another file has its name now, and is never replaced; it stays in the quarantine');
}

/** Neither the stage name nor the claimed file exists. */
function invertGone(facts: FileFacts): Inversion {
  const { step, outcome, isUndone, isPurged } = facts;
  if (isPurged) return cannot('it was purged');
  // Else a second undo would bring back what a later run, or Cyrus itself, has removed since.
  if (isUndone) return nothing('it was restored before, and is gone since');
  if (wasLeft(facts)) return nothing(notRemoved);
  const links = step.links.filter(({ kind }) => kind === 'mailbox' || kind === 'archive');
  if (links.length === 0) {
    return cannot(
      outcome === undefined
        ? 'it is neither in its place nor in the quarantine, and no mailbox had it'
        : 'it is not in the quarantine any more, and no mailbox had it',
    );
  }
  if (step.sha1 === undefined) return cannot('the journal has no SHA-1 to know it by');
  return heldBack(facts) ?? { kind: 'from-mailbox', links };
}

/** A file of another inode lies under the claimed name, and the stage name is free. */
function invertAnother(facts: FileFacts): Inversion {
  if (facts.outcome === 'copied') {
    return heldBack(facts) ?? { kind: 'from-quarantine', mustBe: 'copy' };
  }
  // Killed between the claim and putting it back, or the name was taken then: whatever was claimed came from the
  // stage name, so it goes back.
  const isUnsettled =
    facts.outcome === undefined || ['put-back', 'refused', 'failed'].includes(facts.outcome);
  if (!isUnsettled) return cannot('another file lies in the quarantine under its name');
  return heldBack(facts) ?? { kind: 'from-quarantine', mustBe: 'as-claimed' };
}

export interface DirectoryFacts extends StepHistory {
  /** lstat of the pid directory. */
  readonly directory: Seen;
  readonly owner: OwnerState;
}

export function invertDirectory(facts: DirectoryFacts): Inversion {
  const { directory, outcome } = facts;
  if (directory !== 'absent') {
    return directory.kind === 'directory'
      ? nothing('the directory is there')
      : cannot(`a ${directory.kind} has its name now, and is never replaced`);
  }
  if (facts.isUndone) return nothing('it was restored before, and is gone since');
  const wasRemoved = outcome === undefined ? facts.mayBeDone : outcome === 'directory-removed';
  if (!wasRemoved) return nothing(notRemoved);
  return heldBack(facts) ?? { kind: 'recreate' };
}

type ClaimedKind = 'same' | 'another' | 'irregular';

function claimedIs(seen: FileStat, now: FileStat): ClaimedKind {
  if (now.kind !== 'file') return 'irregular';
  return isPlanned(seen, now) ? 'same' : 'another';
}

/**
 * Is this inode the planned file? Its ctime moved when it was renamed, so birth time tells; where the filesystem keeps
 * none, size and mtime must do.
 */
function isPlanned(seen: FileStat, now: FileStat): boolean {
  if (!sameInode(seen, now) || seen.bornNs !== now.bornNs) return false;
  return (
    seen.bornNs !== 0n || (seen.sizeBytes === now.sizeBytes && seen.modifiedNs === now.modifiedNs)
  );
}

/** Did the run leave the name where it was? Undo must not bring back what others removed since. */
function wasLeft({ outcome, mayBeDone }: StepHistory): boolean {
  if (outcome === undefined) return !mayBeDone;
  return outcome !== 'unlinked' && outcome !== 'quarantined' && outcome !== 'copied';
}

/** On Cyrus 2.3.0 to 2.3.8 and all of 2.4 a name under a living pid is written into: the very bug. */
function heldBack({ owner }: { readonly owner: OwnerState }): Inversion | undefined {
  if (owner === 'alive') return { kind: 'held', why: 'a Cyrus process has its pid now' };
  if (owner === 'unknown') return { kind: 'held', why: 'whether its owner is alive is not known' };
  return undefined;
}

const notRemoved = 'the run did not remove it';

function nothing(why: string): Inversion {
  return { kind: 'nothing', why };
}

function cannot(why: string): Inversion {
  return { kind: 'cannot', why };
}
