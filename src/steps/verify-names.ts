/**
 * The second look: a name counts only when it still is a name of the same inode in the same directory, and the
 * link count only when it is the one of now.
 */
import type { LedgerEntry, LinkLedger } from '../decide/link-ledger.ts';
import { isSameFile, sameInode, type FileStat } from '../model/inode.ts';
import { linkPath, type Directory } from '../model/link.ts';
import { isTrouble } from '../model/trouble.ts';
import type { Os } from '../system/os.ts';
import type { Pins } from './pin-inodes.ts';

export interface Verified {
  /** A name went, or a link count changed: what does not balance now may balance after another search. */
  readonly moved: boolean;
  readonly vanished: number;
}

/** Names between two turns of the event loop: about 10 ms of lstat calls. */
const batch = 4096;

export async function verifyNames(os: Os, ledger: LinkLedger, pins: Pins): Promise<Verified> {
  const verifier = new Verifier(os, pins);
  let looked = 0;
  for (const entry of ledger.entries) {
    verifier.verify(entry);
    looked += entry.names.length + 1;
    if (looked >= batch) {
      looked = 0;
      await os.clock.breathe();
    }
  }
  return { moved: verifier.moved, vanished: verifier.vanished };
}

class Verifier {
  moved = false;
  vanished = 0;
  readonly #os: Os;
  readonly #pins: Pins;
  readonly #directories = new Map<Directory, boolean>();

  constructor(os: Os, pins: Pins) {
    this.#os = os;
    this.#pins = pins;
  }

  verify(entry: LedgerEntry): void {
    const before = this.#now(entry);
    const names = entry.names.length;
    entry.retain((name) => {
      const stat = this.#os.files.lstat(linkPath(name));
      if (isTrouble(stat) || !this.#isThere(name.directory)) return false;
      return this.#pins.statOf(entry) ? sameInode(stat, entry.stat) : isSameFile(entry.stat, stat);
    });
    if (entry.names.length !== names) {
      this.vanished += names - entry.names.length;
      this.moved = true;
    }
    // A rename between two of these looks would let one name count twice; it moves the ctime, so equal ctimes
    // before and after prove that the names were all there at once.
    const after = this.#now(entry);
    entry.moving = before === undefined || after?.changedNs !== before.changedNs;
    if (after !== undefined) {
      if (after.linkCount !== entry.stat.linkCount) this.moved = true;
      entry.stat = after;
    }
    if (entry.moving) this.moved = true;
  }

  /** The wanted inode as it is: by its descriptor, else by the first of its names that still is one. */
  #now(entry: LedgerEntry): FileStat | undefined {
    const pinned = this.#pins.statOf(entry);
    if (pinned !== undefined) return pinned;
    for (const name of entry.names) {
      const stat = this.#os.files.lstat(linkPath(name));
      if (!isTrouble(stat) && isSameFile(entry.stat, stat)) return stat;
    }
    return undefined;
  }

  /** A renamed directory takes its names along without a trace in their ctime; its own identity tells. */
  #isThere(directory: Directory): boolean {
    const known = this.#directories.get(directory);
    if (known !== undefined) return known;
    const stat = this.#os.files.lstat(directory.path);
    const there = !isTrouble(stat) && sameInode(stat, directory);
    this.#directories.set(directory, there);
    return there;
  }
}
