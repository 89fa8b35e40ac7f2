/** The census of the native walker: each thread counts by d_ino what it reads, and no file is ever asked for. */
import { once } from 'node:events';
import type { Worker } from 'node:worker_threads';
import type { Census } from '../os.ts';
import { addTallies } from './census-tally.ts';
import { walkOf, walkSink } from './census-walk.ts';
import { endThread } from './native-thread.ts';
import { aloneMs, NativeWalk } from './walk-native.ts';

/**
 * @param spare  a thread that is started already, for the first pass
 * @param alone  for how many milliseconds the first thread walks alone
 */
export function nativeCensus(spare?: Worker, alone = aloneMs): Census {
  return {
    name: 'native',
    async pass(request, sink) {
      const first = spare;
      spare = undefined;
      if (request.signal.aborted || request.roots.length === 0) {
        if (first) await endThread(first, once(first, 'exit'));
        return addTallies([], request.devices.length, request.part);
      }
      // The other half is for adding up what the threads have counted.
      const limitBytes = Math.floor(request.memoryBytes / 2);
      const walk = new NativeWalk(walkOf(request), walkSink(sink), alone, {
        part: request.part,
        limitBytes,
      });
      try {
        await walk.done(first);
      } finally {
        await walk.stop();
      }
      return addTallies(walk.tallies, request.devices.length, request.part);
    },
  };
}
