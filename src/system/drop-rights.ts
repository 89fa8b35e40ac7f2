/**
 * Gives up root's rights for good, in a process that has loaded its code: the program may lie where only root can read
 * it (root's home, mktemp -d), and what runs afterwards must not need another file of it. Source: credentials(7).
 *
 * A process that has changed its user is not dumpable (prctl(2)), so the spool's owner cannot trace it either.
 */
import { whyNotDropped } from './check-dropped.ts';
import type { Ids } from './dropped-process.ts';

/** @returns why not, in words; undefined when nothing is left of them and there is no way back */
export function dropRights(ids: Ids): string | undefined {
  try {
    // In this order: without the user's rights the groups could not be changed any more.
    process.setgroups?.([ids.gid]);
    process.setgid?.(ids.gid);
    process.setuid?.(ids.uid);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return whyNotDropped(ids);
}
