/** A thread that digests batches of files until it is asked to end. */
import { parentPort } from 'node:worker_threads';
import { asBytes } from '../model/byte-path.ts';
import type { Trouble } from '../model/trouble.ts';
import type { DigestAnswer, DigestBatch } from './digest-messages.ts';
import { ExpectedStats } from './expected-stats.ts';
import { loadDigest } from './quick-digest.ts';

void serve();

/** What comes while the FFI is loaded waits in the port, which is not heard yet. */
async function serve(): Promise<void> {
  const digest = await loadDigest();
  parentPort?.on('message', (batch: DigestBatch | 'end') => {
    if (batch === 'end') parentPort?.close();
    else parentPort?.postMessage(answerTo(batch, digest));
  });
}

function answerTo(
  { first, paths, expected, stop }: DigestBatch,
  digest: Awaited<ReturnType<typeof loadDigest>>,
): DigestAnswer {
  const rows = ExpectedStats.shared(expected);
  const sums: (string | Trouble)[] = [];
  for (const [row, path] of paths.split('\0').entries()) {
    if (Atomics.load(stop, 0) !== 0) break;
    sums.push(digest(asBytes(path), rows, row));
  }
  return { first, sums };
}
