/** What files are expected to be, in rows of shared memory: any thread can hold an answer of statx(2) against them. */
import type { FileStat } from '../model/inode.ts';
import {
  RowStat,
  rowAt,
  rowsIn,
  rowWords,
  sizeInRow,
  writeIdentity,
  writeRow,
  type StatRows,
} from '../model/stat-rows.ts';
import type { ExpectedFile } from './digest-file.ts';
import { deviceOf } from './libc.ts';

export class ExpectedStats {
  /** To be posted; shared() takes it in another thread. */
  readonly words: Uint32Array<SharedArrayBuffer>;
  readonly #rows: StatRows;
  /** Of the last answer, since nearly all are of one device. */
  #major = -1;
  #minor = -1;
  #devLow = 0;
  #devHigh = 0;

  private constructor(words: Uint32Array<SharedArrayBuffer>) {
    this.words = words;
    this.#rows = rowsIn(words);
  }

  static ofMany(count: number): ExpectedStats {
    return new ExpectedStats(new Uint32Array(new SharedArrayBuffer(count * rowWords * 4)));
  }

  static shared(words: Uint32Array<SharedArrayBuffer>): ExpectedStats {
    return new ExpectedStats(words);
  }

  set(at: number, stat: FileStat): void {
    writeRow(this.#rows, at * rowWords, stat);
  }

  /** Of a row that says no more. */
  setDevice(at: number, dev: bigint): void {
    writeIdentity(this.#rows, at * rowWords, { dev, ino: 0n });
  }

  sizeOf(at: number): number {
    return sizeInRow(this.words, at * rowWords);
  }

  /** What of a row says which bytes are meant. */
  fileOf(at: number): ExpectedFile {
    const { dev, ino, sizeBytes, modifiedNs, changedNs } = new RowStat(this.#rows, at * rowWords);
    return { dev, ino, sizeBytes, modifiedNs, changedNs };
  }

  /** @param statx  what it answered, in words: see StatBuffer in quick-looks.ts */
  isSeen(at: number, statx: Uint32Array): boolean {
    const row = at * rowWords;
    const { words } = this;
    if (words[row + rowAt.ino] !== statx[8] || words[row + rowAt.ino + 1] !== statx[9])
      return false;
    return (
      this.isOfDevice(at, statx) &&
      this.#isTime(row + rowAt.changed, statx, 24) &&
      this.#isTime(row + rowAt.modified, statx, 28) &&
      this.#isTime(row + rowAt.born, statx, 20) &&
      words[row + rowAt.size] === statx[10] &&
      words[row + rowAt.size + 1] === statx[11] &&
      words[row + rowAt.links] === statx[4] &&
      words[row + rowAt.mode] === ((statx[7] ?? 0) & 0xffff) &&
      words[row + rowAt.uid] === statx[5] &&
      words[row + rowAt.gid] === statx[6]
    );
  }

  isOfDevice(at: number, statx: Uint32Array): boolean {
    this.#renewDevice(statx[34] ?? 0, statx[35] ?? 0);
    const dev = at * rowWords + rowAt.dev;
    return this.words[dev] === this.#devLow && this.words[dev + 1] === this.#devHigh;
  }

  /**
   * No bigint is made: the lower words are compared exactly, and the whole as far as a number can, to some hundred ns of
   * 2^32.
   */
  #isTime(word: number, statx: Uint32Array, at: number): boolean {
    const [low = 0, high = 0] = [this.words[word], this.words[word + 1]];
    const [secondsLow = 0, nanoseconds = 0] = [statx[at], statx[at + 2]];
    if ((Math.imul(secondsLow, 1e9) + nanoseconds) >>> 0 !== low) return false;
    const seconds = ((statx[at + 1] ?? 0) | 0) * 2 ** 32 + secondsLow;
    return Math.abs(seconds * 1e9 + nanoseconds - ((high | 0) * 2 ** 32 + low)) < 2 ** 31;
  }

  #renewDevice(major: number, minor: number): void {
    if (major === this.#major && minor === this.#minor) return;
    [this.#major, this.#minor] = [major, minor];
    const dev = deviceOf(major, minor);
    this.#devLow = Number(BigInt.asUintN(32, dev));
    this.#devHigh = Number(dev >> 32n);
  }
}
