/** The threads of a walk after it has ended: they look at what it has found together with the caller's own. */
import { setImmediate } from 'node:timers/promises';
import { ExpectedStats } from '../expected-stats.ts';
import { loadLibc } from '../libc.ts';
import { LookList, seenBits } from '../look-list.ts';
import { Looker } from '../looker.ts';
import type { Onlookers } from './port.ts';
import type { PostedHits, Reader } from './walk-messages.ts';

/** Between two turns of the event loop. */
const sliceMs = 5;

/**
 * @param devices      of the tables of the walk
 * @param filesAtOnce  64 bytes each; the bytes of all hits are gone through for so many
 */
export function onlookersOf(
  readers: readonly Reader[],
  hits: readonly PostedHits[],
  devices: readonly bigint[],
  filesAtOnce = 131_072,
): Onlookers {
  let ours: Promise<Looker> | undefined;
  const look = async (list: LookList): Promise<Uint8Array> => {
    const helped = helpFor(list, readers);
    // Who failed here is told by who waits for them, if there is need to wait.
    helped.catch(() => undefined);
    ours ??= loadLibc().then((libc) => new Looker(libc));
    const looker = await ours;
    while (looker.look(list, performance.now() + sliceMs)) await setImmediate();
    if (!list.isDone) await helped;
    return list.seen;
  };
  return {
    async sameFiles(wanted) {
      const { length } = wanted;
      const seen = new Uint8Array(length);
      const expected = ExpectedStats.ofMany(Math.min(length, filesAtOnce));
      for (let first = 0; first < length; first += filesAtOnce) {
        const count = Math.min(filesAtOnce, length - first);
        for (let place = 0; place < count; place++) {
          expected.set(place, wanted.statOf(first + place));
        }
        seen.set(await look(LookList.of('files', hits, expected, { first, count })), first);
      }
      return (index) => seen[index] === seenBits.asExpected;
    },
    async areDirectoriesThere() {
      const { length } = devices;
      const expected = ExpectedStats.ofMany(length);
      devices.forEach((dev, table) => {
        expected.setDevice(table, dev);
      });
      const seen = await look(
        LookList.of('directories', hits, expected, { first: 0, count: length }),
      );
      return seen.every((bits) => (bits & seenBits.other) === 0);
    },
  };
}

/** @returns when threads have done what they took; one that is not up yet has taken nothing, and is not waited for */
function helpFor(list: LookList, readers: readonly Reader[]): Promise<void> {
  return new Promise((resolve, reject) => {
    for (const reader of readers) {
      reader.look?.(list.posted).then(() => {
        if (list.isDone) resolve();
      }, reject);
    }
  });
}
