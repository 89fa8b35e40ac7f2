/** Which walker takes a census here: chosen as for a walk, by trying. */
import type { Censuses } from './port.ts';
import { nativeCensus } from './census-native.ts';
import { plainCensus } from './census-node.ts';
import { chooseCalls } from './choose-walk.ts';
import { readHere } from './read-here.ts';

export const nodeCensuses: Censuses = {
  async choose(choice) {
    if (choice === 'node') return { census: plainCensus };
    const { calls, why } = await chooseCalls(choice);
    return calls ? { census: nativeCensus(readHere(calls)) } : { census: plainCensus, why };
  },
};
