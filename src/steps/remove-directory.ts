/** Removes one pid directory that is empty: safety.md 22. */
import type { DirectoryStep } from '../model/plan.ts';
import { isTrouble, isVanished } from '../model/trouble.ts';
import type { OwnChanges } from './own-changes.ts';
import type { StageDirectories } from './stage-directories.ts';
import { failed, type StepEnd } from './step-end.ts';

export interface DirectoryBench {
  readonly uid: number;
  readonly directories: StageDirectories;
  readonly own: OwnChanges;
}

export function removeDirectory(bench: DirectoryBench, step: DirectoryStep): StepEnd {
  const [area, leaf] = step.components;
  if (area === undefined || leaf === undefined) return refused('it has no name');
  const parent = bench.directories.open([area]);
  if (isTrouble(parent)) {
    return isVanished(parent) ? { outcome: 'already-gone' } : failed(parent);
  }
  const now = parent.lstat(leaf);
  if (isTrouble(now)) return isVanished(now) ? { outcome: 'already-gone' } : failed(now);
  const { seen } = step;
  if (now.kind !== 'directory') return refused(`it is a ${now.kind} now`);
  if (now.dev !== seen.dev || now.ino !== seen.ino || now.bornNs !== seen.bornNs) {
    return refused('it is another directory now');
  }
  if (now.uid !== bench.uid) return refused(`it belongs to user ${now.uid}`);
  // Somebody works in it: a process of that pid may be about to make a file.
  if (!bench.own.explainsDirectory(seen, now)) return refused('it changed since the scan');
  // rmdir itself is the proof that it is empty; nothing is ever removed recursively.
  const trouble = parent.removeDirectory(leaf);
  if (trouble === undefined) return { outcome: 'directory-removed' };
  if (isVanished(trouble)) return { outcome: 'already-gone' };
  if (trouble.errno === 'ENOTEMPTY' || trouble.errno === 'EEXIST')
    return refused('it is not empty');
  return failed(trouble);
}

function refused(detail: string): StepEnd {
  return { outcome: 'refused', detail };
}
