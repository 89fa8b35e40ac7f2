/** Which walker takes a census here: chosen as for a walk, by trying. */
import type { Censuses } from './port.ts';
import { nativeCensus } from './census-native.ts';
import { plainCensus } from './census-node.ts';
import { chooseCalls } from './choose-walk.ts';
import { readHere } from './read-here.ts';
import type { ThreadAhead } from './thread-ahead.ts';
import { aloneMs } from './walk-native.ts';

export function nodeCensuses(ahead: ThreadAhead): Censuses {
  return {
    async choose(choice) {
      if (choice === 'node') return { census: plainCensus };
      const { calls, why } = await chooseCalls(choice);
      if (!calls) return { census: plainCensus, why };
      return { census: nativeCensus(readHere(calls), aloneMs, () => ahead.take()) };
    },
  };
}
