/** What the processes have in common that work for root as the owner of a spool, told and asked by lines. */
import { Interrupted } from '../model/errors.ts';
import { dropRights } from '../system/drop-rights.ts';

/** @returns why root's rights, if it has them, could not be given up for those of the user and group in argv */
export function becomeOwner(): string | undefined {
  const [uid, gid] = process.argv.slice(2).map(Number);
  const why = dropRights({ uid: uid ?? 0, gid: gid ?? 0 });
  return why === undefined ? undefined : `root's rights could not be given up: ${why}`;
}

/** Ctrl-C reaches both processes; the second one of an impatient person must not cut a step in two. */
export function interruptOnSignals(): AbortController {
  const interrupt = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      interrupt.abort(new Interrupted());
    });
  }
  return interrupt;
}
