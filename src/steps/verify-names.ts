/**
 * The second look: a name counts only when it still is a name of the same inode in the same directory, and the
 * link count only when it is the one of now.
 */
import { ctimeGrain, isSettled } from '../decide/ctime-grain.ts';
import type { LedgerEntry } from '../decide/ledger-entry.ts';
import type { LinkLedger } from '../decide/link-ledger.ts';
import { isSameFile, isSameStat, sameInode, type FileStat } from '../model/inode.ts';
import { linkPath, type Directory } from '../model/link.ts';
import { isTrouble } from '../model/trouble.ts';
import type { Clock, Looks } from '../system/os.ts';
import { leftOfDirectories, lookTogether, type Helpers } from './look-together.ts';
import type { Pins } from './pin-inodes.ts';
import { firstToLookAt, mayGoShortWay } from './short-way.ts';

export interface Verified {
  /** A name went, or a link count changed: what does not balance now may balance after another search. */
  readonly moved: boolean;
  readonly vanished: number;
}

/** Names between two turns of the event loop: about 10 ms of lstat calls. */
const batch = 4096;

/** What this step needs of the OS. */
export interface LooksAndClock {
  readonly looks: Looks;
  readonly clock: Clock;
}

export async function verifyNames(
  os: LooksAndClock,
  ledger: LinkLedger,
  pins: Pins,
  helpers?: Helpers,
): Promise<Verified> {
  const verifier = new Verifier(os, ledger, pins);
  const left = await lookTogether(helpers, ledger);
  verifier.renewClock();
  let looked = 0;
  for (const row of left) {
    verifier.verify(ledger.entry(row));
    looked += ledger.countOf(row) + 1;
    if (looked >= batch) {
      looked = 0;
      await os.clock.breathe();
      verifier.renewClock();
    }
  }
  await verifier.verifyYoung();
  await verifier.verifyDirectories(helpers);
  return { moved: verifier.moved, vanished: verifier.vanished };
}

class Verifier {
  moved = false;
  vanished = 0;
  readonly #os: LooksAndClock;
  readonly #ledger: LinkLedger;
  readonly #pins: Pins;
  /** Those that were asked about, and what was said. */
  readonly #asked = new Map<Directory, boolean>();
  /** Entries whose ctime may be that of a later change as well. */
  readonly #young: LedgerEntry[] = [];
  #waitNs = 0n;
  #nowNs: bigint;

  constructor(os: LooksAndClock, ledger: LinkLedger, pins: Pins) {
    this.#os = os;
    this.#ledger = ledger;
    this.#pins = pins;
    this.#nowNs = os.clock.nowNs();
  }

  /** Asked once a batch: by a clock that stood still meanwhile, a file looks younger, which costs only a pause. */
  renewClock(): void {
    this.#nowNs = this.#os.clock.nowNs();
  }

  verify(entry: LedgerEntry): void {
    if (this.#isUnchanged(entry)) return;
    const before = this.#look(entry);
    if (before === undefined || isSettled(before.changedNs, this.#nowNs)) return;
    this.#young.push(entry);
    const grain = ctimeGrain(before.changedNs);
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
  async verifyDirectories(helpers: Helpers | undefined): Promise<void> {
    const gone = new Set<Directory>();
    for (const directory of await leftOfDirectories(helpers, this.#ledger)) {
      if (!this.#isNow(directory)) gone.add(directory);
    }
    if (gone.size === 0) return;
    for (const entry of this.#ledger.entries) {
      if (entry.names.some((name) => gone.has(name.directory))) this.#setMoving(entry);
    }
  }

  /** By the short way. */
  #isUnchanged(entry: LedgerEntry): boolean {
    const { row, stat } = entry;
    const ledger = this.#ledger;
    if (!mayGoShortWay(ledger, row)) return false;
    for (const name of ledger.namesOf(row, firstToLookAt(ledger, row))) {
      const now = this.#os.looks.lstat(linkPath(name), stat);
      if (now !== stat && (isTrouble(now) || !isSameStat(now, stat))) return false;
    }
    return true;
  }

  /** @returns the inode as it was before its names were looked at */
  #look(entry: LedgerEntry): FileStat | undefined {
    const before = this.#now(entry);
    const names = entry.count;
    const isPinned = this.#pins.has(entry);
    entry.retain((name) => {
      const stat = this.#os.looks.lstat(linkPath(name), entry.stat);
      if (isTrouble(stat) || !this.#isThere(name.directory)) return false;
      return isPinned ? sameInode(stat, entry.stat) : isSameFile(entry.stat, stat);
    });
    if (entry.count !== names) {
      this.vanished += names - entry.count;
      this.moved = true;
    }
    // A rename between two of these looks would let one name count twice; it moves the ctime, so equal ctimes
    // before and after prove that the names were all there at once.
    const after = this.#now(entry);
    entry.moving = before === undefined || after?.changedNs !== before.changedNs;
    if (after !== undefined) {
      if (after.linkCount !== entry.stat.linkCount) this.moved = true;
      entry.see(after);
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
      const stat = this.#os.looks.lstat(linkPath(name), entry.stat);
      if (!isTrouble(stat) && isSameFile(entry.stat, stat)) return stat;
    }
    return undefined;
  }

  /** A renamed directory takes its names along without a trace in their ctime; its own identity tells. */
  #isThere(directory: Directory): boolean {
    const known = this.#asked.get(directory);
    if (known !== undefined) return known;
    const there = this.#isNow(directory);
    this.#asked.set(directory, there);
    return there;
  }

  #isNow(directory: Directory): boolean {
    const stat = this.#os.looks.lstat(directory.path);
    return !isTrouble(stat) && sameInode(stat, directory);
  }
}
