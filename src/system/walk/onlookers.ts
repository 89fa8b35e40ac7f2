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

/** @param devices  of the tables of the walk */
export function onlookersOf(
  readers: readonly Reader[],
  hits: readonly PostedHits[],
  devices: readonly bigint[],
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
      const expected = ExpectedStats.ofMany(length);
      for (let index = 0; index < length; index++) expected.set(index, wanted.statOf(index));
      const seen = await look(LookList.of('files', hits, expected, length));
      return (index) => seen[index] === seenBits.asExpected;
    },
    async areDirectoriesThere() {
      const { length } = devices;
      const expected = ExpectedStats.ofMany(length);
      devices.forEach((dev, table) => {
        expected.setDevice(table, dev);
      });
      const seen = await look(LookList.of('directories', hits, expected, length));
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
