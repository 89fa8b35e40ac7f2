/** Inodes of several devices, each in the bits of an InodeSet: tens of millions need some MB. */
import { InodeSet } from './inode-set.ts';
import { InodeTable } from './inode-table.ts';

export class SharedInodes {
  readonly #devices = new Map<bigint, InodeSet>();

  get size(): number {
    return [...this.#devices.values()].reduce((sum, set) => sum + set.size, 0);
  }

  has(dev: bigint, ino: bigint): boolean {
    return this.#devices.get(dev)?.has(ino) ?? false;
  }

  /** Takes more inodes of one device in. */
  add(dev: bigint, inodes: InodeSet): void {
    const known = this.#devices.get(dev);
    if (known) known.merge(inodes);
    else this.#devices.set(dev, inodes);
  }

  devices(): readonly bigint[] {
    return [...this.#devices.keys()];
  }

  /** The numbers of one device, each once, in no order. */
  inodes(dev: bigint): Iterable<bigint> {
    return this.#devices.get(dev) ?? [];
  }

  /** As a Walk wants them that finds the names. Some 60 bytes an inode while they are made, 24 to 48 afterwards. */
  tables(): InodeTable[] {
    return [...this.#devices].map(([dev, set]) => InodeTable.of(dev, [...set]));
  }
}
