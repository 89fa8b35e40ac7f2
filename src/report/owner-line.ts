/** What is known of owners, and on what evidence, in words. */
import type { Liveness } from '../model/owner.ts';
import { printable } from './quote.ts';
import { many } from './quantities.ts';
import { ownerWords } from './sentences.ts';

/** Different evidence that one line still lists. */
const evidenceLimit = 3;

/** "pid 29594 is gone: no such process" */
export function ownerLine(owner: Liveness, pid: number | undefined): string {
  const who = pid === undefined ? 'owner' : `pid ${pid}`;
  return `${who} ${ownerWords[owner.state]}: ${printable(owner.evidence)}`;
}

/** The same for a directory that has files of many owners. */
export function ownersLine(owners: ReadonlyMap<Liveness, ReadonlySet<number>>): string {
  const byWords = new Map<string, { owner: Liveness; pids: Set<number> }>();
  for (const [owner, pids] of owners) {
    const words = `${owner.state} ${owner.evidence}`;
    const known = byWords.get(words) ?? { owner, pids: new Set<number>() };
    for (const pid of pids) known.pids.add(pid);
    byWords.set(words, known);
  }
  const all = [...byWords.values()];
  const told = all.slice(0, evidenceLimit).map(({ owner, pids }) => {
    const [pid] = pids;
    return pids.size <= 1
      ? ownerLine(owner, pid)
      : `${many(pids.size, 'owner')} (${owner.state}): ${printable(owner.evidence)}`;
  });
  if (all.length > evidenceLimit) told.push(many(all.length - evidenceLimit, 'more case'));
  return told.join('; ');
}
