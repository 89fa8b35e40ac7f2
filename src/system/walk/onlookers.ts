/** The threads of a walk after it has ended: they look at names together with the caller's own. */
import { setImmediate } from 'node:timers/promises';
import { loadLibc } from '../libc.ts';
import { LookList } from '../look-list.ts';
import { Looker } from '../looker.ts';
import type { Onlookers } from './port.ts';
import type { Reader } from './walk-messages.ts';

/** Between two turns of the event loop. */
const sliceMs = 5;

export function onlookersOf(readers: readonly Reader[]): Onlookers {
  let ours: Promise<Looker> | undefined;
  const seen = async (list: LookList): Promise<Uint8Array> => {
    const helped = helpFor(list, readers);
    // Who failed here is told by who waits for them, if there is need to wait.
    helped.catch(() => undefined);
    ours ??= loadLibc().then((libc) => new Looker(libc));
    const looker = await ours;
    while (looker.look(list, performance.now() + sliceMs)) await setImmediate();
    if (!list.isDone) await helped;
    return list.others;
  };
  return {
    otherFiles: (names) => seen(LookList.ofNames(names)),
    otherDirectories: (directories) => seen(LookList.ofDirectories(directories)),
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
