/** Which walker runs here, found out by trying: a thread that has walked once is the first of the walk. */
import { UsageError } from '../../model/errors.ts';
import type { Walkers } from '../os.ts';
import { whyNoGetdents } from './getdents.ts';
import { tryThread } from './native-thread.ts';
import { nativeWalk } from './walk-native.ts';
import { plainWalk } from './walk-node.ts';

export const nodeWalkers: Walkers = {
  plain: plainWalk,

  async choose(choice) {
    if (choice === 'node') return { walk: plainWalk };
    const thread = whyNoGetdents() ?? (await tryThread());
    if (typeof thread !== 'string') return { walk: nativeWalk(thread) };
    // Only the first line: a package that is missing comes with the list of all who wanted it.
    const why = `the native walker cannot run here: ${thread.split('\n', 1)[0] ?? thread}`;
    if (choice === 'auto') return { walk: plainWalk, why };
    throw new UsageError(
      `${why}; install the optional package koffi (npm install without --omit=optional), or use --walker node`,
    );
  },
};
