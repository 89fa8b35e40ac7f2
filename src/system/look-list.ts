/**
 * Names to be looked at by several threads, in memory that they share: nothing is copied, who is free takes the next
 * ones, and the answer is one byte a name.
 */
import type { BytePath } from '../model/byte-path.ts';
import type { FileStat } from '../model/inode.ts';
import type { Directory, FoundName } from '../model/link.ts';
import { ExpectedStats } from './expected-stats.ts';

/** A LookList taken apart, as it is posted. */
export interface PostedLooks {
  readonly bytes: Uint8Array<SharedArrayBuffer>;
  readonly groups: Uint32Array<SharedArrayBuffer>;
  readonly expected: Uint32Array<SharedArrayBuffer>;
  readonly others: Uint8Array<SharedArrayBuffer>;
  readonly counters: Int32Array<SharedArrayBuffer>;
}

/** Names of one directory. */
export interface LookGroup {
  /** Of the directory's path in LookList.bytes, which a NUL ends, and then each leaf; an empty leaf is the directory itself. */
  readonly byte: number;
  readonly first: number;
  /** Past the last. */
  readonly end: number;
}

/** Threads share a large directory as well. */
const groupNames = 256;
/** Taken at once: some 0.1 ms of work where mailboxes have a few names each. */
const groupsAtOnce = 8;
/** Of the counters. */
const [taken, settled] = [0, 1] as const;

export class LookList {
  readonly expected: ExpectedStats;
  readonly bytes: Uint8Array<SharedArrayBuffer>;
  /** By name: 1 until it was seen to be as expected. */
  readonly others: Uint8Array<SharedArrayBuffer>;
  /** Of each the byte and the first name, and of one more. */
  readonly #groups: Uint32Array<SharedArrayBuffer>;
  readonly #counters: Int32Array<SharedArrayBuffer>;

  private constructor({ bytes, groups, expected, others, counters }: PostedLooks) {
    this.bytes = bytes;
    this.others = others;
    this.expected = ExpectedStats.shared(expected);
    this.#groups = groups;
    this.#counters = counters;
  }

  static shared(posted: PostedLooks): LookList {
    return new LookList(posted);
  }

  /** Best by directory, in which order they are looked at. */
  static ofNames(names: readonly FoundName[], stats: readonly FileStat[]): LookList {
    const packer = new Packer();
    for (const { directory, leaf } of names) packer.add(directory, leaf);
    const expected = ExpectedStats.ofMany(names.length);
    stats.forEach((stat, at) => {
      expected.set(at, stat);
    });
    return packer.list(expected);
  }

  static ofDirectories(directories: readonly Directory[]): LookList {
    const packer = new Packer();
    const expected = ExpectedStats.ofMany(directories.length);
    directories.forEach((directory, at) => {
      packer.add(directory, itself);
      expected.setIdentity(at, directory);
    });
    return packer.list(expected);
  }

  get posted(): PostedLooks {
    return {
      bytes: this.bytes,
      groups: this.#groups,
      expected: this.expected.words,
      others: this.others,
      counters: this.#counters,
    };
  }

  /** The next groups that nobody has taken, or none. */
  take(): readonly LookGroup[] {
    const groups = this.#groups;
    const count = groups.length / 2 - 1;
    const from = Atomics.add(this.#counters, taken, groupsAtOnce);
    const some: LookGroup[] = [];
    for (let at = from; at < Math.min(from + groupsAtOnce, count); at++) {
      const [byte = 0, first = 0, , end = 0] = groups.subarray(at * 2, at * 2 + 4);
      some.push({ byte, first, end });
    }
    return some;
  }

  /** That so many groups are done. Only then another thread may read what was found. */
  settle(groups: number): void {
    Atomics.add(this.#counters, settled, groups);
  }

  get isDone(): boolean {
    return Atomics.load(this.#counters, settled) === this.#groups.length / 2 - 1;
  }
}

const itself = '' as BytePath;

/** Writes down names one after another. */
class Packer {
  readonly #pieces: string[] = [];
  readonly #groups: number[] = [];
  #directory: Directory | undefined;
  #byte = 0;
  #names = 0;
  #groupFirst = 0;

  add(directory: Directory, leaf: BytePath): void {
    if (directory !== this.#directory || this.#names - this.#groupFirst >= groupNames) {
      this.#directory = directory;
      this.#groupFirst = this.#names;
      this.#groups.push(this.#byte, this.#names);
      this.#write(directory.path);
    }
    this.#write(leaf);
    this.#names += 1;
  }

  list(expected: ExpectedStats): LookList {
    this.#groups.push(this.#byte, this.#names);
    const bytes = new Uint8Array(new SharedArrayBuffer(this.#byte));
    Buffer.from(bytes.buffer).write(`${this.#pieces.join('\0')}\0`, 'latin1');
    const groups = new Uint32Array(new SharedArrayBuffer(this.#groups.length * 4));
    groups.set(this.#groups);
    return LookList.shared({
      bytes,
      groups,
      expected: expected.words,
      others: new Uint8Array(new SharedArrayBuffer(this.#names)).fill(1),
      counters: new Int32Array(new SharedArrayBuffer(8)),
    });
  }

  #write(piece: string): void {
    this.#pieces.push(piece);
    this.#byte += piece.length + 1;
  }
}
