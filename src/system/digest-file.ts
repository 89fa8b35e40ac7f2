/** SHA-1 of one file, and the proof that it is the file that was meant and held still. */
import { closeSync, fstatSync, readSync, type BigIntStats } from 'node:fs';
import { createHash, hash } from 'node:crypto';
import type { BytePath } from '../model/byte-path.ts';
import type { FileStat } from '../model/inode.ts';
import { isTrouble, type Trouble } from '../model/trouble.ts';
import { attempt } from './attempt.ts';
import { openForReading } from './open-for-reading.ts';
import { withShortPath } from './long-path.ts';
import { inodeNumber } from './inode-number.ts';

/** What of a FileStat says which bytes were meant. Another ctime is forgiven: linking another name moves it. */
export type ExpectedFile = Pick<FileStat, 'dev' | 'ino' | 'sizeBytes' | 'modifiedNs' | 'changedNs'>;

/** Files up to this size are read by one call; larger ones go through the same memory piece by piece. */
export const pieceBytes = 1_048_576;

/**
 * @param memory of pieceBytes, used again for the next file: a new one for each costs more than hashing a mail
 * @returns 40 lower-case hexadecimal digits; ESTALE for another file than `expected`, or one that was written to
 */
export function digestFile(
  path: BytePath,
  expected: ExpectedFile,
  memory: Buffer,
): string | Trouble {
  const fd = attempt(path, 'open', () => withShortPath(path, openForReading));
  if (isTrouble(fd)) return fd;
  try {
    // An inode that is after the reading as it was seen before it held still: one fstat, and nearly all files are so.
    const sha1 = attempt(path, 'read', () => digestOpen(fd, expected.sizeBytes, memory));
    if (typeof sha1 === 'string') {
      const after = fstatSync(fd, { bigint: true });
      if (isMeant(after, expected) && after.ctimeNs === expected.changedNs) return sha1;
    }
    return attempt(path, 'read', () => digestBetween(fd, path, expected, memory));
  } finally {
    closeSync(fd);
  }
}

/** Where the ctime moved since the file was seen: the same before and after the reading, or it says nothing. */
function digestBetween(
  fd: number,
  path: BytePath,
  expected: ExpectedFile,
  memory: Buffer,
): string | Trouble {
  const before = fstatSync(fd, { bigint: true });
  if (!isMeant(before, expected)) return { path, syscall: 'fstat', errno: 'ESTALE' };
  const sha1 = digestOpen(fd, expected.sizeBytes, memory);
  // Truncated or extended meanwhile: the digest is of bytes that no one ever had as a whole.
  if (sha1 === undefined || !heldStill(before, fstatSync(fd, { bigint: true }))) {
    return { path, syscall: 'read', errno: 'ESTALE' };
  }
  return sha1;
}

function isMeant(stats: BigIntStats, expected: ExpectedFile): boolean {
  return (
    stats.isFile() &&
    inodeNumber(stats) === expected.ino &&
    stats.dev === expected.dev &&
    stats.size === BigInt(expected.sizeBytes) &&
    stats.mtimeNs === expected.modifiedNs
  );
}

/**
 * By pread(2), which a FIFO or a terminal that took the name refuses: what is no file loses nothing by it.
 *
 * @returns undefined when the file ended before `sizeBytes`; the size afterwards tells whether it went on
 */
function digestOpen(fd: number, sizeBytes: number, memory: Buffer): string | undefined {
  if (sizeBytes < pieceBytes) {
    const count = readFully(fd, memory, sizeBytes);
    // One-shot hashing is in Node 20.12 and later, and saves two objects a file.
    return count === sizeBytes ? hash('sha1', memory.subarray(0, count), 'hex') : undefined;
  }
  const sum = createHash('sha1');
  let done = 0;
  while (done < sizeBytes) {
    const count = readSync(fd, memory, 0, Math.min(pieceBytes, sizeBytes - done), done);
    if (count === 0) break;
    done += count;
    sum.update(memory.subarray(0, count));
  }
  return done === sizeBytes ? sum.digest('hex') : undefined;
}

/** Reads `sizeBytes` into `memory`; fewer when the file ends before. A short read is not the end. */
function readFully(fd: number, memory: Buffer, sizeBytes: number): number {
  let done = 0;
  while (done < sizeBytes) {
    const count = readSync(fd, memory, done, sizeBytes - done, done);
    if (count === 0) break;
    done += count;
  }
  return done;
}

function heldStill(before: BigIntStats, after: BigIntStats): boolean {
  return (
    before.size === after.size &&
    before.mtimeNs === after.mtimeNs &&
    before.ctimeNs === after.ctimeNs
  );
}
