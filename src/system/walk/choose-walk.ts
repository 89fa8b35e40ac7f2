/** Which walker runs here, found out by trying: the calls are loaded, and made once. */
import { UsageError } from '../../model/errors.ts';
import type { WalkerName, Walkers } from './port.ts';
import { loadGetdents, type Getdents } from './getdents.ts';
import { readHere } from './read-here.ts';
import { ThreadAhead } from './thread-ahead.ts';
import type { StartReader } from './walk-messages.ts';
import { aloneMs, nativeWalk } from './walk-native.ts';
import { plainWalk } from './walk-node.ts';

/** @param ahead  the same for who walks and who takes a census */
export function nodeWalkers(ahead = new ThreadAhead()): Walkers {
  const take = (): StartReader | undefined => ahead.take();
  return {
    plain: plainWalk,

    expect(choice, jobs) {
      ahead.expect(choice, jobs);
    },

    async choose(choice) {
      if (choice === 'node') return { walk: plainWalk };
      const { calls, why } = await chooseCalls(choice);
      if (!calls) return { walk: plainWalk, why };
      return { walk: nativeWalk(readHere(calls), aloneMs, take) };
    },

    dismiss: () => ahead.dismiss(),
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
