/**
 * Inode numbers of one device as bits, in a flat hash table of blocks of 64 neighbours.
 *
 * Filesystems give numbers out in runs (ext4 by inode tables, XFS in chunks of 64 that are aligned, btrfs and ZFS
 * counting up), so a million messages are some 16,000 blocks and 0.5 MB, where a sorted array has 8 MB. The worst
 * case, no two in one block, is 16 bytes each by the load of the table. The memory is shared, so that a thread can
 * hand its set over without a copy.
 */
import { halvesOf } from './inode.ts';
import { isInPart, type InodePart } from './inode-part.ts';

/** Words of a slot: low half of the block's first number, high half, 64 bits. A slot without a bit is free. */
const slotWords = 4;
const slotsAtFirst = 16;

export class InodeSet {
  #slots: Uint32Array;
  #blocks: number;
  #shift: number;
  readonly #onFull: (set: InodeSet) => void;

  /** @param onFull called when three quarters of the slots are taken; it makes room by grow() or keep() */
  constructor(onFull?: (set: InodeSet) => void) {
    this.#slots = memory(slotsAtFirst);
    this.#blocks = 0;
    this.#shift = shiftFor(slotsAtFirst);
    this.#onFull =
      onFull ??
      ((set) => {
        set.grow();
      });
  }

  static of(inodes: Iterable<bigint>): InodeSet {
    const set = new InodeSet();
    for (const ino of inodes) set.addNumber(ino);
    return set;
  }

  /** The same set in another thread, from what was posted there; it must not be added to in both. */
  static shared(slots: Uint32Array, blocks: number): InodeSet {
    const set = new InodeSet();
    set.#slots = slots;
    set.#blocks = blocks;
    set.#shift = shiftFor(slots.length / slotWords);
    return set;
  }

  get slots(): Uint32Array {
    return this.#slots;
  }

  get blocks(): number {
    return this.#blocks;
  }

  get bytes(): number {
    return this.#slots.byteLength;
  }

  get isFull(): boolean {
    return this.#blocks * slotWords * 4 >= this.#slots.length * 3;
  }

  /** How many numbers are in it: counted anew each time. */
  get size(): number {
    let size = 0;
    for (let at = 0; at < this.#slots.length; at += slotWords) {
      size += bitsIn(this.#slots[at + 2] ?? 0) + bitsIn(this.#slots[at + 3] ?? 0);
    }
    return size;
  }

  /** @returns whether it was new */
  add(low: number, high: number): boolean {
    const at = this.#find(low, high) + 2 + ((low >>> 5) & 1);
    const bit = 1 << (low & 31);
    const before = this.#slots[at] ?? 0;
    if ((before & bit) !== 0) return false;
    const other = this.#slots[at ^ 1] ?? 0;
    this.#slots[at] = before | bit;
    if ((before | other) === 0) this.#take(at & ~3, low, high);
    return true;
  }

  /** @returns whether it was new */
  addNumber(ino: bigint): boolean {
    return this.add(...halvesOf(ino));
  }

  has(ino: bigint): boolean {
    const [low, high] = halvesOf(ino);
    const word = this.#slots[this.#find(low, high) + 2 + ((low >>> 5) & 1)] ?? 0;
    return (word & (1 << (low & 31))) !== 0;
  }

  /** Every number once, in no order. */
  *[Symbol.iterator](): Generator<bigint> {
    for (let at = 0; at < this.#slots.length; at += slotWords) {
      const first =
        (BigInt(this.#slots[at + 1] ?? 0) << 32n) | BigInt((this.#slots[at] ?? 0) >>> 0);
      for (let place = 0; place < 64; place++) {
        const word = this.#slots[at + 2 + (place >>> 5)] ?? 0;
        if ((word & (1 << (place & 31))) !== 0) yield first + BigInt(place);
      }
    }
  }

  /** Takes every number of `other` in. @param common takes those that were in both */
  merge(other: InodeSet, common?: InodeSet): void {
    const from = other.#slots;
    const slots = from.length / slotWords;
    // Not in the order of the slots: that fills a smaller table from its beginning, and the runs there grow as long
    // as the table (1.6 million blocks took 379 s; 1.8 s in steps of the golden section).
    const stride = Math.floor(slots * 0.618) | 1;
    for (let step = 0, slot = 0; step < slots; step++, slot = (slot + stride) & (slots - 1)) {
      const at = slot * slotWords;
      const first = from[at + 2] ?? 0;
      const second = from[at + 3] ?? 0;
      if ((first | second) === 0) continue;
      const low = from[at] ?? 0;
      const high = from[at + 1] ?? 0;
      const [had, hadToo] = this.#addBlock(low, high, first, second);
      if (common && ((had & first) | (hadToo & second)) !== 0) {
        common.#addBlock(low, high, had & first, hadToo & second);
      }
    }
  }

  /** Twice as many slots. Old and new memory stand side by side meanwhile. */
  grow(): void {
    const from = this.#slots;
    const capacity = (from.length / slotWords) * 2;
    this.#slots = memory(capacity);
    this.#shift = shiftFor(capacity);
    this.#copyIn(from, from.length);
  }

  /** Forgets the numbers of all other parts. In its own memory, but for a copy of what is kept. */
  keep(part: InodePart): void {
    const slots = this.#slots;
    let end = 0;
    for (let at = 0; at < slots.length; at += slotWords) {
      if (slots[at + 2] === 0 && slots[at + 3] === 0) continue;
      if (!isInPart(part, slots[at] ?? 0, slots[at + 1] ?? 0)) continue;
      slots.copyWithin(end, at, at + slotWords);
      end += slotWords;
    }
    const kept = slots.slice(0, end);
    slots.fill(0);
    this.#copyIn(kept, end);
  }

  /** @returns the two words of bits as they were */
  #addBlock(low: number, high: number, first: number, second: number): [number, number] {
    const at = this.#find(low, high);
    const had = this.#slots[at + 2] ?? 0;
    const hadToo = this.#slots[at + 3] ?? 0;
    this.#slots[at + 2] = had | first;
    this.#slots[at + 3] = hadToo | second;
    if ((had | hadToo) === 0) this.#take(at, low, high);
    return [had, hadToo];
  }

  #take(at: number, low: number, high: number): void {
    this.#slots[at] = low & ~63;
    this.#slots[at + 1] = high;
    this.#blocks++;
    if (this.isFull) this.#onFull(this);
  }

  /** @returns where the slot of the block begins, its own or the free one where it belongs */
  #find(low: number, high: number): number {
    const slots = this.#slots;
    const words = slots.length;
    const block = (low & ~63) >>> 0;
    // The multiplication spreads the runs; its upper bits depend on all bits below.
    let at =
      (Math.imul((low >>> 6) ^ Math.imul(high, 0x85ebca6b), 0x9e3779b1) >>> this.#shift) << 2;
    for (;;) {
      if (slots[at] === block && slots[at + 1] === high) return at;
      if (slots[at + 2] === 0 && slots[at + 3] === 0) return at;
      at += slotWords;
      if (at === words) at = 0;
    }
  }

  /** Fills the empty slots with the blocks in the first words of `from`. */
  #copyIn(from: Uint32Array, end: number): void {
    const slots = this.#slots;
    this.#blocks = 0;
    for (let at = 0; at < end; at += slotWords) {
      const first = from[at + 2] ?? 0;
      const second = from[at + 3] ?? 0;
      if ((first | second) === 0) continue;
      const low = from[at] ?? 0;
      const high = from[at + 1] ?? 0;
      const to = this.#find(low, high);
      slots[to] = low;
      slots[to + 1] = high;
      slots[to + 2] = first;
      slots[to + 3] = second;
      this.#blocks++;
    }
  }
}

function memory(slots: number): Uint32Array {
  return new Uint32Array(new SharedArrayBuffer(slots * slotWords * 4));
}

function shiftFor(slots: number): number {
  return 32 - Math.log2(slots);
}

/** Ones in 32 bits: sums of pairs, of fours, of bytes. */
function bitsIn(word: number): number {
  let sum = word - ((word >>> 1) & 0x55555555);
  sum = (sum & 0x33333333) + ((sum >>> 2) & 0x33333333);
  sum = (sum + (sum >>> 4)) & 0x0f0f0f0f;
  return Math.imul(sum, 0x01010101) >>> 24;
}
