/** Has this process really given up all that root may do? Source: proc(5), status; credentials(7). */
import { readFileSync } from 'node:fs';
import type { Ids } from './dropped-process.ts';

/**
 * Why not, in words; undefined when every user and group id is the wanted one, no group and no capability is left,
 * and the way back is closed. setgroups(2) may have failed without a word: libuv does not look.
 */
export function whyNotDropped(ids: Ids): string | undefined {
  const status = readFileSync('/proc/self/status', 'latin1');
  const field = (name: string): string =>
    new RegExp(`^${name}:[ \\t]*(.*?)[ \\t]*$`, 'm').exec(status)?.[1] ?? '?';
  const isAll = (name: string, id: number): boolean =>
    field(name)
      .split(/\s+/)
      .every((one) => one === String(id)) && field(name).split(/\s+/).length === 4;
  // Real, effective, saved and filesystem id.
  if (!isAll('Uid', ids.uid)) return `its user ids are ${field('Uid')}`;
  if (!isAll('Gid', ids.gid)) return `its group ids are ${field('Gid')}`;
  const groups = field('Groups')
    .split(/\s+/)
    .filter((group) => group !== '' && group !== String(ids.gid));
  if (groups.length > 0) return `it is in the groups ${groups.join(', ')}`;
  for (const name of ['CapInh', 'CapPrm', 'CapEff', 'CapAmb']) {
    if (!/^0+$/.test(field(name))) return `it has capabilities (${name} ${field(name)})`;
  }
  if (ids.uid === 0) return 'it is root';
  return canReturn() ? 'it can become root again' : undefined;
}

function canReturn(): boolean {
  const ways = [() => process.setuid?.(0), () => process.seteuid?.(0), () => process.setgid?.(0)];
  return ways.some((way) => {
    try {
      way();
      return true;
    } catch {
      return false;
    }
  });
}
