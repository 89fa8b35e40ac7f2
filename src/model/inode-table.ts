/**
 * The wanted inodes of one device as a flat hash table, for a million lookups a second without an object each.
 *
 * Open addressing over 32-bit halves, because that is how a walker meets an inode number in a directory block.
 * The memory is shared, so that worker threads need no copy: 16 to 32 bytes an inode.
 */
import { halvesOf } from './inode.ts';

/**
 * The files of a directory were made in one burst and have neighbouring numbers: sixteen neighbours lie together, in
 * three lines of the processor's cache.
 */
const neighbours = 16;

/** So many, in this order. */
type Counted = Iterable<bigint> & { readonly length: number };

export class InodeTable {
  readonly dev: bigint;
  readonly size: number;
  /** Per slot: low half, high half, index + 1 (0 marks a free slot). */
  readonly slots: Uint32Array;
  readonly #mask: number;
  readonly #shift: number;

  private constructor(dev: bigint, size: number, slots: Uint32Array) {
    this.dev = dev;
    this.size = size;
    this.slots = slots;
    this.#mask = slots.length / 3 - 1;
    this.#shift = shiftFor(slots.length / 3);
  }

  /** @param inodes distinct numbers of one device; their position here is what indexOf() answers */
  static of(dev: bigint, inodes: Counted): InodeTable {
    let capacity = 2 * neighbours;
    while (capacity < inodes.length * 2) capacity *= 2;
    const slots = new Uint32Array(new SharedArrayBuffer(capacity * 12));
    const mask = capacity - 1;
    const shift = shiftFor(capacity);
    let index = 0;
    for (const ino of inodes) {
      const [low, high] = halvesOf(ino);
      let slot = slotOf(low, high, shift);
      while (slots[slot * 3 + 2] !== 0) slot = (slot + 1) & mask;
      slots[slot * 3] = low;
      slots[slot * 3 + 1] = high;
      index += 1;
      slots[slot * 3 + 2] = index;
    }
    return new InodeTable(dev, inodes.length, slots);
  }

  /** The same table in another thread, from what was posted there. */
  static shared(dev: bigint, size: number, slots: Uint32Array): InodeTable {
    return new InodeTable(dev, size, slots);
  }

  /** Position of the inode with these halves, or -1. */
  indexOf(low: number, high: number): number {
    const slots = this.slots;
    let slot = slotOf(low, high, this.#shift);
    for (;;) {
      const at = slot * 3;
      const index = slots[at + 2];
      if (index === 0 || index === undefined) return -1;
      if (slots[at] === low && slots[at + 1] === high) return index - 1;
      slot = (slot + 1) & this.#mask;
    }
  }

  /** Position of `ino`, or -1. */
  find(ino: bigint): number {
    const [low, high] = halvesOf(ino);
    return this.indexOf(low, high);
  }
}

/** @returns by how much a product is shifted to be the number of one of so many sixteens */
function shiftFor(capacity: number): number {
  return 32 - Math.log2(capacity / neighbours);
}

/** The multiplication by the golden ratio spreads the sixteens, best in its upper bits. The high half rarely differs. */
function slotOf(low: number, high: number, shift: number): number {
  const sixteen = Math.imul((low >>> 4) ^ Math.imul(high, 0x85ebca6b), 0x9e3779b1) >>> shift;
  return (sixteen << 4) | (low & 15);
}
