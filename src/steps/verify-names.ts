/**
 * The second look: a name counts only when it still is a name of the same inode in the same directory, and the
 * link count only when it is the one of now.
 */
import type { LedgerEntry, LinkLedger } from '../decide/link-ledger.ts';
import { isSameFile, isSameStat, sameInode, type FileStat } from '../model/inode.ts';
import { linkPath, type Directory } from '../model/link.ts';
import { isTrouble } from '../model/trouble.ts';
import type { Clock, Looks } from '../system/os.ts';
import type { Pins } from './pin-inodes.ts';

export interface Verified {
  /** A name went, or a link count changed: what does not balance now may balance after another search. */
  readonly moved: boolean;
  readonly vanished: number;
}

/** Names between two turns of the event loop: about 10 ms of lstat calls. */
const batch = 4096;

/**
 * Two changes may have one ctime: until Linux 6.13 it is the time of the kernel's last tick (10 ms at HZ=100), and
 * whole seconds on ext3, and on ext4 with inodes of 128 bytes. So a ctime younger than this proves nothing yet.
 */
const tickNs = 20_000_000n;
const secondNs = 1_000_000_000n;

/** What this step needs of the OS. */
export interface LooksAndClock {
  readonly looks: Looks;
  readonly clock: Clock;
}

export async function verifyNames(
  os: LooksAndClock,
  ledger: LinkLedger,
  pins: Pins,
): Promise<Verified> {
  const verifier = new Verifier(os, pins);
  let looked = 0;
  for (const entry of ledger.entries) {
    verifier.verify(entry);
    looked += entry.names.length + 1;
    if (looked >= batch) {
      looked = 0;
      await os.clock.breathe();
      verifier.renewClock();
    }
  }
  await verifier.verifyYoung();
  verifier.verifyDirectories(ledger);
  return { moved: verifier.moved, vanished: verifier.vanished };
}

class Verifier {
  moved = false;
  vanished = 0;
  readonly #os: LooksAndClock;
  readonly #pins: Pins;
  readonly #directories = new Map<Directory, boolean>();
  /** Entries whose ctime may be that of a later change as well. */
  readonly #young: LedgerEntry[] = [];
  #waitNs = 0n;
  #nowNs: bigint;

  constructor(os: LooksAndClock, pins: Pins) {
    this.#os = os;
    this.#pins = pins;
    this.#nowNs = os.clock.nowNs();
  }

  /** Asked once a batch: by a clock that stood still meanwhile, a file looks younger, which costs only a pause. */
  renewClock(): void {
    this.#nowNs = this.#os.clock.nowNs();
  }

  verify(entry: LedgerEntry): void {
    const before = this.#look(entry);
    if (before === undefined) return;
    const grain = before.changedNs % secondNs === 0n ? secondNs + tickNs : tickNs;
    if (before.changedNs <= this.#nowNs - grain) return;
    this.#young.push(entry);
    if (grain > this.#waitNs) this.#waitNs = grain;
  }

  /** A ctime that is still the same after its tick is that of no later change. */
  async verifyYoung(): Promise<void> {
    if (this.#young.length === 0) return;
    const seen = this.#young.map((entry) => entry.stat.changedNs);
    await this.#os.clock.pause(Number(this.#waitNs / 1_000_000n));
    this.#young.forEach((entry, at) => {
      const before = this.#look(entry);
      if (before?.changedNs !== seen[at]) this.#setMoving(entry);
    });
  }

  /**
   * Once more at the end: when two directories change places between two looks, one name is seen twice, and each
   * directory was where it belongs when it was first asked about.
   */
  verifyDirectories(ledger: LinkLedger): void {
    const gone = new Set<Directory>();
    for (const [directory, wasThere] of this.#directories) {
      if (wasThere && !this.#isNow(directory)) gone.add(directory);
    }
    if (gone.size === 0) return;
    for (const entry of ledger.entries) {
      if (entry.names.some((name) => gone.has(name.directory))) this.#setMoving(entry);
    }
  }

  /** @returns the inode as it was before its names were looked at */
  #look(entry: LedgerEntry): FileStat | undefined {
    const before = this.#now(entry);
    const names = entry.names.length;
    const isPinned = this.#pins.has(entry);
    entry.retain((name) => {
      const stat = this.#os.looks.lstat(linkPath(name));
      if (isTrouble(stat) || !this.#isThere(name.directory)) return false;
      return isPinned ? sameInode(stat, entry.stat) : isSameFile(entry.stat, stat);
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
      // One object for the file of the listing and the entry, as long as nothing of it has changed.
      if (!isSameStat(after, entry.stat)) entry.stat = after;
    }
    if (entry.moving) this.moved = true;
    return before;
  }

  #setMoving(entry: LedgerEntry): void {
    entry.moving = true;
    this.moved = true;
  }

  /** The wanted inode as it is: by its descriptor, else by the first of its names that still is one. */
  #now(entry: LedgerEntry): FileStat | undefined {
    const pinned = this.#pins.statOf(entry);
    if (pinned !== undefined) return pinned;
    for (const name of entry.names) {
      const stat = this.#os.looks.lstat(linkPath(name));
      if (!isTrouble(stat) && isSameFile(entry.stat, stat)) return stat;
    }
    return undefined;
  }

  /** A renamed directory takes its names along without a trace in their ctime; its own identity tells. */
  #isThere(directory: Directory): boolean {
    const known = this.#directories.get(directory);
    if (known !== undefined) return known;
    const there = this.#isNow(directory);
    this.#directories.set(directory, there);
    return there;
  }

  #isNow(directory: Directory): boolean {
    const stat = this.#os.looks.lstat(directory.path);
    return !isTrouble(stat) && sameInode(stat, directory);
  }
}
