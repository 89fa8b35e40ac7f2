/** A thread that digests batches of files until it is ended. */
import { parentPort } from 'node:worker_threads';
import { digestFile, pieceBytes } from './digest-file.ts';
import { unpackBatch, type DigestAnswer, type DigestBatch } from './digest-messages.ts';

const memory = Buffer.alloc(pieceBytes);

parentPort?.on('message', (batch: DigestBatch) => {
  const sums = unpackBatch(batch).map((file) => digestFile(file.path, file.expected, memory));
  parentPort?.postMessage({ first: batch.first, sums } satisfies DigestAnswer);
});
