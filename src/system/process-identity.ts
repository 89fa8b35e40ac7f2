/** Who this process is, for locks: a pid alone is given to another process soon. Source: proc(5), random(4). */
import { geteuid } from 'node:process';
import { UsageError } from '../model/errors.ts';
import { isTrouble, type Trouble } from '../model/trouble.ts';
import type { Identities } from './os.ts';
import { isGone, readable, readNamespace, readProc } from './proc-file.ts';
import { parseStatLine } from './proc-text.ts';

/** By our own procfs, never by --proc: the lock is between processes that see the same pids. */
export const nodeIdentities: Identities = {
  self() {
    const startedAfterBootNs = startOf('self');
    const bootId = readable(readProc('/proc/sys/kernel/random/boot_id'))?.trim();
    const pidNamespace = readNamespace('/proc/self/ns/pid');
    if (
      typeof startedAfterBootNs !== 'bigint' ||
      bootId === undefined ||
      !/^[0-9a-f-]{1,64}$/.test(bootId) ||
      pidNamespace === undefined
    ) {
      throw new UsageError('/proc does not tell who this process is; nothing can be locked');
    }
    const uid = geteuid?.() ?? -1;
    return { pid: process.pid, startedAfterBootNs, bootId, pidNamespace, uid };
  },

  startOf,
};

function startOf(pid: number | 'self'): bigint | undefined | Trouble {
  const text = readProc(`/proc/${pid}/stat`);
  if (isTrouble(text)) return isGone(text) ? undefined : text;
  const line = parseStatLine(text);
  // A zombie does nothing any more and still has its pid.
  return line === undefined || line.state === 'Z' || line.state === 'X'
    ? undefined
    : line.startedAfterBootNs;
}
