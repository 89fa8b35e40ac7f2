/** Looks at what was found through the FFI, in whatever thread it is. */
import { pathLimit } from './long-path.ts';
import type { Libc } from './libc.ts';
import { AT_FDCWD, AT_SYMLINK_NOFOLLOW, basicAndBirth } from './linux-flags.ts';
import type { LookList } from './look-list.ts';
import { hitHead } from './walk/hit-batch.ts';
import type { PostedHits } from './walk/walk-messages.ts';

const slash = 0x2f;

export class Looker {
  readonly #libc: Libc;
  readonly #words = new Uint32Array(64);
  readonly #path = Buffer.allocUnsafeSlow(pathLimit + 1);

  constructor(libc: Libc) {
    this.#libc = libc;
  }

  /**
   * Takes what is left until nothing is, or the time is up.
   * @param until  on the clock of performance.now()
   * @returns      true when the time was up
   */
  look(list: LookList, until: number): boolean {
    for (let hits = list.take(); hits; hits = list.take()) {
      this.#lookAt(list, hits);
      list.settle();
      if (performance.now() >= until) return true;
    }
    return false;
  }

  #lookAt(list: LookList, { names, numbers }: PostedHits): void {
    const isOfFiles = list.kind === 'files';
    let byte = 0;
    for (let at = 0; at < numbers.length;) {
      const directory = this.#copy(names, byte, 0);
      byte += directory + 1;
      const first = at + hitHead.words;
      const end = first + (numbers[at + hitHead.count] ?? 0);
      if (isOfFiles) {
        const start = this.#below(directory);
        for (let hit = first; hit < end; hit++) {
          const length = this.#copy(names, byte, start);
          byte += length - start + 1;
          const place = list.placeOf(numbers[hit] ?? 0);
          if (place >= 0) this.#lookAtFile(list, place, length);
        }
      } else {
        this.#lookAtDirectory(list, numbers, at, directory);
        for (let hit = first; hit < end; hit++) byte = names.indexOf(0, byte) + 1;
      }
      at = end;
    }
  }

  /** @returns where a leaf begins behind the directory of that length */
  #below(directory: number): number {
    // Only the root of all ends in one already.
    if (this.#path[directory - 1] === slash) return directory;
    this.#path[directory] = slash;
    return directory + 1;
  }

  #lookAtFile(list: LookList, place: number, length: number): void {
    list.see(place, this.#isReached(length) && list.expected.isSeen(place, this.#words));
  }

  #lookAtDirectory(list: LookList, numbers: Uint32Array, head: number, length: number): void {
    const table = numbers[head + hitHead.table] ?? 0;
    const isThere =
      this.#isReached(length) &&
      this.#words[8] === numbers[head + hitHead.low] &&
      this.#words[9] === numbers[head + hitHead.high] &&
      list.expected.isOfDevice(table, this.#words);
    list.see(table, isThere);
  }

  /**
   * Fills the words with the look at the path. What cannot be looked at is another: why, an ordinary look will tell.
   */
  #isReached(length: number): boolean {
    // A longer path takes more than one call.
    if (length > pathLimit) return false;
    const [libc, path] = [this.#libc, this.#path];
    return libc.statxAt(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, basicAndBirth, this.#words) >= 0;
  }

  /** With its NUL, as far as there is room. @returns where the NUL is, or would be */
  #copy(bytes: Uint8Array, from: number, to: number): number {
    const path = this.#path;
    let at = from;
    for (; bytes[at] !== 0; at++) path[to + at - from] = bytes[at] ?? 0;
    path[to + at - from] = 0;
    return to + at - from;
  }
}
