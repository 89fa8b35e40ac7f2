/**
 * What earlier runs began in this root and did not end, or could not do whole: their journals explain changes that are
 * no stranger's.
 */
import type { BytePath } from '../model/byte-path.ts';
import { inodeKey, type InodeKey } from '../model/inode.ts';
import { runIdPattern, type StepOutcome } from '../model/journal.ts';
import type { FileStep, PlanStep } from '../model/plan.ts';
import { isTrouble } from '../model/trouble.ts';
import type { Anchor } from '../system/os.ts';
import { journalLeaf } from './open-run.ts';
import type { UnfinishedWork } from './own-changes.ts';
import { journalEntries } from './read-journal.ts';

/**
 * Called under the lock, so that no journal here is being written. A journal that cannot be read explains nothing: its
 * files are refused then, and the next scan judges them anew.
 *
 * @param quarantine  the directory `stagesweep.`
 * @param except      the run that asks
 * @param steps       only their inodes are remembered
 */
export function unfinishedRuns(
  quarantine: Anchor,
  except: string,
  steps: readonly PlanStep[],
): UnfinishedWork {
  const files = new Map<InodeKey, Set<bigint>>();
  const directories = new Set<InodeKey>();
  const runs: BytePath[] = [];
  quarantine.list((leaf) => {
    if (runIdPattern.test(leaf) && leaf !== except) runs.push(leaf);
  });
  if (runs.length === 0) return { files, directories };
  const wanted = new Set(steps.map((step) => inodeKey(step.seen)));
  for (const run of runs) {
    const begun: FileStep[] = [];
    if (!isUnfinished(quarantine, run, begun)) continue;
    for (const step of begun) {
      const key = inodeKey(step.seen);
      directories.add(inodeKey(step.directory));
      if (!wanted.has(key)) continue;
      const ctimes = files.get(key);
      if (ctimes) ctimes.add(step.seen.changedNs);
      else files.set(key, new Set([step.seen.changedNs]));
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

/** @param begun filled with the files of its intents */
function isUnfinished(quarantine: Anchor, run: BytePath, begun: FileStep[]): boolean {
  const directory = quarantine.openDirectory(run);
  if (isTrouble(directory)) return false;
  const journal = directory.openFile(journalLeaf);
  directory.close();
  if (isTrouble(journal)) return false;
  try {
    let isEnded = false;
    let leftSome = false;
    const entries = journalEntries(journal);
    for (let next = entries.next(); ; next = entries.next()) {
      if (next.done === true) return !('why' in next.value) && (!isEnded || leftSome);
      const entry = next.value;
      if (entry.type === 'end') isEnded = !entry.isInterrupted;
      else if (entry.type === 'outcome') leftSome ||= !done.has(entry.outcome);
      else if (entry.type === 'intent' && entry.step.kind === 'file') begun.push(entry.step);
    }
  } finally {
    journal.close();
  }
}
