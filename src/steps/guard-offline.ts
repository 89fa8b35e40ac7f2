/** Refuses --offline for a spool that this host may be using: safety.md 7. */
import { isCyrusProgram } from '../decide/cyrus-program.ts';
import { foreignProcesses } from '../decide/doubt-root.ts';
import {
  refuseOffline,
  runningConfigFiles,
  type HostConfigurations,
} from '../decide/refuse-offline.ts';
import { UsageError } from '../model/errors.ts';
import type { Root } from '../model/partition.ts';
import type { ProcessSurvey } from '../model/process.ts';
import type { ProcessesAndMounts } from './check-owners.ts';
import { readForeignMounts } from './foreign-mounts.ts';

/**
 * @param scanned     the roots that the run would call unused
 * @param loadRoots   the roots of these configurations, of /etc/imapd.conf where there is one, and of every -C given;
 *                    those of the named files that cannot be read come back in `unread`
 * @throws            UsageError that says what to do instead
 */
export function guardOffline(
  os: ProcessesAndMounts,
  scanned: readonly Root[],
  loadRoots: (configFiles: readonly string[]) => HostConfigurations,
  survey: ProcessSurvey,
): void {
  const named = runningConfigFiles(survey);
  // A relative name is relative to a directory that a daemon left long ago.
  const absolute = named.filter((file) => file.startsWith('/'));
  const loaded = loadRoots(absolute);
  const host = {
    roots: loaded.roots,
    unread: [...loaded.unread, ...named.filter((file) => !absolute.includes(file))],
  };
  const foreign = readForeignMounts(
    os.processes,
    survey.proc,
    foreignProcesses(survey).filter(isCyrusProgram),
  );
  const refusal = refuseOffline(scanned, host, survey, os.files.mounts(), foreign);
  if (refusal !== undefined) throw new UsageError(refusal);
}
