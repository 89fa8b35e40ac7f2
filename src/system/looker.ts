/** Looks at what was found through the FFI, in whatever thread it is. */
import { messageLeafBytes, writeMessageLeaf } from '../model/mailbox-name.ts';
import { pathLimit } from './long-path.ts';
import type { Libc, StatxOf } from './libc.ts';
import { AT_FDCWD, AT_SYMLINK_NOFOLLOW, basicAndBirth } from './linux-flags.ts';
import type { LookList } from './look-list.ts';
import { hitHead, hitWords, oddBit } from './walk/hit-batch.ts';
import type { PostedHits } from './walk/walk-messages.ts';

const slash = 0x2f;
const statxBytes = 256;
const STATX_INO = 0x100;

export class Looker {
  readonly #libc: Libc;
  /** A struct statx. */
  readonly #words: Uint32Array;
  readonly #path: Buffer;
  /** Of that path. */
  readonly #statx: StatxOf;

  constructor(libc: Libc) {
    this.#libc = libc;
    const memory = libc.pages(statxBytes + pathLimit + 1);
    this.#words = new Uint32Array(memory.buffer, memory.byteOffset, statxBytes / 4);
    this.#path = memory.subarray(statxBytes);
    this.#statx = libc.statxOf(this.#path, this.#words);
  }

  /**
   * Takes what is left until nothing is, or the time is up.
   * @param until  on the clock of performance.now()
   * @returns      true when the time was up
   */
  look(list: LookList, until: number): boolean {
    for (let hits = list.take(); hits; hits = list.take()) {
      if (list.kind === 'files') this.#lookAtFiles(list, hits);
      else this.#lookAtDirectories(list, hits);
      list.settle();
      if (performance.now() >= until) return true;
    }
    return false;
  }

  #lookAtFiles(list: LookList, { names, numbers }: PostedHits): void {
    let byte = 0;
    for (let at = 0; at < numbers.length;) {
      const length = numbers[at + hitHead.path] ?? 0;
      const start = this.#enter(names, byte, length);
      byte += length + 1;
      const end = at + hitHead.words + (numbers[at + hitHead.count] ?? 0) * hitWords;
      for (at += hitHead.words; at < end; at += hitWords) {
        const index = numbers[at] ?? 0;
        const number = numbers[at + 1] ?? 0;
        const isNamed =
          index < oddBit
            ? this.#nameMessage(start, number)
            : this.#nameOther(start, names, byte, number);
        if (index >= oddBit) byte += number + 1;
        const place = list.placeOf(index & ~oddBit);
        if (place >= 0) list.see(place, isNamed && this.#isAsExpected(list, place));
      }
    }
  }

  /** @returns where the leaves of the directory begin in the path; beyond its end where there is no room for them */
  #enter(names: Uint8Array, from: number, length: number): number {
    if (length >= pathLimit) return pathLimit;
    this.#path.set(names.subarray(from, from + length));
    // Only the root of all ends in one already.
    if (this.#path[length - 1] === slash) return length;
    this.#path[length] = slash;
    return length + 1;
  }

  /** @returns whether there was room: a longer path takes more than one call, and an ordinary look will do that */
  #nameMessage(start: number, uid: number): boolean {
    if (start + messageLeafBytes > this.#path.length) return false;
    writeMessageLeaf(this.#path, start, uid);
    return true;
  }

  #nameOther(start: number, names: Uint8Array, from: number, length: number): boolean {
    if (start + length >= this.#path.length) return false;
    this.#path.set(names.subarray(from, from + length + 1), start);
    return true;
  }

  /** What cannot be looked at is not: why, an ordinary look will tell. */
  #isAsExpected(list: LookList, place: number): boolean {
    if (this.#statx(AT_FDCWD, AT_SYMLINK_NOFOLLOW, basicAndBirth) < 0) return false;
    return list.expected.isSeen(place, this.#words);
  }

  #lookAtDirectories(list: LookList, { names, numbers }: PostedHits): void {
    const words = this.#words;
    const statx = this.#libc.statxOf(names, words);
    let path = 0;
    for (let at = 0; at < numbers.length;) {
      const table = numbers[at + hitHead.table] ?? 0;
      const isThere =
        statx(AT_FDCWD, AT_SYMLINK_NOFOLLOW, STATX_INO, path) >= 0 &&
        words[8] === numbers[at + hitHead.low] &&
        words[9] === numbers[at + hitHead.high] &&
        list.expected.isOfDevice(table, words);
      list.see(table, isThere);
      path += numbers[at + hitHead.bytes] ?? 0;
      at += hitHead.words + (numbers[at + hitHead.count] ?? 0) * hitWords;
    }
  }
}
