/** The census of the native walker: each thread counts by d_ino what it reads, and no file is ever asked for. */
import type { Census } from './port.ts';
import { addTallies } from './census-tally.ts';
import { walkOf, walkSink } from './census-walk.ts';
import { aloneMs, NativeWalk } from './walk-native.ts';
import type { StartReader } from './walk-messages.ts';

/**
 * @param first  starts the first reader of each pass
 * @param alone  for how many milliseconds it reads alone
 * @param ahead  gives one that comes up already, if there is
 */
export function nativeCensus(
  first: StartReader,
  alone = aloneMs,
  ahead: () => StartReader | undefined = () => undefined,
): Census {
  return {
    name: 'native',
    async pass(request, sink) {
      if (request.signal.aborted || request.roots.length === 0) {
        return addTallies([], request.devices.length, request.part);
      }
      // The other half is for adding up what the threads have counted.
      const limitBytes = Math.floor(request.memoryBytes / 2);
      const walk = new NativeWalk(walkOf(request), walkSink(sink), alone, {
        part: request.part,
        limitBytes,
      });
      try {
        await walk.done(first, ahead);
      } finally {
        await walk.stop();
      }
      return addTallies(walk.tallies, request.devices.length, request.part);
    },
  };
}
