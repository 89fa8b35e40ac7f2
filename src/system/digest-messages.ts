/** Files to digest, packed for posting to a thread: an object with four bigints a file would cost more than its hash. */
import { asBytes, type BytePath } from '../model/byte-path.ts';
import type { Trouble } from '../model/trouble.ts';
import type { ExpectedFile } from './digest-file.ts';
import type { DigestRequest } from './os.ts';

const numbersEach = 5;

export interface DigestBatch {
  /** Number of the first file; the others follow. */
  readonly first: number;
  /** Joined by NUL, which no path can hold. */
  readonly paths: string;
  /** Per file: device, inode, size, mtime and ctime in nanoseconds. */
  readonly expected: BigUint64Array;
}

export interface DigestAnswer {
  readonly first: number;
  readonly sums: readonly (string | Trouble)[];
}

export function packBatch(first: number, files: readonly DigestRequest[]): DigestBatch {
  const expected = new BigUint64Array(files.length * numbersEach);
  files.forEach(({ expected: stat }, at) => {
    // A time before 1970 wraps here and is unwrapped below.
    expected.set(
      [stat.dev, stat.ino, BigInt(stat.sizeBytes), stat.modifiedNs, stat.changedNs],
      at * numbersEach,
    );
  });
  return { first, paths: files.map((file) => file.path).join('\0'), expected };
}

export function unpackBatch(batch: DigestBatch): { path: BytePath; expected: ExpectedFile }[] {
  return batch.paths.split('\0').map((path, at) => {
    const [dev = 0n, ino = 0n, size = 0n, mtime = 0n, ctime = 0n] = batch.expected.subarray(
      at * numbersEach,
      (at + 1) * numbersEach,
    );
    const expected = {
      dev,
      ino,
      sizeBytes: Number(size),
      modifiedNs: BigInt.asIntN(64, mtime),
      changedNs: BigInt.asIntN(64, ctime),
    };
    return { path: asBytes(path), expected };
  });
}
