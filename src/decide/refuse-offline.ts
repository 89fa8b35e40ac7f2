/** When "nobody uses this spool" is not to be believed: safety.md 7. */
import { inodeKey, type InodeId } from '../model/inode.ts';
import type { Root } from '../model/partition.ts';
import type { ProcessFacts, ProcessSurvey } from '../model/process.ts';
import type { Mount } from '../model/mount.ts';
import { configFilesOf, isCyrusProgram } from './cyrus-program.ts';
import { canReach, type ForeignProcess } from './doubt-root.ts';
import { printable, programOf } from './process-words.ts';

/** A root of a configuration of this host, by identity: the same spool may be reached by another path. */
export interface ConfiguredRoot extends InodeId {
  readonly configFile: string;
}

export interface HostConfigurations {
  readonly roots: readonly ConfiguredRoot[];
  /** Configurations that a running Cyrus names and that could not be read: what they hold is not known. */
  readonly unread: readonly string[];
}

/** Processes that run and are Cyrus, or may be. */
export function runningCyrus(survey: ProcessSurvey): ProcessFacts[] {
  return [...survey.processes.values()].filter(
    (process) =>
      process.isKernelThread !== true &&
      process.state !== 'Z' &&
      process.state !== 'X' &&
      isCyrusProgram(process),
  );
}

/**
 * Every -C of a running Cyrus, once: master's own and what it hands to its services. A file named in another pid
 * namespace is left out, since the name means another file there; its mounts tell instead.
 */
export function runningConfigFiles(survey: ProcessSurvey): string[] {
  const near = runningCyrus(survey).filter((one) => one.pidNamespace === survey.pidNamespace);
  return [...new Set(near.flatMap(configFilesOf))].sort();
}

/**
 * Why --offline is refused, in a sentence that says what to do; undefined when it may be believed.
 *
 * An idle server holds no file and no working directory in its spool, so only configurations, and the mounts of a
 * Cyrus in a container, tell whose a spool is. A process whose program cannot be read is judged by its name and
 * arguments, which anyone may read.
 *
 * @param own     the mounts of this process
 * @param foreign Cyrus processes of other pid namespaces
 */
export function refuseOffline(
  scanned: readonly Root[],
  host: HostConfigurations,
  survey: ProcessSurvey,
  own: readonly Mount[],
  foreign: readonly ForeignProcess[],
): string | undefined {
  // Hidden processes may run by a configuration that we then do not know either.
  if (survey.hidden !== undefined) {
    return `--offline: whether Cyrus runs cannot be seen (${survey.hidden}). Run as root where all processes are visible`;
  }
  const [cyrus] = runningCyrus(survey);
  const running = cyrus && `process ${cyrus.pid} is ${programOf(cyrus)}`;
  const [unread] = host.unread;
  if (running !== undefined && unread !== undefined) {
    return `--offline: ${running}, and ${printable(unread)}, by which it runs, cannot be read, so this spool may be in use. Run as root, or stop Cyrus first`;
  }
  const files = new Map(host.roots.map((root) => [inodeKey(root), root.configFile]));
  for (const root of scanned) {
    const near = foreign.find(({ mounts }) => mounts === undefined || canReach(root, own, mounts));
    if (near !== undefined) {
      return `--offline: process ${near.process.pid} is ${programOf(near.process)} in a container that can reach ${printable(root.path)}. Stop it first, or leave --offline out`;
    }
    const file = files.get(inodeKey(root));
    if (file === undefined) continue;
    const spool = `${printable(root.path)} belongs to ${printable(file)} of this host`;
    if (running !== undefined) {
      return `--offline: ${spool}, and ${running}. Stop Cyrus first, or leave --offline out`;
    }
    if (!survey.isHostNamespace) {
      return `--offline: ${spool}, and from inside a container it cannot be seen whether Cyrus runs outside. Run on the host, or give --proc the host's procfs`;
    }
  }
  return undefined;
}
