/**
 * What earlier runs began in this root and did not end, or could not do whole: their journals explain changes that are
 * no stranger's.
 */
import type { BytePath } from '../model/byte-path.ts';
import { inodeKey, type InodeKey } from '../model/inode.ts';
import type { StepOutcome } from '../model/journal.ts';
import type { PlanStep } from '../model/plan.ts';
import type { Anchor } from '../system/os.ts';
import type { UnfinishedWork } from './own-changes.ts';
import { runJournals, type RunJournal, type Shelf } from './run-journals.ts';

export interface UnfinishedAsked {
  /** The directory `stagesweep.`, and the root that it is in. */
  readonly quarantine: Anchor;
  readonly root: BytePath;
  /** The run that asks. */
  readonly except: string;
  /** --journal */
  readonly shelf?: Shelf;
}

/**
 * Called under the lock, so that no journal here is being written. A journal that cannot be read explains nothing: its
 * files are refused then, and the next scan judges them anew.
 *
 * @param steps  only their inodes are remembered
 */
export function unfinishedRuns(
  { quarantine, root, except, shelf }: UnfinishedAsked,
  steps: readonly PlanStep[],
): UnfinishedWork {
  const files = new Map<InodeKey, Set<bigint>>();
  const directories = new Set<InodeKey>();
  let wanted: ReadonlySet<InodeKey> | undefined;
  for (const journal of runJournals(quarantine, root, shelf)) {
    if (journal.run === except || !isUnfinished(journal)) continue;
    wanted ??= new Set(steps.map((step) => inodeKey(step.seen)));
    for (const entry of journal.entries()) {
      if (entry.type !== 'intent' || entry.step.kind !== 'file') continue;
      const { seen, directory } = entry.step;
      directories.add(inodeKey(directory));
      const key = inodeKey(seen);
      if (!wanted.has(key)) continue;
      const ctimes = files.get(key);
      if (ctimes) ctimes.add(seen.changedNs);
      else files.set(key, new Set([seen.changedNs]));
    }
  }
  return { files, directories };
}

const done: ReadonlySet<StepOutcome> = new Set<StepOutcome>([
  'unlinked',
  'quarantined',
  'copied',
  'directory-removed',
]);

/** Killed, interrupted, or not all that it began could be done. False of a journal that cannot be read. */
export function isUnfinished(journal: RunJournal): boolean {
  let isEnded = false;
  let leftSome = false;
  const cuts: string[] = [];
  for (const entry of journal.entries((why) => cuts.push(why))) {
    if (entry.type === 'end') isEnded = !entry.isInterrupted;
    else if (entry.type === 'outcome') leftSome ||= !done.has(entry.outcome);
  }
  return cuts.length === 0 && (!isEnded || leftSome);
}
