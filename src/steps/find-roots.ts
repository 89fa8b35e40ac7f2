/** The directories of partitions as they are on disk: canonical, each once, with device and filesystem. */
import { join, utf8Of, type BytePath } from '../model/byte-path.ts';
import { ConfigError } from '../model/errors.ts';
import { inodeKey, type InodeKey } from '../model/inode.ts';
import type { Partition, Root, RootKind } from '../model/partition.ts';
import type { Coverage, LostRoot } from '../model/report.ts';
import { isTrouble, type Trouble } from '../model/trouble.ts';
import { configuredName } from '../parse/unite-partitions.ts';
import type { Files } from '../system/os.ts';
import { whyNoRoot } from './refuse-root.ts';
import { mountOf } from './search-places.ts';

export interface Roots {
  /** Data roots first, then archive, metadata, backup; each directory once. */
  readonly roots: readonly Root[];
  /** Roots that may not be looked at, and missing ones of partitions that are only searched. */
  readonly troubles: readonly Trouble[];
  /** Those of them that were to be scanned: what is in them is not known, and not nothing. */
  readonly lost: readonly FoundLost[];
}

/** As it was configured, and what was refused: of a link the one that it leads to. */
export interface FoundLost extends LostRoot {
  readonly trouble: Trouble;
}

/** In this order a directory that is two things is one of them: only data and archive roots hold messages. */
const kinds: readonly RootKind[] = ['data', 'archive', 'metadata', 'backup'];

interface Candidate {
  readonly partition: Partition;
  readonly kind: RootKind;
  readonly path: BytePath;
}

/**
 * @param partitions  those whose roots are searched for names
 * @param scanned     those of them whose stage areas are scanned. A missing root of another one makes the answer
 *                    incomplete, so it is a trouble; a missing root of these is an error
 * @param isMissingTold  a missing root of these is a trouble too: whoever asks has to answer for the others
 * @throws            ConfigError naming the option, the file and the path of a root that is missing or none
 */
export function findRoots(
  files: Files,
  partitions: readonly Partition[],
  scanned: readonly Partition[] = partitions,
  isMissingTold = false,
): Roots {
  const mounts = files.mounts();
  const roots = new Map<InodeKey, Root>();
  const troubles: Trouble[] = [];
  const lost: FoundLost[] = [];
  const isScanned = (partition: Partition): boolean => scanned.includes(partition);
  // Scanned partitions go first: of two that share a directory its stage files must be found under this one.
  const ordered = [...partitions.filter(isScanned), ...partitions.filter((one) => !isScanned(one))];
  for (const candidate of kinds.flatMap((kind) => candidatesOf(kind, ordered))) {
    const { partition, kind } = candidate;
    const found = lookAt(files, candidate, isScanned(partition) && !isMissingTold);
    if (found === undefined) continue;
    if (isTrouble(found)) {
      // One directory can hold several partitions' metadata.
      if (!troubles.some(({ path }) => path === found.path)) troubles.push(found);
      if (isScanned(partition)) {
        lost.push({ partition: partition.name, kind, path: candidate.path, trouble: found });
      }
      continue;
    }
    if (roots.has(inodeKey(found))) continue;
    const filesystem = mountOf(mounts, found.path)?.filesystem ?? 'unknown';
    roots.set(inodeKey(found), { partition: partition.name, kind, ...found, filesystem });
  }
  return { roots: [...roots.values()], troubles, lost };
}

/** As a report has them. */
export function lostRootsOf(lost: readonly FoundLost[]): Pick<Coverage, 'lostRoots'> {
  if (lost.length === 0) return {};
  return { lostRoots: lost.map(({ partition, kind, path }) => ({ partition, kind, path })) };
}

function candidatesOf(kind: RootKind, partitions: readonly Partition[]): Candidate[] {
  return partitions.flatMap((partition) =>
    pathsOf(kind, partition).map((path) => ({ partition, kind, path })),
  );
}

function pathsOf(kind: RootKind, partition: Partition): readonly BytePath[] {
  const { data, archive, backupStaging, metadata } = partition;
  const path = { data, archive, backup: backupStaging, metadata: undefined }[kind];
  if (kind === 'metadata') return [...new Set(metadata.values())];
  return path === undefined ? [] : [path];
}

function lookAt(
  files: Files,
  candidate: Candidate,
  isNeeded: boolean,
): Pick<Root, 'path' | 'dev' | 'ino'> | Trouble | undefined {
  if (candidate.kind === 'backup') return lookAtBackup(files, candidate.path);
  const path = files.canonical(candidate.path);
  if (isTrouble(path)) {
    if (!isMissing(path) || !isNeeded) return path;
    throw unusable(
      candidate,
      'does not exist. Is its filesystem mounted? To leave it out, name the other partitions',
    );
  }
  const stat = files.lstat(path);
  if (isTrouble(stat)) return stat;
  if (stat.kind !== 'directory') throw unusable(candidate, `is no directory but a ${stat.kind}`);
  const closed = files.lstat(join(path, '.'));
  if (isTrouble(closed)) return { ...closed, path };
  const why = whyNoRoot(files, path);
  if (why !== undefined) throw unusable(candidate, why);
  return { path, dev: stat.dev, ino: stat.ino };
}

/**
 * Cyrus makes the staging area on demand, by default as /tmp/backup, where anybody may have put something else.
 * So nothing there is an error, and a symbolic link is not followed: it could lead a scan by root anywhere.
 */
function lookAtBackup(
  files: Files,
  given: BytePath,
): Pick<Root, 'path' | 'dev' | 'ino'> | Trouble | undefined {
  const stat = files.lstat(given);
  if (isTrouble(stat)) return isMissing(stat) ? undefined : stat;
  if (stat.kind === 'symlink') return { path: given, syscall: 'lstat', errno: 'ELOOP' };
  if (stat.kind !== 'directory') return undefined;
  const path = files.canonical(given);
  if (isTrouble(path)) return path;
  return whyNoRoot(files, path) === undefined ? { path, dev: stat.dev, ino: stat.ino } : undefined;
}

function isMissing({ errno }: Trouble): boolean {
  return errno === 'ENOENT' || errno === 'ENOTDIR';
}

function unusable({ partition, kind, path }: Candidate, what: string): ConfigError {
  const shown = utf8Of(path) ?? path;
  if (partition.configFile === undefined) return new ConfigError(`${shown} ${what}`);
  return new ConfigError(`${partition.configFile}: ${optionOf(partition, kind)}: ${shown} ${what}`);
}

function optionOf(partition: Partition, kind: RootKind): string {
  const name = configuredName(partition);
  // What unitePartitions() added says which service or file it was.
  const whose = partition.name.slice(name.length);
  const prefix = { data: '', archive: 'archive', metadata: 'meta', backup: 'backup' }[kind];
  return `${prefix}partition-${name}${whose}`;
}
