/** What message files are like when there is nothing to tell of them, in columns as their claims. */
import type { FileStat } from './inode.ts';
import { guidBytes } from './message-claims.ts';

export interface ExpectedFiles {
  readonly uids: Uint32Array;
  /** Bytes; NaN where any size will do. */
  readonly sizes: Float64Array;
  /** mtime in whole seconds since 1970; NaN where any time will do. */
  readonly seconds: Float64Array;
  /** The rest of it, beside which 0 will do; NaN where any will do. */
  readonly nanoseconds: Float64Array;
  /** Will a file do whose inode has other names? */
  readonly mayBeShared: boolean;
  /** SHA-1 of the bytes, `guidBytes` each; zeros where any bytes will do. Absent: no byte is to be read. */
  readonly digests?: Uint8Array;
}

/** 40 digits. @returns undefined where any bytes will do */
export function digestAt(digests: Uint8Array, at: number): string | undefined {
  const digest = digests.subarray(at * guidBytes, (at + 1) * guidBytes);
  if (digest.every((byte) => byte === 0)) return undefined;
  return Buffer.from(digest.buffer, digest.byteOffset, digest.length).toString('hex');
}

const second = 1_000_000_000n;

export function isAsExpected(expected: ExpectedFiles, at: number, file: FileStat): boolean {
  if (file.kind !== 'file' || (file.linkCount !== 1 && !expected.mayBeShared)) return false;
  const nanoseconds = Number(file.modifiedNs % second);
  return (
    fits(expected.sizes[at], file.sizeBytes) &&
    fits(expected.seconds[at], Number(file.modifiedNs / second)) &&
    (nanoseconds === 0 || fits(expected.nanoseconds[at], nanoseconds))
  );
}

/** @param wanted  NaN for any number */
export function fits(wanted = NaN, found: number): boolean {
  return wanted === found || Number.isNaN(wanted);
}
