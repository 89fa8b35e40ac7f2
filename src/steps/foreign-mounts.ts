/** What processes of other pid namespaces have mounted. */
import type { ForeignProcess } from '../decide/doubt-root.ts';
import type { ProcessFacts } from '../model/process.ts';
import { isTrouble } from '../model/trouble.ts';
import type { Processes } from '../system/os.ts';

export function readForeignMounts(
  processTable: Processes,
  proc: string,
  processes: readonly ProcessFacts[],
): ForeignProcess[] {
  return processes.flatMap((process): ForeignProcess[] => {
    const mounts = processTable.mountsOf(proc, process.pid);
    if (!isTrouble(mounts)) return [{ process, mounts }];
    // A process that ended meanwhile reaches nothing any more; EINVAL is the answer of one that is just ending.
    return ['ENOENT', 'ESRCH', 'EINVAL'].includes(mounts.errno) ? [] : [{ process }];
  });
}
