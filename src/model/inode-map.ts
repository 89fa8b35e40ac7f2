/** Something for each of many inodes: a key in words would cost each 60 bytes and half a µs. */
import { numberKey, type InodeId } from './inode.ts';

export class InodeMap<T> {
  /** By device, of which there are few, and then by number. */
  readonly #devices = new Map<bigint, Map<number | bigint, T>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get({ dev, ino }: InodeId): T | undefined {
    return this.#devices.get(dev)?.get(numberKey(ino));
  }

  set({ dev, ino }: InodeId, value: T): void {
    let numbers = this.#devices.get(dev);
    if (numbers === undefined) {
      numbers = new Map();
      this.#devices.set(dev, numbers);
    }
    const before = numbers.size;
    numbers.set(numberKey(ino), value);
    this.#size += numbers.size - before;
  }
}
