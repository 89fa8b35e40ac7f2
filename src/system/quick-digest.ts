/**
 * SHA-1 of one file through the FFI: four calls into memory that is used again, where node:fs makes a buffer, dates and
 * bigints of each. What is not as expected, is large, or is refused is left to the plain way, which also says why.
 */
import { constants } from 'node:fs';
import { hash } from 'node:crypto';
import type { BytePath } from '../model/byte-path.ts';
import type { Trouble } from '../model/trouble.ts';
import { kindOfMode } from '../model/stat-rows.ts';
import { digestFile, pieceBytes } from './digest-file.ts';
import type { ExpectedStats } from './expected-stats.ts';
import { loadLibc, noPath, type Libc } from './libc.ts';
import { AT_EMPTY_PATH, basicAndBirth, O_CLOEXEC, O_NOATIME } from './linux-flags.ts';
import { pathLimit } from './long-path.ts';

const flags =
  constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | O_NOATIME | O_CLOEXEC;

/** As digestFile(), of the file of a row. */
export type DigestRow = (path: BytePath, expected: ExpectedStats, row: number) => string | Trouble;

/** @returns the plain way where the FFI or the kernel will not */
export async function loadDigest(): Promise<DigestRow> {
  const memory = Buffer.allocUnsafeSlow(pieceBytes);
  const plain: DigestRow = (path, expected, row) => digestFile(path, expected.fileOf(row), memory);
  try {
    const quick = quickDigest(await loadLibc(), memory);
    return (path, expected, row) => quick(path, expected, row) ?? plain(path, expected, row);
  } catch {
    return plain;
  }
}

/** @returns undefined for what is left to the plain way */
function quickDigest(
  libc: Libc,
  memory: Buffer,
): (...file: Parameters<DigestRow>) => string | undefined {
  const { pread } = libc;
  if (pread === undefined) return () => undefined;
  const words = new Uint32Array(64);
  return (path, expected, row) => {
    const size = expected.sizeOf(row);
    if (size >= pieceBytes || path.length > pathLimit) return undefined;
    const fd = libc.open(path, flags);
    if (fd < 0) return undefined;
    try {
      // By pread(2), which a FIFO or a terminal that took the name refuses. The look at the inode comes after the reading:
      // as it was seen before that, it held still.
      if (pread(fd, memory, size, 0) !== size) return undefined;
      if (libc.statx(fd, noPath, AT_EMPTY_PATH, basicAndBirth, words) < 0) return undefined;
      if (!expected.isSeen(row, words) || kindOfMode(words[7] ?? 0) !== 'file') return undefined;
      return hash('sha1', memory.subarray(0, size), 'hex');
    } finally {
      libc.close(fd);
    }
  };
}
