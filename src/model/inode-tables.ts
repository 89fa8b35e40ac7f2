/** Inodes of one or two devices, and a number for each: 25 bytes, where a map of objects takes 60 and more. */
import type { InodeId } from './inode.ts';
import { InodeTable } from './inode-table.ts';

export class InodeTables {
  readonly #tables: InodeTable[] = [];
  /** For so many inodes of the first device: of another one there are few, if any. */
  readonly #room: number;

  constructor(room = 0) {
    this.#room = room;
  }

  /** One a device. */
  get all(): readonly InodeTable[] {
    return this.#tables;
  }

  /** As InodeTable.put(). */
  put({ dev, ino }: InodeId, number: number): number {
    return this.#tableOf(dev).put(ino, number);
  }

  /** @returns -1 of an inode that was not put here */
  find({ dev, ino }: InodeId): number {
    for (const table of this.#tables) if (table.dev === dev) return table.find(ino);
    return -1;
  }

  #tableOf(dev: bigint): InodeTable {
    for (const table of this.#tables) if (table.dev === dev) return table;
    const table = InodeTable.withRoomFor(dev, this.#tables.length === 0 ? this.#room : 0);
    this.#tables.push(table);
    return table;
  }
}
