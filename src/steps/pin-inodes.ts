/** Holds the wanted inodes, so that none of their numbers can be given to another file during the search. */
import type { LedgerEntry } from '../decide/ledger-entry.ts';
import { sameInode, type FileStat } from '../model/inode.ts';
import { linkPath } from '../model/link.ts';
import { isTrouble } from '../model/trouble.ts';
import type { Looks, Pin } from '../system/os.ts';

export class Pins {
  /** By the number of the account. */
  readonly #pins = new Map<number, Pin>();

  /** Pins while descriptors last; an inode that was replaced meanwhile stays unpinned and will not verify. */
  static hold(looks: Looks, entries: Iterable<LedgerEntry>): Pins {
    const held = new Pins();
    let left = looks.pinLimit;
    for (const entry of entries) {
      if (left === 0) break;
      const [name] = entry.names;
      if (name === undefined) continue;
      const pin = looks.pin(linkPath(name));
      if (isTrouble(pin)) {
        if (pin.errno === 'EMFILE' || pin.errno === 'ENFILE') break;
        continue;
      }
      if (sameInode(pin.stat(), entry.stat)) {
        held.#pins.set(entry.row, pin);
        left -= 1;
      } else pin.release();
    }
    return held;
  }

  get size(): number {
    return this.#pins.size;
  }

  has(entry: LedgerEntry): boolean {
    return this.#pins.has(entry.row);
  }

  /** The inode as it is now, by its descriptor; undefined when it is not pinned. */
  statOf(entry: LedgerEntry): FileStat | undefined {
    return this.#pins.get(entry.row)?.stat();
  }

  release(): void {
    for (const pin of this.#pins.values()) pin.release();
    this.#pins.clear();
  }
}
