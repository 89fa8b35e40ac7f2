/**
 * What our own work moved. Removing one name of an inode moves the ctime of the others, and removing a file that of its
 * directory (safety.md 9): a later step must know that from a change that somebody else made.
 */
import type { TouchedInode } from '../model/child-talk.ts';
import { inodeKey, type FileStat, type InodeId, type InodeKey } from '../model/inode.ts';

/** What runs have begun that were killed or interrupted. */
export interface UnfinishedWork {
  /** By inode: the ctimes that the runs' own scans saw. */
  readonly files: ReadonlyMap<InodeKey, ReadonlySet<bigint>>;
  readonly directories: ReadonlySet<InodeKey>;
}

export class OwnChanges {
  readonly #before: UnfinishedWork;
  readonly #changed = new Map<InodeKey, bigint>();
  readonly #directories = new Set<InodeKey>();

  /** @param touched  what the same clean left in other roots */
  constructor(before: UnfinishedWork, touched: readonly TouchedInode[] = []) {
    this.#before = before;
    for (const inode of touched) this.#changed.set(inodeKey(inode), inode.changedNs);
  }

  /** After each call of ours on the file, as its descriptor shows it. */
  noteFile(now: FileStat): void {
    // Only another name of it can meet this again.
    if (now.linkCount > 1) this.#changed.set(inodeKey(now), now.changedNs);
  }

  noteDirectory(directory: InodeId): void {
    this.#directories.add(inodeKey(directory));
  }

  /** Is the ctime of `now` the one that the scan saw, or the one that our work left? */
  explainsFile(seen: FileStat, now: FileStat): boolean {
    const left = this.#changed.get(inodeKey(seen));
    if (left !== undefined) return now.changedNs === left;
    if (now.changedNs === seen.changedNs) return true;
    // The unfinished run saw it as this plan does, so the change came after that run's scan, and it had begun with it.
    return this.#before.files.get(inodeKey(seen))?.has(seen.changedNs) ?? false;
  }

  explainsDirectory(seen: FileStat, now: FileStat): boolean {
    const key = inodeKey(seen);
    if (this.#directories.has(key) || this.#before.directories.has(key)) return true;
    return now.changedNs === seen.changedNs && now.modifiedNs === seen.modifiedNs;
  }
}
