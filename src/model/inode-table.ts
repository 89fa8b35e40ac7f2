/**
 * The wanted inodes of one device as a flat hash table, for a million lookups a second without an object each.
 *
 * Open addressing over 32-bit halves, because that is how a walker meets an inode number in a directory block.
 * The memory is shared, so that worker threads need no copy: 16 to 32 bytes an inode.
 */
export class InodeTable {
  readonly dev: bigint;
  readonly size: number;
  /** Per slot: low half, high half, index + 1 (0 marks a free slot). */
  readonly slots: Uint32Array;
  readonly #mask: number;

  private constructor(dev: bigint, size: number, slots: Uint32Array) {
    this.dev = dev;
    this.size = size;
    this.slots = slots;
    this.#mask = slots.length / 3 - 1;
  }

  /** @param inodes distinct numbers of one device; their position here is what indexOf() answers */
  static of(dev: bigint, inodes: readonly bigint[]): InodeTable {
    let capacity = 4;
    while (capacity < inodes.length * 2) capacity *= 2;
    const slots = new Uint32Array(new SharedArrayBuffer(capacity * 12));
    const mask = capacity - 1;
    inodes.forEach((ino, index) => {
      const low = Number(BigInt.asUintN(32, ino));
      const high = Number(BigInt.asUintN(32, ino >> 32n));
      let slot = hash(low, high) & mask;
      while (slots[slot * 3 + 2] !== 0) slot = (slot + 1) & mask;
      slots[slot * 3] = low;
      slots[slot * 3 + 1] = high;
      slots[slot * 3 + 2] = index + 1;
    });
    return new InodeTable(dev, inodes.length, slots);
  }

  /** The same table in another thread, from what was posted there. */
  static shared(dev: bigint, size: number, slots: Uint32Array): InodeTable {
    return new InodeTable(dev, size, slots);
  }

  /** Position of the inode with these halves, or -1. */
  indexOf(low: number, high: number): number {
    const slots = this.slots;
    let slot = hash(low, high) & this.#mask;
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
    return this.indexOf(Number(BigInt.asUintN(32, ino)), Number(BigInt.asUintN(32, ino >> 32n)));
  }
}

/** Inode numbers of one burst are neighbours: a multiplication spreads them, the high half rarely differs. */
function hash(low: number, high: number): number {
  return (Math.imul(low, 0x9e3779b1) ^ Math.imul(high, 0x85ebca6b)) >>> 7;
}
