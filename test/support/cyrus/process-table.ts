/** Children of a process, from /proc. */
import { readdirSync, readFileSync } from 'node:fs';
import { waitUntil } from './wait-until.ts';

export interface ProcessRow {
  readonly pid: number;
  readonly comm: string;
  readonly parent: number;
}

export function childrenOf(parent: number, comm?: string): readonly number[] {
  return rows()
    .filter((row) => row.parent === parent && (comm === undefined || row.comm === comm))
    .map((row) => row.pid);
}

export function isRunning(pid: number): boolean {
  const row = rowOf(String(pid));
  return row !== undefined;
}

/**
 * Returns when all of them sleep and have not run for some looks: what a process does while it starts, or cleans
 * up after its last client, would be counted with the calls that are waited for.
 */
export async function atRest(pids: readonly number[]): Promise<void> {
  const looksAtLeast = 4;
  let last = '';
  let looks = 0;
  await waitUntil(`processes ${pids.join(', ')} at rest`, () => {
    const now = pids.map(restOf);
    looks = now.join() === last && !now.includes(undefined) ? looks + 1 : 0;
    last = now.join();
    return looks >= looksAtLeast;
  });
}

/** How often it was switched off the processor; undefined unless it sleeps. */
function restOf(pid: number): string | undefined {
  const status = readFileSync(`/proc/${pid}/status`, 'latin1');
  if (!/^State:\s+S/m.test(status)) return undefined;
  return status.match(/^\w*voluntary_ctxt_switches:.*$/gm)?.join(' ');
}

function rows(): ProcessRow[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => rowOf(name) ?? []);
}

function rowOf(name: string): ProcessRow | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${name}/stat`, 'latin1');
  } catch {
    return undefined;
  }
  // The name stands in parentheses and may hold blanks and parentheses itself: proc(5).
  const end = stat.lastIndexOf(')');
  const [state, parent] = stat.slice(end + 2).split(' ');
  // A zombie has no spool any more; it only waits for its parent.
  if (state === undefined || parent === undefined || state === 'Z' || state === 'X')
    return undefined;
  return {
    pid: Number(name),
    comm: stat.slice(stat.indexOf('(') + 1, end),
    parent: Number(parent),
  };
}
