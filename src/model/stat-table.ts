/** What lstat said of many names, in rows of 64 bytes with an object of 40 to look at each. */
import type { FileStat } from './inode.ts';
import { RowStat, rowsIn, rowWords, writeRow } from './stat-rows.ts';

/** Rows in one piece of memory: a table that doubles has to be there twice for a moment. */
const rowsEach = 1024;

export class StatTable {
  #rows = room();
  #length = 0;

  /** @returns the same look, which from now on lies here; what does not fit stays as it is */
  keep(stat: FileStat): FileStat {
    if (!areTimesShort(stat)) return stat;
    if (this.#length === rowsEach) {
      this.#rows = room();
      this.#length = 0;
    }
    const at = this.#length * rowWords;
    this.#length += 1;
    writeRow(this.#rows, at, stat);
    return new RowStat(this.#rows, at);
  }
}

function room() {
  return rowsIn(new Uint32Array(rowsEach * rowWords));
}

/** Nanoseconds past the year 2262, which anybody can give a file, need more than 64 bits. */
function areTimesShort({ modifiedNs, changedNs, bornNs }: FileStat): boolean {
  return isShort(modifiedNs) && isShort(changedNs) && isShort(bornNs);
}

function isShort(ns: bigint): boolean {
  return BigInt.asIntN(64, ns) === ns;
}
