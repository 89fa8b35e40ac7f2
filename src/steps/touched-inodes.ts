/**
 * What a clean's work in earlier roots moved in the next one: one delivery to two partitions of a filesystem leaves an
 * inode with a stage name in each, and taking the first away moves the ctime of the second.
 */
import { join } from '../model/byte-path.ts';
import type { TouchedInode } from '../model/child-talk.ts';
import { inodeKey, isSameFile } from '../model/inode.ts';
import type { RootPlan } from '../model/plan.ts';
import { isTrouble } from '../model/trouble.ts';
import type { Files } from '../system/os.ts';

/**
 * Asked between two roots. What somebody else did to a file in that moment is not told apart from our own work; size,
 * mtime and birth time are still held against the plan.
 */
export function touchedInodes(
  files: Pick<Files, 'lstat'>,
  earlier: readonly RootPlan[],
  next: RootPlan,
): TouchedInode[] {
  const begun = new Set(earlier.flatMap(({ steps }) => steps.map((step) => inodeKey(step.seen))));
  return next.steps.flatMap((step) => {
    if (step.kind !== 'file' || !begun.has(inodeKey(step.seen))) return [];
    const now = files.lstat(step.components.reduce(join, next.root));
    if (isTrouble(now) || !isSameFile(step.seen, now)) return [];
    return [{ dev: now.dev, ino: now.ino, changedNs: now.changedNs }];
  });
}
