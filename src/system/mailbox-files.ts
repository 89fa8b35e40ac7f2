/** The files of one mailbox directory through the FFI: what its cyrus.* hold, and whether its messages are as expected. */
import { constants } from 'node:fs';
import type { BytePath } from '../model/byte-path.ts';
import type { ExpectedFiles } from '../model/expected-files.ts';
import { loadLibc, type Libc } from './libc.ts';
import { AT_SYMLINK_NOFOLLOW, O_CLOEXEC, O_PATH, basicAndBirth } from './linux-flags.ts';
import { pathLimit } from './long-path.ts';
import { QuickMessages, isRegular, quickFileFlags, sizeIn } from './quick-messages.ts';

const directoryFlags = O_PATH | constants.O_DIRECTORY | constants.O_NOFOLLOW | O_CLOEXEC;
/** In struct statx by words of 32 bits: inode and size, mtime, device. Source: linux/stat.h. */
const wordsOfMeaning = [
  [8, 12],
  [28, 31],
  [34, 36],
] as const;

/** A name and its NUL. */
export type Leaf = Uint8Array;

export function leafOf(name: string): Leaf {
  return Buffer.from(`${name}\0`, 'latin1');
}

export interface MailboxFiles {
  /**
   * A regular file, whole.
   * @param into  has room for it
   * @returns     undefined for anything else, and for a file that was written to or replaced meanwhile
   */
  read(leaf: Leaf, into: Buffer): Buffer | undefined;
  /** @returns the bytes that were read when all of them are as expected, or else -1: nothing is read in vain then */
  sumOf(expected: ExpectedFiles, bytesAtMost: number, memory: Buffer): number;
}

/** @returns undefined when the directory cannot be opened, or what `use` gives */
export type UseMailboxFiles = <T>(
  directory: BytePath,
  use: (files: MailboxFiles) => T,
) => T | undefined;

/** @returns undefined where the FFI will not */
export async function loadMailboxFiles(): Promise<UseMailboxFiles | undefined> {
  try {
    const libc = await loadLibc();
    const files = new OpenMailboxFiles(libc);
    return (directory, use) => {
      if (directory.length > pathLimit) return undefined;
      const fd = libc.open(directory, directoryFlags);
      if (fd < 0) return undefined;
      try {
        files.directory = fd;
        return use(files);
      } finally {
        libc.close(fd);
      }
    };
  } catch {
    return undefined;
  }
}

class OpenMailboxFiles implements MailboxFiles {
  /** Its descriptor. */
  directory = -1;
  readonly #libc: Libc;
  readonly #messages: QuickMessages;
  readonly #before = new Uint32Array(64);
  readonly #after = new Uint32Array(64);
  #sizes = new Float64Array(1024);

  constructor(libc: Libc) {
    this.#libc = libc;
    this.#messages = new QuickMessages(libc);
  }

  read(leaf: Leaf, into: Buffer): Buffer | undefined {
    const [libc, before, after] = [this.#libc, this.#before, this.#after];
    if (!this.#stat(leaf, before) || !isRegular(before)) return undefined;
    const size = sizeIn(before);
    if (size > into.length) return undefined;
    const fd = libc.openAt(this.directory, leaf, quickFileFlags);
    if (fd < 0) return undefined;
    let count: number;
    try {
      count = libc.read(fd, into, size);
    } finally {
      libc.close(fd);
    }
    if (count !== size || !this.#stat(leaf, after)) return undefined;
    return areSame(before, after) ? into.subarray(0, size) : undefined;
  }

  sumOf(expected: ExpectedFiles, bytesAtMost: number, memory: Buffer): number {
    const count = expected.uids.length;
    if (this.#sizes.length < count) this.#sizes = new Float64Array(count);
    const [messages, directory, sizes] = [this.#messages, this.directory, this.#sizes];
    const reads = expected.digests !== undefined;
    let bytes = 0;
    for (let at = 0; at < count; at++) {
      const size = messages.size(directory, expected, at);
      if (size < 0 || (reads && size > memory.length)) return -1;
      sizes[at] = size;
      bytes += size;
    }
    if (!reads) return 0;
    if (bytes > bytesAtMost) return -1;
    for (let at = 0; at < count; at++) {
      if (!messages.hasDigest(directory, expected, at, sizes[at] ?? 0, memory)) return -1;
    }
    return bytes;
  }

  #stat(leaf: Leaf, words: Uint32Array): boolean {
    const { directory } = this;
    return this.#libc.statxAt(directory, leaf, AT_SYMLINK_NOFOLLOW, basicAndBirth, words) >= 0;
  }
}

function areSame(before: Uint32Array, after: Uint32Array): boolean {
  for (const [first, end] of wordsOfMeaning) {
    for (let word = first; word < end; word++) if (before[word] !== after[word]) return false;
  }
  return true;
}
