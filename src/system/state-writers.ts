/**
 * Does another process have a file open to write to it? A descriptor goes with its process, so unlike a lock file it
 * is never left behind by a kill. Only what this procfs shows and we may look into is seen.
 */
import { fstatSync, readdirSync, statSync } from 'node:fs';
import { bytePath } from '../model/byte-path.ts';
import { isTrouble } from '../model/trouble.ts';
import { attempt } from './attempt.ts';
import { listProcesses, readable, readProc, readProcLink } from './proc-file.ts';

/** @returns the first pid; undefined when none is seen */
export function otherWriterOf(fd: number): number | undefined {
  const wanted = fstatSync(fd, { bigint: true });
  const own = readable(readProcLink(`/proc/self/fd/${fd}`));
  const pids = listProcesses('/proc');
  if (own === undefined || isTrouble(pids)) return undefined;
  const isIt = (path: string): boolean => {
    // By its name first: a stat of what others have open may wait for a server that is dead.
    if (readable(readProcLink(path)) !== own) return false;
    const stat = attempt(bytePath(path), 'stat', () => statSync(path, { bigint: true }));
    return !isTrouble(stat) && stat.ino === wanted.ino && stat.dev === wanted.dev;
  };
  return pids.find((pid) => {
    if (pid === process.pid) return false;
    const table = attempt(bytePath(`/proc/${pid}/fd`), 'readdir', () =>
      readdirSync(`/proc/${pid}/fd`),
    );
    if (isTrouble(table)) return false;
    return table.some((each) => isIt(`/proc/${pid}/fd/${each}`) && isWritable(pid, each));
  });
}

/** Who only reads it, to see how far it is, does no harm. Source: proc(5), fdinfo; open(2), O_ACCMODE. */
function isWritable(pid: number, fd: string): boolean {
  const info = readable(readProc(`/proc/${pid}/fdinfo/${fd}`)) ?? '';
  const flags = /^flags:\t(\d+)$/m.exec(info)?.[1];
  return flags !== undefined && (Number.parseInt(flags, 8) & 3) !== 0;
}
