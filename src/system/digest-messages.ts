/** Files to digest, packed for posting to a thread: an object with four bigints a file would cost more than its hash. */
import type { Trouble } from '../model/trouble.ts';
import { ExpectedStats } from './expected-stats.ts';
import type { DigestRequest } from './os.ts';

export interface DigestBatch {
  /** Number of the first file; the others follow. */
  readonly first: number;
  /** Joined by NUL, which no path can hold. */
  readonly paths: string;
  /** Rows of ExpectedStats, one a file. */
  readonly expected: Uint32Array<SharedArrayBuffer>;
  /** Shared: not 0 when nobody wants the rest. */
  readonly stop: Int32Array<SharedArrayBuffer>;
}

export interface DigestAnswer {
  readonly first: number;
  readonly sums: readonly (string | Trouble)[];
}

export function packBatch(
  first: number,
  files: readonly DigestRequest[],
  stop: DigestBatch['stop'],
): DigestBatch {
  const expected = ExpectedStats.ofMany(files.length);
  files.forEach((file, at) => {
    expected.set(at, file.expected);
  });
  const paths = files.map((file) => file.path).join('\0');
  return { first, paths, expected: expected.words, stop };
}
