/**
 * Hits on their way from a thread to the caller: packed by directory into bytes and numbers, since posting copies, and an
 * object a hit is copied field by field. A name stays the bytes that the kernel gave until the caller wants it.
 */
import { asBytes, type BytePath } from '../../model/byte-path.ts';
import type { Directory } from '../../model/link.ts';
import { messageUidAt, type ShortLeaf } from '../../model/mailbox-name.ts';
import { inodeOf } from './getdents.ts';
import type { PostedHits } from './walk-messages.ts';

/** The numbers of one directory before those of its hits: where each is, and how many there are. */
export const hitHead = { table: 0, low: 1, high: 2, count: 3, words: 4 } as const;

/** A directory with hits; `low` and `high` are the halves of its inode number. */
interface HitPlace {
  readonly path: BytePath;
  readonly table: number;
  readonly low: number;
  readonly high: number;
}

export class HitBatch {
  #names = Buffer.allocUnsafeSlow(4096);
  #bytes = 0;
  #numbers = new Uint32Array(1024);
  #count = 0;
  #countAt = 0;
  #place: HitPlace | undefined;

  /** As many numbers as there are hits, and four for each directory. */
  get size(): number {
    return this.#count;
  }

  /** @param leaf  where the name begins in `bytes`, which a NUL ends */
  add(index: number, place: HitPlace, bytes: Uint8Array, leaf: number): void {
    if (this.#place !== place) this.#begin(place);
    this.#makeRoom(1, 0);
    this.#numbers[this.#count++] = index;
    this.#numbers[this.#countAt] = (this.#numbers[this.#countAt] ?? 0) + 1;
    for (let at = leaf; ; at += 1) {
      const byte = bytes[at] ?? 0;
      if (this.#bytes === this.#names.length) this.#makeRoom(0, 1);
      this.#names[this.#bytes++] = byte;
      if (byte === 0) return;
    }
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
    this.#makeRoom(hitHead.words, path.length + 1);
    this.#names.write(path, this.#bytes, 'latin1');
    this.#bytes += path.length;
    this.#names[this.#bytes++] = 0;
    this.#numbers.set([table, low, high, 0], this.#count);
    this.#countAt = this.#count + hitHead.count;
    this.#count += hitHead.words;
  }

  #makeRoom(numbers: number, bytes: number): void {
    if (this.#count + numbers > this.#numbers.length) {
      const larger = new Uint32Array(this.#numbers.length * 2);
      larger.set(this.#numbers);
      this.#numbers = larger;
    }
    if (this.#bytes + bytes > this.#names.length) {
      const larger = Buffer.allocUnsafeSlow(this.#names.length * 2 + bytes);
      larger.set(this.#names);
      this.#names = larger;
    }
  }
}

/** Calls `onHit` for every hit of the batch, with one Directory for all hits in it. No string is made of a message's name. */
export function unpackHits(
  posted: PostedHits,
  devices: readonly bigint[],
  onHit: (table: number, index: number, directory: Directory, leaf: ShortLeaf) => void,
): void {
  const names = new PackedNames(posted.names);
  const { numbers } = posted;
  for (let at = 0; at < numbers.length;) {
    const table = numbers[at + hitHead.table] ?? 0;
    const directory: Directory = {
      path: names.next(),
      dev: devices[table] ?? 0n,
      ino: inodeOf(numbers[at + hitHead.low] ?? 0, numbers[at + hitHead.high] ?? 0),
    };
    const end = at + hitHead.words + (numbers[at + hitHead.count] ?? 0);
    for (at += hitHead.words; at < end; at++) {
      onHit(table, numbers[at] ?? 0, directory, names.nextLeaf());
    }
  }
}

/** Names one after the other, each ended by a NUL. */
class PackedNames {
  readonly #bytes: Buffer;
  #at = 0;

  constructor({ buffer }: Uint8Array<SharedArrayBuffer>) {
    this.#bytes = Buffer.from(buffer);
  }

  next(): BytePath {
    const end = this.#bytes.indexOf(0, this.#at);
    const name = asBytes(this.#bytes.toString('latin1', this.#at, end));
    this.#at = end + 1;
    return name;
  }

  nextLeaf(): ShortLeaf {
    const uid = messageUidAt(this.#bytes, this.#at);
    if (uid < 0) return this.next();
    while (this.#bytes[this.#at++] !== 0);
    return uid;
  }
}
