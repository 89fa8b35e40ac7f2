/** Which walker runs here, found out by trying: a thread that has walked once is the first of the walk. */
import type { Worker } from 'node:worker_threads';
import { UsageError } from '../../model/errors.ts';
import { whyNoLibc } from '../libc.ts';
import type { WalkerName, Walkers } from '../os.ts';
import { tryThread } from './native-thread.ts';
import { nativeWalk } from './walk-native.ts';
import { plainWalk } from './walk-node.ts';

export const nodeWalkers: Walkers = {
  plain: plainWalk,

  async choose(choice) {
    if (choice === 'node') return { walk: plainWalk };
    const { thread, why } = await chooseThread(choice);
    return thread ? { walk: nativeWalk(thread) } : { walk: plainWalk, why };
  },
};

/** @throws UsageError when no thread can run here and it has to */
export async function chooseThread(
  choice: Exclude<WalkerName, 'node'> | 'auto',
): Promise<{ thread: Worker; why?: never } | { thread?: never; why: string }> {
  const thread = whyNoLibc() ?? (await tryThread());
  if (typeof thread !== 'string') return { thread };
  // Only the first line: a package that is missing comes with the list of all who wanted it.
  const why = `the native walker cannot run here: ${thread.split('\n', 1)[0] ?? thread}`;
  if (choice === 'auto') return { why };
  throw new UsageError(
    `${why}; install the optional package koffi (npm install without --omit=optional), or use --walker node`,
  );
}
