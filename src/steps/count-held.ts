/** What lies in the quarantine of a run. */
import { inodeKey, type FileStat, type InodeKey } from '../model/inode.ts';
import { isTrouble } from '../model/trouble.ts';
import type { BytePath } from '../model/byte-path.ts';
import type { Anchor } from '../system/os.ts';
import { elsewhereLeaf, journalLeaf } from './open-run.ts';
import { sequenceOf } from './vet-journal.ts';

export interface Held {
  readonly files: number;
  /** Each inode once. */
  readonly bytes: number;
  /** Names that no run of ours gives. */
  readonly strangers: readonly BytePath[];
}

export function countHeld(
  directory: Anchor,
  onFile?: (leaf: BytePath, sequence: number, stat: FileStat) => void,
): Held {
  const leaves: BytePath[] = [];
  const strangers: BytePath[] = [];
  directory.list((leaf) => {
    if (leaf === journalLeaf || leaf === elsewhereLeaf) return;
    (sequenceOf(leaf) === undefined ? strangers : leaves).push(leaf);
  });
  const counted = new Set<InodeKey>();
  let files = 0;
  let bytes = 0;
  for (const leaf of leaves) {
    const stat = directory.lstat(leaf);
    const sequence = sequenceOf(leaf);
    if (isTrouble(stat) || sequence === undefined) continue;
    if (stat.kind !== 'file') {
      strangers.push(leaf);
      continue;
    }
    files += 1;
    if (!counted.has(inodeKey(stat))) bytes += stat.sizeBytes;
    counted.add(inodeKey(stat));
    onFile?.(leaf, sequence, stat);
  }
  return { files, bytes, strangers };
}
