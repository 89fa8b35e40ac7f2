/** A thread that glances at batches of mailbox directories until it is asked to end. */
import { parentPort } from 'node:worker_threads';
import { packGlances, unpackRequests, type GlanceBatch } from './glance-messages.ts';
import { loadGlance } from './glance-native.ts';

// What comes while the FFI is loaded waits in the port, which is not heard yet.
const glance = await loadGlance();

parentPort?.on('message', (batch: GlanceBatch | 'end') => {
  if (batch === 'end') parentPort?.close();
  else parentPort?.postMessage(packGlances(batch.id, unpackRequests(batch).map(glance)));
});
