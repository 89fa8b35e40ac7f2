/**
 * Looks at message files through the FFI: statx(2), openat(2) and read(2) relative to an open directory, into memory that
 * is used again. They say only whether a file is as expected.
 */
import { hash } from 'node:crypto';
import { constants } from 'node:fs';
import { fits, type ExpectedFiles } from '../model/expected-files.ts';
import { messageLeafBytes, writeMessageLeaf } from '../model/mailbox-name.ts';
import { guidBytes } from '../model/message-claims.ts';
import type { Libc, StatxOf } from './libc.ts';
import { AT_SYMLINK_NOFOLLOW, O_CLOEXEC, O_NOATIME } from './linux-flags.ts';

/** STATX_TYPE, _MODE, _NLINK, _MTIME and _SIZE. Source: linux/stat.h. */
const mask = 0x1 | 0x2 | 0x4 | 0x40 | 0x200;
const regularFile = 8;
const statxBytes = 256;
/** As openForReading(); who does not own the file is refused, and the plain look asks again without O_NOATIME. */
export const quickFileFlags =
  constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | O_CLOEXEC | O_NOATIME;

export class QuickMessages {
  readonly #libc: Libc;
  /** A struct statx. */
  readonly #words: Uint32Array;
  /** `4294967295.` and its NUL. */
  readonly #name: Uint8Array;
  readonly #statx: StatxOf;

  constructor(libc: Libc) {
    this.#libc = libc;
    const memory = libc.pages(statxBytes + messageLeafBytes);
    this.#words = new Uint32Array(memory.buffer, memory.byteOffset, statxBytes / 4);
    this.#name = memory.subarray(statxBytes);
    this.#statx = libc.statxOf(this.#name, this.#words);
  }

  /**
   * @param directory  a descriptor
   * @returns          the bytes that were read of a file that is as expected; -1 for any other
   */
  look(directory: number, expected: ExpectedFiles, at: number, memory: Buffer): number {
    const sizeBytes = this.size(directory, expected, at);
    if (sizeBytes < 0 || expected.digests === undefined) return Math.min(sizeBytes, 0);
    return this.#hasDigest(directory, sizeBytes, expected.digests, at, memory) ? sizeBytes : -1;
  }

  /** Without reading it. @returns -1 when the file is not as expected */
  size(directory: number, expected: ExpectedFiles, at: number): number {
    const words = this.#words;
    if (expected.digests !== undefined && isBlank(expected.digests, at)) return -1;
    writeMessageLeaf(this.#name, 0, expected.uids[at] ?? 0);
    if (this.#statx(directory, AT_SYMLINK_NOFOLLOW, mask) < 0) return -1;
    if (!isRegular(words)) return -1;
    if (words[4] !== 1 && !expected.mayBeShared) return -1;
    const nanoseconds = words[30] ?? 0;
    const sizeBytes = sizeIn(words);
    const isLike =
      fits(expected.sizes[at], sizeBytes) &&
      fits(expected.seconds[at], numberOf(words[28] ?? 0, words[29] ?? 0)) &&
      (nanoseconds === 0 || fits(expected.nanoseconds[at], nanoseconds));
    return isLike ? sizeBytes : -1;
  }

  /** Of a file that a look has seen to be a regular one of this size. */
  hasDigest(
    directory: number,
    expected: ExpectedFiles,
    at: number,
    sizeBytes: number,
    memory: Buffer,
  ): boolean {
    if (expected.digests === undefined) return false;
    writeMessageLeaf(this.#name, 0, expected.uids[at] ?? 0);
    return this.#hasDigest(directory, sizeBytes, expected.digests, at, memory);
  }

  /** Of the file whose leaf was written last. */
  #hasDigest(
    directory: number,
    sizeBytes: number,
    digests: Uint8Array,
    at: number,
    memory: Buffer,
  ): boolean {
    if (sizeBytes > memory.length) return false;
    const fd = this.#libc.openAt(directory, this.#name, quickFileFlags);
    if (fd < 0) return false;
    let count: number;
    try {
      count = this.#libc.read(fd, memory, sizeBytes);
    } finally {
      this.#libc.close(fd);
    }
    // Bytes with the right digest are whole, whoever wrote meanwhile.
    if (count !== sizeBytes) return false;
    const sha1 = hash('sha1', memory.subarray(0, count), 'buffer');
    return sha1.compare(digests, at * guidBytes, (at + 1) * guidBytes) === 0;
  }
}

// struct statx, in words of 32 bits; see StatBuffer in quick-looks.ts.
export function isRegular(words: Uint32Array): boolean {
  return ((words[7] ?? 0) & 0xf000) >>> 12 === regularFile;
}

export function sizeIn(words: Uint32Array): number {
  return numberOf(words[10] ?? 0, words[11] ?? 0);
}

/** Is no digest expected? */
function isBlank(digests: Uint8Array, at: number): boolean {
  for (let byte = at * guidBytes; byte < (at + 1) * guidBytes; byte++) {
    if (digests[byte] !== 0) return false;
  }
  return true;
}

function numberOf(low: number, high: number): number {
  return high * 0x1_0000_0000 + low;
}
