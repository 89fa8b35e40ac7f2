/** Which walker runs here, found out by trying: the calls are loaded, and made once. */
import { UsageError } from '../../model/errors.ts';
import type { WalkerName, Walkers } from './port.ts';
import { loadGetdents, type Getdents } from './getdents.ts';
import { NativeThread, threadsAtMost } from './native-thread.ts';
import { readHere } from './read-here.ts';
import type { StartReader } from './walk-messages.ts';
import { aloneMs, nativeWalk } from './walk-native.ts';
import { plainWalk } from './walk-node.ts';

export function nodeWalkers(): Walkers {
  let ahead: NativeThread | undefined;
  const take = (): StartReader | undefined => {
    const thread = ahead;
    ahead = undefined;
    return thread && ((events) => thread.listen(events));
  };
  return {
    plain: plainWalk,

    expect(choice, jobs) {
      if (choice === 'node' || threadsAtMost(jobs) < 2) return;
      try {
        ahead ??= new NativeThread();
      } catch {
        // No room for one more thread (a limit on tasks, memory): the walk finds that out by itself, and does without.
      }
    },

    async choose(choice) {
      if (choice === 'node') return { walk: plainWalk };
      const { calls, why } = await chooseCalls(choice);
      if (!calls) return { walk: plainWalk, why };
      return { walk: nativeWalk(readHere(calls), aloneMs, take) };
    },

    async dismiss() {
      await ahead?.end();
      ahead = undefined;
    },
  };
}

/** @throws UsageError when the calls cannot be made here and have to be */
export async function chooseCalls(
  choice: Exclude<WalkerName, 'node'> | 'auto',
): Promise<{ calls: Getdents; why?: never } | { calls?: never; why: string }> {
  try {
    return { calls: await loadGetdents() };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    // Only the first line: a package that is missing comes with the list of all who wanted it.
    const why = `the native walker cannot run here: ${reason.split('\n', 1)[0] ?? reason}`;
    if (choice === 'auto') return { why };
    throw new UsageError(
      `${why}; install the optional package koffi (npm install without --omit=optional), or use --walker node`,
    );
  }
}
