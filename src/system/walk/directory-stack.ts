/**
 * Directories that wait to be read, as bytes in memory that V8 does not look after: a string for each would live long
 * enough for V8 to keep room for many more of them.
 */
import { asBytes, toBuffer, type BytePath } from '../../model/byte-path.ts';
import type { Work } from './walk-messages.ts';

const slash = 47;
/** From the one that is taken next; what lies deeper waits so long that the kernel may have forgotten it. */
const farthestAhead = 512;

/** One path at a time, in memory that is used again. */
export class PathBytes {
  /** A NUL follows the path, as system calls want it. */
  bytes = Buffer.allocUnsafeSlow(256);
  length = 0;

  get path(): BytePath {
    return asBytes(this.bytes.toString('latin1', 0, this.length));
  }

  /** @param end  of the path in `from`, where its NUL is */
  set(from: Buffer, start: number, end: number): void {
    this.length = end - start;
    if (this.length >= this.bytes.length) this.bytes = Buffer.allocUnsafeSlow(this.length * 2);
    from.copy(this.bytes, 0, start, end);
    this.bytes[this.length] = 0;
  }
}

/** The last in is the first out. */
export class DirectoryStack {
  /** Paths one after the other, each ended by a NUL. */
  #bytes = Buffer.allocUnsafeSlow(4096);
  #end = 0;
  #starts = new Uint32Array(64);
  #tables = new Int32Array(64);
  /** Not 0: was looked into already. */
  #seen = new Uint8Array(64);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** @param leaf  where its name begins in `bytes`, which a NUL ends */
  push(parent: PathBytes, bytes: Uint8Array, leaf: number, table: number): void {
    let room = leaf;
    while (bytes[room] !== 0) room += 1;
    this.#makeRoom(parent.length + 2 + room - leaf, 1);
    this.#begin(table);
    this.#end += parent.bytes.copy(this.#bytes, this.#end, 0, parent.length);
    // Only the root of all ends in one already.
    if (parent.bytes[parent.length - 1] !== slash) this.#bytes[this.#end++] = slash;
    for (let at = leaf; at <= room; at += 1) this.#bytes[this.#end++] = bytes[at] ?? 0;
  }

  /** @returns the table of the last one, whose path is put there, or undefined when none is left */
  pop(path: PathBytes): number | undefined {
    if (this.#size === 0) return undefined;
    this.#size -= 1;
    const start = this.#starts[this.#size] ?? 0;
    path.set(this.#bytes, start, this.#end - 1);
    this.#end = start;
    return this.#tables[this.#size];
  }

  /**
   * Paths of a name in the directories that are taken next, the next one first. None comes a second time.
   * @param count  at most
   * @param but    so many that are taken next are passed over
   * @returns      one after the other, each ended by a NUL; undefined when there are none
   */
  lookAhead(name: string, count: number, but: number): Uint8Array | undefined {
    const taken: number[] = [];
    const end = Math.max(0, this.#size - farthestAhead);
    for (let at = this.#size - 1 - but; at >= end && taken.length < count; at -= 1) {
      if (this.#seen[at] === 0) taken.push(at);
    }
    if (taken.length === 0) return undefined;
    return Buffer.concat(
      taken.map((at) => {
        this.#seen[at] = 1;
        // Its NUL becomes the slash.
        const path = Buffer.from(this.#bytes.subarray(this.#starts[at], this.#endOf(at)));
        path[path.length - 1] = slash;
        return Buffer.concat([path, Buffer.from(`${name}\0`, 'latin1')]);
      }),
    );
  }

  add({ paths, tables }: Work): void {
    this.#makeRoom(paths.length, tables.length);
    for (let start = 0, nth = 0; start < paths.length; nth += 1) {
      this.#begin(tables[nth] ?? 0);
      const end = paths.indexOf(0, start) + 1;
      this.#bytes.set(paths.subarray(start, end), this.#end);
      this.#end += end - start;
      start = end;
    }
  }

  /** Takes that many away, those that have waited longest. */
  giveOldest(count: number): Work {
    const end = count < this.#size ? (this.#starts[count] ?? 0) : this.#end;
    const work = {
      paths: new Uint8Array(this.#bytes.subarray(0, end)),
      tables: this.#tables.slice(0, count),
    };
    this.#bytes.copyWithin(0, end, this.#end);
    this.#end -= end;
    this.#tables.copyWithin(0, count, this.#size);
    this.#seen.copyWithin(0, count, this.#size);
    for (let at = count; at < this.#size; at += 1) {
      this.#starts[at - count] = (this.#starts[at] ?? 0) - end;
    }
    this.#size -= work.tables.length;
    return work;
  }

  /** Behind its NUL. */
  #endOf(at: number): number {
    return at + 1 < this.#size ? (this.#starts[at + 1] ?? 0) : this.#end;
  }

  #begin(table: number): void {
    this.#starts[this.#size] = this.#end;
    this.#tables[this.#size] = table;
    this.#seen[this.#size] = 0;
    this.#size += 1;
  }

  #makeRoom(bytes: number, paths: number): void {
    if (this.#end + bytes > this.#bytes.length) {
      const larger = Buffer.allocUnsafeSlow((this.#end + bytes) * 2);
      this.#bytes.copy(larger, 0, 0, this.#end);
      this.#bytes = larger;
    }
    if (this.#size + paths > this.#starts.length) {
      const [starts, tables, seen] = [this.#starts, this.#tables, this.#seen];
      this.#starts = new Uint32Array((this.#size + paths) * 2);
      this.#starts.set(starts);
      this.#tables = new Int32Array(this.#starts.length);
      this.#tables.set(tables);
      this.#seen = new Uint8Array(this.#starts.length);
      this.#seen.set(seen);
    }
  }
}

/** Directories as work for a reader. @param table  of all of them */
export function workOf(paths: readonly BytePath[], table: number): Work {
  return {
    paths: new Uint8Array(toBuffer(asBytes(paths.map((path) => `${path}\0`).join('')))),
    tables: new Int32Array(paths.length).fill(table),
  };
}
