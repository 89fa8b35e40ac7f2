/** Whether a file of a quarantine may be deleted for good. Nothing here is ever undone. */
import { sameInode, type FileStat } from '../model/inode.ts';
import type { StepOutcome } from '../model/journal.ts';
import type { FileStep } from '../model/plan.ts';

export interface PurgeFacts {
  /** Absent when the journal has no such step. */
  readonly step?: FileStep;
  /** lstat of the file in the quarantine. */
  readonly claimed: FileStat;
  /** How many names of its inode the quarantine holds, this one included; 1 when absent. */
  readonly heldNames?: number;
  readonly outcome?: StepOutcome;
  /** Owner of the run's directory. */
  readonly runUid: number;
  /** --evidence */
  readonly takesEvidence: boolean;
  /** A mailbox has the same message under another inode. */
  readonly isRedundant: boolean;
}

export type PurgeJudgement =
  /** `isLast`: no other name and no other copy of these bytes is known. */
  | { readonly kind: 'purge'; readonly isLast: boolean }
  | { readonly kind: 'keep'; readonly why: string };

export function judgePurge(facts: PurgeFacts): PurgeJudgement {
  const { step, claimed, outcome } = facts;
  if (step === undefined) return keep('the journal does not know it');
  if (claimed.uid !== facts.runUid) return keep('it has another owner');
  const isPlanned = sameInode(step.seen, claimed) && step.seen.bornNs === claimed.bornNs;
  // A file that took the planned one's name at the last moment: a message on its way, perhaps.
  if (!isPlanned && outcome !== 'copied') {
    return keep('it is another file than was planned; undo puts it back');
  }
  if (step.isEvidence && !facts.takesEvidence) return keep('it is evidence of damage (--evidence)');
  // All of its names may lie here: then the last of them takes the bytes along.
  const isHeldHere = claimed.linkCount <= (facts.heldNames ?? 1);
  return { kind: 'purge', isLast: isHeldHere && !facts.isRedundant };
}

function keep(why: string): PurgeJudgement {
  return { kind: 'keep', why };
}
