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
  /** Per slot: low half, high half, index + 1 (0 marks a free slot). */
  slots: Uint32Array;
  #size: number;
  #mask: number;
  #shift: number;

  private constructor(dev: bigint, size: number, slots: Uint32Array) {
    this.dev = dev;
    this.#size = size;
    this.slots = slots;
    this.#mask = slots.length / 3 - 1;
    this.#shift = shiftFor(slots.length / 3);
  }

  /** @param inodes distinct numbers of one device; their position here is what indexOf() answers */
  static of(dev: bigint, inodes: Counted): InodeTable {
    const table = InodeTable.withRoomFor(dev, inodes.length);
    let index = 0;
    for (const ino of inodes) table.put(ino, index++);
    return table;
  }

  /** An empty one; it grows past `inodes`. */
  static withRoomFor(dev: bigint, inodes: number): InodeTable {
    let capacity = 2 * neighbours;
    while (capacity < inodes * 2) capacity *= 2;
    return new InodeTable(dev, 0, memory(capacity));
  }

  /** The same table in another thread, from what was posted there. */
  static shared(dev: bigint, size: number, slots: Uint32Array): InodeTable {
    return new InodeTable(dev, size, slots);
  }

  get size(): number {
    return this.#size;
  }

  /**
   * Not while another thread has the table: it would not see it grow.
   *
   * @returns what indexOf() answers from now on: `index`, unless the inode had one already
   */
  put(ino: bigint, index: number): number {
    if (this.#size * 2 >= this.slots.length / 3) this.#grow();
    const [low, high] = halvesOf(ino);
    const at = this.#find(low, high);
    const known = this.slots[at + 2] ?? 0;
    if (known !== 0) return known - 1;
    this.slots[at] = low;
    this.slots[at + 1] = high;
    this.slots[at + 2] = index + 1;
    this.#size += 1;
    return index;
  }

  /** Position of the inode with these halves, or what it was put here with; -1 of any other. */
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

  /** @returns where its slot begins, or the free one where it belongs */
  #find(low: number, high: number): number {
    const { slots } = this;
    let slot = slotOf(low, high, this.#shift);
    for (;;) {
      const at = slot * 3;
      if (slots[at + 2] === 0 || (slots[at] === low && slots[at + 1] === high)) return at;
      slot = (slot + 1) & this.#mask;
    }
  }

  #grow(): void {
    const old = this.slots;
    const capacity = (old.length / 3) * 2;
    this.slots = memory(capacity);
    this.#mask = capacity - 1;
    this.#shift = shiftFor(capacity);
    for (let from = 0; from < old.length; from += 3) {
      if (old[from + 2] === 0) continue;
      const at = this.#find(old[from] ?? 0, old[from + 1] ?? 0);
      this.slots[at] = old[from] ?? 0;
      this.slots[at + 1] = old[from + 1] ?? 0;
      this.slots[at + 2] = old[from + 2] ?? 0;
    }
  }
}

function memory(capacity: number): Uint32Array {
  return new Uint32Array(new SharedArrayBuffer(capacity * 12));
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
