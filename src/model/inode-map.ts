/** Something for each of many inodes: a key in words would cost each 60 bytes and half a µs. */
import { numberKey, type InodeId } from './inode.ts';

export class InodeMap<T> {
  /** By device, of which there are few, and then by number. */
  readonly #devices = new Map<bigint, Map<number | bigint, T>>();
  /** The one that was asked for last: nearly all inodes are of one device, and a bigint takes its time to be found. */
  #lastDev: bigint | undefined;
  #lastNumbers: Map<number | bigint, T> | undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get({ dev, ino }: InodeId): T | undefined {
    return this.#numbersOf(dev)?.get(numberKey(ino));
  }

  set({ dev, ino }: InodeId, value: T): void {
    let numbers = this.#numbersOf(dev);
    if (numbers === undefined) {
      numbers = new Map();
      this.#devices.set(dev, numbers);
      this.#lastNumbers = numbers;
    }
    const before = numbers.size;
    numbers.set(numberKey(ino), value);
    this.#size += numbers.size - before;
  }

  #numbersOf(dev: bigint): Map<number | bigint, T> | undefined {
    if (dev !== this.#lastDev) {
      this.#lastDev = dev;
      this.#lastNumbers = this.#devices.get(dev);
    }
    return this.#lastNumbers;
  }
}
