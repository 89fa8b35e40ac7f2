/** Many hosts' reports as one body file of The Sleuth Kit: every name with its host before it. */
import { bodyEnd, bodyLines } from './body.ts';
import type { FleetRenderer } from './fleet-renderer.ts';
import { printable } from './quote.ts';
import { refusedWords } from './refused-words.ts';

export const renderFleetBody: FleetRenderer = function* (fleet) {
  // A comment a host, all of them behind the names: see bodyEnd().
  const ends: string[] = [];
  for (const report of fleet.reports()) {
    // An audit keeps no inodes.
    if (report.messages !== undefined) continue;
    yield* bodyLines(report, { host: report.header.host });
    ends.push(bodyEnd(report));
  }
  yield* ends;
  for (const { host, why } of fleet.missing) {
    yield `# MISSING: ${printable(host)} ${printable(why)}\n`;
  }
  for (const one of fleet.refused) yield `# REFUSED: ${refusedWords(one)}\n`;
};
