/**
 * Hits on their way from a thread to the caller: packed by directory into bytes and numbers, since posting copies, and an
 * object a hit is copied field by field. A name stays the bytes that the kernel gave until the caller wants it.
 */
import { asBytes, type BytePath } from '../../model/byte-path.ts';
import type { Directory } from '../../model/link.ts';
import { messageUidAt, type ShortLeaf } from '../../model/mailbox-name.ts';
import type { PathBytes } from './directory-stack.ts';
import { inodeOf } from './getdents.ts';
import type { PostedHits } from './walk-messages.ts';

/**
 * The numbers of one directory before those of its hits: where each is, how many hits there are, how many bytes its path has
 * (without its NUL), and how many bytes belong to it, path and names.
 */
export const hitHead = {
  ...{ table: 0, low: 1, high: 2, count: 3, path: 4, bytes: 5 },
  words: 6,
} as const;
/** A hit is two numbers: its index, and the uid that its name says. */
export const hitWords = 2;
/** In the index of a hit whose name is not that of a message: then the other number is how many bytes the name has. */
export const oddBit = 0x8000_0000;

/** A directory with hits; `low` and `high` are the halves of its inode number. */
interface HitPlace {
  readonly path: PathBytes;
  readonly table: number;
  readonly low: number;
  readonly high: number;
}

export class HitBatch {
  #names = Buffer.allocUnsafeSlow(4096);
  #bytes = 0;
  #numbers = new Uint32Array(1024);
  #count = 0;
  #headAt = 0;
  #place: HitPlace | undefined;

  /** Two numbers a hit, and some for each directory. */
  get size(): number {
    return this.#count;
  }

  /** @param leaf  where the name begins in `bytes`, which a NUL ends */
  add(index: number, place: HitPlace, bytes: Uint8Array, leaf: number): void {
    if (this.#place !== place) this.#begin(place);
    const uid = messageUidAt(bytes, leaf);
    const length = uid < 0 ? this.#addName(bytes, leaf) : 0;
    this.#makeRoom(hitWords);
    this.#numbers[this.#count++] = uid < 0 ? index | oddBit : index;
    this.#numbers[this.#count++] = uid < 0 ? length : uid;
    this.#increase(hitHead.count, 1);
  }

  take(): PostedHits | undefined {
    if (this.#count === 0) return undefined;
    // Shared, so that other threads can look at what was found. NUL is the one byte besides the slash that no name can
    // hold.
    const names = new Uint8Array(new SharedArrayBuffer(this.#bytes));
    names.set(this.#names.subarray(0, this.#bytes));
    const numbers = new Uint32Array(new SharedArrayBuffer(this.#count * 4));
    numbers.set(this.#numbers.subarray(0, this.#count));
    this.#bytes = 0;
    this.#count = 0;
    this.#place = undefined;
    return { names, numbers };
  }

  #begin(place: HitPlace): void {
    const { path, table, low, high } = place;
    this.#place = place;
    this.#makeRoom(hitHead.words);
    this.#numbers.set([table, low, high, 0, path.length, 0], this.#count);
    this.#headAt = this.#count;
    this.#count += hitHead.words;
    this.#copy(path.bytes, 0, path.length + 1);
  }

  /** @returns how many bytes it has, without its NUL */
  #addName(bytes: Uint8Array, leaf: number): number {
    const length = bytes.indexOf(0, leaf) - leaf;
    this.#copy(bytes, leaf, leaf + length + 1);
    return length;
  }

  #copy(bytes: Uint8Array, from: number, to: number): void {
    const end = this.#bytes + to - from;
    if (end > this.#names.length) {
      const larger = Buffer.allocUnsafeSlow(end * 2);
      larger.set(this.#names);
      this.#names = larger;
    }
    this.#names.set(bytes.subarray(from, to), this.#bytes);
    this.#bytes = end;
    this.#increase(hitHead.bytes, to - from);
  }

  /** One of the numbers of the directory that came last. */
  #increase(word: number, by: number): void {
    const at = this.#headAt + word;
    this.#numbers[at] = (this.#numbers[at] ?? 0) + by;
  }

  #makeRoom(numbers: number): void {
    if (this.#count + numbers <= this.#numbers.length) return;
    const larger = new Uint32Array(this.#numbers.length * 2);
    larger.set(this.#numbers);
    this.#numbers = larger;
  }
}

/** Calls `onHit` for every hit of the batch, with one Directory for all hits in it. No string is made of a message's name. */
export function unpackHits(
  { names, numbers }: PostedHits,
  devices: readonly bigint[],
  onHit: (table: number, index: number, directory: Directory, leaf: ShortLeaf) => void,
): void {
  const bytes = Buffer.from(names.buffer);
  let byte = 0;
  for (let at = 0; at < numbers.length;) {
    const table = numbers[at + hitHead.table] ?? 0;
    const length = numbers[at + hitHead.path] ?? 0;
    const directory: Directory = {
      path: nameAt(bytes, byte, length),
      dev: devices[table] ?? 0n,
      ino: inodeOf(numbers[at + hitHead.low] ?? 0, numbers[at + hitHead.high] ?? 0),
    };
    byte += length + 1;
    const end = at + hitHead.words + (numbers[at + hitHead.count] ?? 0) * hitWords;
    for (at += hitHead.words; at < end; at += hitWords) {
      const [index, number] = [numbers[at] ?? 0, numbers[at + 1] ?? 0];
      if (index < oddBit) {
        onHit(table, index, directory, number);
      } else {
        onHit(table, index - oddBit, directory, nameAt(bytes, byte, number));
        byte += number + 1;
      }
    }
  }
}

function nameAt(bytes: Buffer, at: number, length: number): BytePath {
  return asBytes(bytes.toString('latin1', at, at + length));
}
