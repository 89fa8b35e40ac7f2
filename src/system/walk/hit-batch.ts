/**
 * Hits on their way from a thread to the caller: packed by directory into one string and one array of numbers,
 * since posting copies, and an object a hit is copied field by field. 40,000 hits make the walk about a tenth longer.
 */
import { asBytes, type BytePath } from '../../model/byte-path.ts';
import type { Directory } from '../../model/link.ts';
import { inodeOf } from './getdents.ts';
import type { PostedHits } from './walk-messages.ts';

/** Numbers of one directory before its hits: table, inode low, inode high, count. */
const headNumbers = 4;

export class HitBatch {
  #names: string[] = [];
  #numbers: number[] = [];
  #countAt = -1;
  #path: BytePath | undefined;

  get isEmpty(): boolean {
    return this.#numbers.length === 0;
  }

  /** @param low,high the inode number of the directory */
  add(table: number, index: number, path: BytePath, low: number, high: number, leaf: string): void {
    if (this.#path !== path) {
      this.#path = path;
      this.#names.push(path);
      this.#numbers.push(table, low, high, 0);
      this.#countAt = this.#numbers.length - 1;
    }
    this.#names.push(leaf);
    this.#numbers.push(index);
    this.#numbers[this.#countAt] = (this.#numbers[this.#countAt] ?? 0) + 1;
  }

  take(): PostedHits | undefined {
    if (this.isEmpty) return undefined;
    // NUL is the one byte besides the slash that no name can hold.
    const posted = { names: this.#names.join('\0'), numbers: Uint32Array.from(this.#numbers) };
    this.#names = [];
    this.#numbers = [];
    this.#path = undefined;
    return posted;
  }
}

/** Calls `onHit` for every hit of the batch, with one Directory for all hits in it. */
export function unpackHits(
  posted: PostedHits,
  devices: readonly bigint[],
  onHit: (table: number, index: number, directory: Directory, leaf: BytePath) => void,
): void {
  const names = posted.names.split('\0');
  const { numbers } = posted;
  let name = 0;
  for (let at = 0; at < numbers.length;) {
    const table = numbers[at] ?? 0;
    const directory: Directory = {
      path: asBytes(names[name++] ?? ''),
      dev: devices[table] ?? 0n,
      ino: inodeOf(numbers[at + 1] ?? 0, numbers[at + 2] ?? 0),
    };
    const end = at + headNumbers + (numbers[at + 3] ?? 0);
    for (at += headNumbers; at < end; at++) {
      onHit(table, numbers[at] ?? 0, directory, asBytes(names[name++] ?? ''));
    }
  }
}
