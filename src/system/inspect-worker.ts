/** A thread that inspects batches of message files until it is ended. */
import { parentPort } from 'node:worker_threads';
import { pieceBytes } from './digest-file.ts';
import { inspectFile } from './inspect-file.ts';
import { packInspectAnswer, unpackInspectBatch, type InspectBatch } from './inspect-messages.ts';

const memory = Buffer.alloc(pieceBytes);

parentPort?.on('message', (batch: InspectBatch) => {
  const found = unpackInspectBatch(batch).map((file) => inspectFile(file, memory));
  parentPort?.postMessage(packInspectAnswer(batch.id, found));
});
