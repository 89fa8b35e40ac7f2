/** The census of the plain walker: lstat of everything, which is what defines the answer. */
import type { Census } from './port.ts';
import { walkOf, walkSink } from './census-walk.ts';
import { addTallies, CensusTally } from './census-tally.ts';
import { PlainWalk } from './walk-node.ts';

export const plainCensus: Census = {
  name: 'node',
  async pass(request, sink) {
    const { devices, part, memoryBytes } = request;
    const tally = new CensusTally(devices, part, Math.floor(memoryBytes / 2));
    const walk = new PlainWalk(walkOf(request), walkSink(sink), tally);
    for (const root of request.roots) await walk.tree(root);
    walk.tell();
    return addTallies([tally.posted()], devices.length, part);
  },
};
