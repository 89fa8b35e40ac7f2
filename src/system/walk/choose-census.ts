/** Which walker takes a census here: chosen as for a walk, by trying. */
import type { Censuses } from '../os.ts';
import { nativeCensus } from './census-native.ts';
import { plainCensus } from './census-node.ts';
import { chooseThread } from './choose-walk.ts';

export const nodeCensuses: Censuses = {
  async choose(choice) {
    if (choice === 'node') return { census: plainCensus };
    const { thread, why } = await chooseThread(choice);
    return thread ? { census: nativeCensus(thread) } : { census: plainCensus, why };
  },
};
