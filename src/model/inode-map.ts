/** Something for each of many inodes, in the order of coming: a key in words would cost each 60 bytes and half a µs. */
import type { InodeId } from './inode.ts';

export class InodeMap<T> {
  /** By device, of which there are few, and then by number. */
  readonly #devices = new Map<bigint, Map<bigint, T>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get({ dev, ino }: InodeId): T | undefined {
    return this.#devices.get(dev)?.get(ino);
  }

  set({ dev, ino }: InodeId, value: T): void {
    let numbers = this.#devices.get(dev);
    if (numbers === undefined) {
      numbers = new Map();
      this.#devices.set(dev, numbers);
    }
    const before = numbers.size;
    numbers.set(ino, value);
    this.#size += numbers.size - before;
  }

  /** One device after the other. */
  *values(): Generator<T, void, undefined> {
    for (const numbers of this.#devices.values()) yield* numbers.values();
  }
}
