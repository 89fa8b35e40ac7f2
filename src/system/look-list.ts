/**
 * Names to be looked at by several threads, in memory that they share: nothing is copied, who is free takes the next
 * ones, and the answer is one byte a name.
 */
import type { BytePath } from '../model/byte-path.ts';
import type { Directory } from '../model/link.ts';
import { NumberColumn } from '../model/number-column.ts';
import { ExpectedStats } from './expected-stats.ts';
import { NameBytes } from './name-bytes.ts';
import type { SeenNames } from './walk/port.ts';

/** A LookList taken apart, as it is posted. */
export interface PostedLooks {
  readonly bytes: Uint8Array<SharedArrayBuffer>;
  readonly groups: Uint32Array<SharedArrayBuffer>;
  readonly expected: Uint32Array<SharedArrayBuffer>;
  readonly others: Uint8Array<SharedArrayBuffer>;
  readonly counters: Int32Array<SharedArrayBuffer>;
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
  /**
   * Of each group of names of one directory, and of one more: where it begins in `bytes`, and its first name. There lies
   * the path of the directory, and then each leaf; a NUL ends them all, and an empty leaf is the directory itself.
   */
  readonly groups: Uint32Array<SharedArrayBuffer>;
  readonly #counters: Int32Array<SharedArrayBuffer>;

  private constructor({ bytes, groups, expected, others, counters }: PostedLooks) {
    this.bytes = bytes;
    this.others = others;
    this.expected = ExpectedStats.shared(expected);
    this.groups = groups;
    this.#counters = counters;
  }

  static shared(posted: PostedLooks): LookList {
    return new LookList(posted);
  }

  /** Best by directory, in which order they are looked at. */
  static ofNames(names: SeenNames): LookList {
    const expected = ExpectedStats.ofMany(names.length);
    for (let at = 0; at < names.length; at++) expected.set(at, names.statOf(at));
    return packed(names, expected);
  }

  static ofDirectories(directories: readonly Directory[]): LookList {
    const expected = ExpectedStats.ofMany(directories.length);
    directories.forEach((directory, at) => {
      expected.setIdentity(at, directory);
    });
    const { length } = directories;
    const directoryOf = (at: number): Directory => directories[at] ?? nowhere;
    return packed({ length, directoryOf, leafOf: () => itself }, expected);
  }

  get posted(): PostedLooks {
    return {
      bytes: this.bytes,
      groups: this.groups,
      expected: this.expected.words,
      others: this.others,
      counters: this.#counters,
    };
  }

  get #count(): number {
    return this.groups.length / 2 - 1;
  }

  /** @returns the first of the next groups that nobody has taken, up to takenUntil() of it; -1 when none is left */
  take(): number {
    const first = Atomics.add(this.#counters, taken, groupsAtOnce);
    return first < this.#count ? first : -1;
  }

  takenUntil(first: number): number {
    return Math.min(first + groupsAtOnce, this.#count);
  }

  /** That so many groups are done. Only then another thread may read what was found. */
  settle(groups: number): void {
    Atomics.add(this.#counters, settled, groups);
  }

  get isDone(): boolean {
    return Atomics.load(this.#counters, settled) === this.#count;
  }
}

const itself = '' as BytePath;
const nowhere: Directory = { path: itself, dev: 0n, ino: 0n };

/** A plain loop: it runs a few times in a process, and what is inlined into it has to be compiled each time. */
function packed(names: Omit<SeenNames, 'statOf'>, expected: ExpectedStats): LookList {
  const bytes = new NameBytes();
  const groups = new NumberColumn();
  let first = 0;
  let last: Directory | undefined;
  for (let at = 0; at < names.length; at++) {
    const directory = names.directoryOf(at);
    if (directory !== last || at - first === groupNames) {
      last = directory;
      first = at;
      groups.push(bytes.length);
      groups.push(at);
      bytes.add(directory.path);
    }
    const leaf = names.leafOf(at);
    if (typeof leaf === 'number') bytes.addMessage(leaf);
    else bytes.add(leaf);
  }
  groups.push(bytes.length);
  groups.push(names.length);
  return LookList.shared({
    bytes: bytes.shared(),
    groups: groups.shared(),
    expected: expected.words,
    others: new Uint8Array(new SharedArrayBuffer(names.length)).fill(1),
    counters: new Int32Array(new SharedArrayBuffer(8)),
  });
}
