/** What files are expected to be, in rows of shared memory: any thread can hold an answer of statx(2) against them. */
import type { FileKind, FileStat, InodeId } from '../model/inode.ts';
import type { ExpectedFile } from './digest-file.ts';
import { deviceOf } from './libc.ts';

/** Words of 32 bits in a row; of longer numbers the lower half comes first. */
const wordsEach = 16;
const [inoAt, devAt, changedAt, modifiedAt, bornAt, sizeAt] = [0, 2, 4, 6, 8, 10] as const;
const [linksAt, modeAt, uidAt, gidAt] = [12, 13, 14, 15] as const;

export class ExpectedStats {
  /** To be posted; shared() takes it in another thread. */
  readonly words: Uint32Array<SharedArrayBuffer>;
  readonly #numbers: BigInt64Array;
  /** Of the last answer, since nearly all are of one device. */
  #major = -1;
  #minor = -1;
  #devLow = 0;
  #devHigh = 0;

  private constructor(words: Uint32Array<SharedArrayBuffer>) {
    this.words = words;
    this.#numbers = new BigInt64Array(words.buffer);
  }

  static ofMany(count: number): ExpectedStats {
    return new ExpectedStats(new Uint32Array(new SharedArrayBuffer(count * wordsEach * 4)));
  }

  static shared(words: Uint32Array<SharedArrayBuffer>): ExpectedStats {
    return new ExpectedStats(words);
  }

  set(at: number, stat: FileStat): void {
    const row = at * wordsEach;
    this.#setIdentity(row, stat);
    this.#set(row + changedAt, stat.changedNs);
    this.#set(row + modifiedAt, stat.modifiedNs);
    this.#set(row + bornAt, stat.bornNs);
    const { words } = this;
    words[row + sizeAt] = stat.sizeBytes;
    words[row + sizeAt + 1] = stat.sizeBytes / 0x1_0000_0000;
    words[row + linksAt] = stat.linkCount;
    words[row + modeAt] = (kindNumbers[stat.kind] << 12) | stat.mode;
    words[row + uidAt] = stat.uid;
    words[row + gidAt] = stat.gid;
  }

  /** Whatever else has become of it. */
  setIdentity(at: number, id: InodeId): void {
    const row = at * wordsEach;
    this.#setIdentity(row, id);
    // Of no kind of file.
    this.words[row + modeAt] = 0;
  }

  sizeOf(at: number): number {
    const row = at * wordsEach;
    return (this.words[row + sizeAt + 1] ?? 0) * 0x1_0000_0000 + (this.words[row + sizeAt] ?? 0);
  }

  /** What of a row says which bytes are meant. */
  fileOf(at: number): ExpectedFile {
    const row = at * wordsEach;
    return {
      dev: BigInt.asUintN(64, this.#get(row + devAt)),
      ino: BigInt.asUintN(64, this.#get(row + inoAt)),
      sizeBytes: this.sizeOf(at),
      modifiedNs: this.#get(row + modifiedAt),
      changedNs: this.#get(row + changedAt),
    };
  }

  /** @param statx  what it answered, in words: see StatBuffer in quick-looks.ts */
  isSeen(at: number, statx: Uint32Array): boolean {
    const row = at * wordsEach;
    const { words } = this;
    if (words[row + inoAt] !== statx[8] || words[row + inoAt + 1] !== statx[9]) return false;
    this.#renewDevice(statx[34] ?? 0, statx[35] ?? 0);
    if (words[row + devAt] !== this.#devLow || words[row + devAt + 1] !== this.#devHigh)
      return false;
    if (words[row + modeAt] === 0) return true;
    return (
      this.#isTime(row + changedAt, statx, 24) &&
      this.#isTime(row + modifiedAt, statx, 28) &&
      this.#isTime(row + bornAt, statx, 20) &&
      words[row + sizeAt] === statx[10] &&
      words[row + sizeAt + 1] === statx[11] &&
      words[row + linksAt] === statx[4] &&
      words[row + modeAt] === ((statx[7] ?? 0) & 0xffff) &&
      words[row + uidAt] === statx[5] &&
      words[row + gidAt] === statx[6]
    );
  }

  #setIdentity(row: number, { dev, ino }: InodeId): void {
    this.#set(row + inoAt, ino);
    this.#set(row + devAt, dev);
  }

  #set(word: number, number: bigint): void {
    this.#numbers[word >>> 1] = number;
  }

  #get(word: number): bigint {
    return this.#numbers[word >>> 1] ?? 0n;
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

/** The upper four bits of the mode. Source: inode(7). */
const kindNumbers: Readonly<Record<FileKind, number>> = {
  fifo: 1,
  'character device': 2,
  directory: 4,
  'block device': 6,
  file: 8,
  symlink: 10,
  socket: 12,
};

const kinds = new Map(Object.entries(kindNumbers).map(([kind, number]) => [number, kind]));

/** @param mode  with all of its 16 bits */
export function kindOfMode(mode: number): FileKind {
  const kind = kinds.get((mode & 0xffff) >>> 12);
  return (kind ?? 'character device') as FileKind;
}
