/** Does the process that made a lock still work? */
import type { LockHolder } from '../model/lock.ts';
import type { ProcessIdentity } from '../model/process.ts';
import { isTrouble, type Trouble } from '../model/trouble.ts';

/**
 * @param self     we, who want the lock
 * @param startOf  asked only where the pid is one of ours: start of the process that has it now
 * @returns        why it is held, in words; undefined for a lock that nobody holds any more
 */
export function whyHeld(
  holder: LockHolder,
  self: ProcessIdentity,
  startOf: (pid: number) => bigint | undefined | Trouble,
): string | undefined {
  // Another start of the kernel: whoever it was, he is gone. Locks are only made on local filesystems (safety.md 6).
  if (holder.bootId !== self.bootId) return undefined;
  const who = `run ${holder.run} of process ${holder.pid}`;
  if (holder.pidNamespace !== self.pidNamespace) {
    return `${who} in another pid namespace, which cannot be asked from here`;
  }
  const started = startOf(holder.pid);
  if (isTrouble(started)) return `${who}, of which nothing can be read (${started.errno})`;
  return started === holder.startedAfterBootNs ? who : undefined;
}
