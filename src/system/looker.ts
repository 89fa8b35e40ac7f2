/** Looks at the names of a list through the FFI, in whatever thread it is. */
import { pathLimit } from './long-path.ts';
import type { Libc } from './libc.ts';
import { AT_FDCWD, AT_SYMLINK_NOFOLLOW, basicAndBirth } from './linux-flags.ts';
import type { LookList } from './look-list.ts';

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
    for (let first = list.take(); first >= 0; first = list.take()) {
      const end = list.takenUntil(first);
      for (let group = first; group < end; group++) this.#lookAt(list, group);
      list.settle(end - first);
      if (performance.now() >= until) return true;
    }
    return false;
  }

  /** What cannot be looked at stays another: why, an ordinary look will tell. */
  #lookAt({ bytes, groups, expected, others }: LookList, group: number): void {
    const path = this.#path;
    const byte = groups[group * 2] ?? 0;
    const end = groups[group * 2 + 3] ?? 0;
    const directory = this.#copy(bytes, byte, 0);
    const isRoot = directory === 1 && path[0] === slash;
    let leaf = byte + directory + 1;
    for (let at = groups[group * 2 + 1] ?? 0; at < end; at++) {
      const isDirectory = bytes[leaf] === 0;
      const start = isDirectory || isRoot ? directory : directory + 1;
      if (start > directory) path[directory] = slash;
      const length = this.#copy(bytes, leaf, start);
      leaf += length - start + 1;
      // It takes more than one call.
      if (length > pathLimit) continue;
      const result = this.#libc.statxAt(
        AT_FDCWD,
        path,
        AT_SYMLINK_NOFOLLOW,
        basicAndBirth,
        this.#words,
      );
      if (result >= 0 && expected.isSeen(at, this.#words)) others[at] = 0;
    }
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
