/** From what was typed to the partitions of a run: configurations read, directories looked up in them. */
import { bytePath, type BytePath } from '../model/byte-path.ts';
import type { Configuration, Spools } from '../model/configuration.ts';
import { ConfigError, UsageError } from '../model/errors.ts';
import { sameInode, type InodeId } from '../model/inode.ts';
import type { Partition } from '../model/partition.ts';
import { isTrouble } from '../model/trouble.ts';
import { configuredName, unitePartitions } from '../parse/unite-partitions.ts';
import type { Files } from '../system/os.ts';
import { namedConfigFiles, resolved } from './config-files.ts';
import { nearestName } from './nearest-name.ts';
import { plainPartitions } from './plain-partitions.ts';
import { readConfiguration } from './read-config.ts';
import { whyNoRoot } from './refuse-root.ts';

export interface SpoolRequest {
  /** PARTITION arguments as typed: names, or directories. */
  readonly partitions: readonly string[];
  /** -C, as typed. */
  readonly configFiles: readonly string[];
  /** --cyrus-conf, as typed. */
  readonly cyrusConf?: string;
  /** --archive and --meta, as typed. */
  readonly archive: readonly string[];
  readonly meta: readonly string[];
  /** What relative paths start from. */
  readonly cwd: string;
  /** /etc/imapd.conf, but for tests. */
  readonly defaultConfig: string;
}

/** A PARTITION that is a directory. `id` is absent when it may not be looked at: that is told as unreadable later. */
interface TypedDirectory {
  readonly path: BytePath;
  readonly id?: InodeId;
}

/**
 * @throws UsageError for arguments that do not fit together or name nothing; ConfigError for a configuration that
 *         is wrong, missing or unreadable
 */
export function loadSpools(files: Files, request: SpoolRequest): Spools {
  const names = request.partitions.filter((typed) => !isDirectory(files, typed, request.cwd));
  const directories = request.partitions
    .filter((typed) => !names.includes(typed))
    .map((typed) => directoryOf(files, typed, request.cwd));
  refuseOddRoots(request, directories.length, names);

  const named = namedConfigFiles(files, request);
  const defaultFile = { path: bytePath(request.defaultConfig), name: request.defaultConfig };
  const needsDefault = named.length === 0 && (directories.length === 0 || names.length > 0);
  const configurations = (needsDefault ? [defaultFile] : named).map(({ path, name }) =>
    readConfiguration(files, path, name),
  );

  const notes: string[] = [];
  const unmatched = directories.filter(
    (directory) => !configurations.some((one) => rootsAt(files, one, directory).length > 0),
  );
  // With --archive and --meta the user has said what belongs together.
  if (unmatched.length > 0 && !needsDefault && !saysRoots(request)) {
    const fallback = consulted(files, defaultFile, notes);
    if (fallback && unmatched.some((one) => rootsAt(files, fallback, one).length > 0)) {
      configurations.push(fallback);
    }
  }

  const configured = unitePartitions(
    configurations.map(({ file, partitions }) => ({ label: file, partitions })),
  );
  const matchesOf = (directory: TypedDirectory): readonly Partition[] =>
    configured.filter((partition) => isRootOf(files, partition, directory));
  const plain = plainPartitions({
    directories: [
      ...new Set(directories.filter((one) => matchesOf(one).length === 0).map(({ path }) => path)),
    ],
    archive: request.archive,
    meta: request.meta,
    cwd: request.cwd,
  });
  const partitions = [...configured, ...plain];
  const chosen = new Set([
    ...names.flatMap((name) => partitionsNamed(name, configured)),
    ...directories.flatMap(matchesOf),
    ...plain,
  ]);
  return {
    partitions,
    scanned: request.partitions.length === 0 ? partitions : [...chosen],
    configurations,
    notes,
  };
}

/** A word with a slash, or the name of a directory that is there. */
function isDirectory(files: Files, typed: string, cwd: string): boolean {
  if (typed === '') throw new UsageError('PARTITION is empty; give a name or a directory');
  if (typed.includes('/')) return true;
  const path = files.canonical(resolved(typed, cwd));
  const stat = isTrouble(path) ? path : files.lstat(path);
  return !isTrouble(stat) && stat.kind === 'directory';
}

function directoryOf(files: Files, typed: string, cwd: string): TypedDirectory {
  const path = files.canonical(resolved(typed, cwd));
  const stat = isTrouble(path) ? path : files.lstat(path);
  if (isTrouble(path) || isTrouble(stat)) {
    const errno = isTrouble(stat) ? stat.errno : '';
    if (errno === 'EACCES') return { path: resolved(typed, cwd) };
    throw new UsageError(
      `${typed}: ${errno === 'ENOENT' ? 'no such directory. Is its filesystem mounted?' : `cannot be looked at (${errno})`}`,
    );
  }
  if (stat.kind !== 'directory')
    throw new UsageError(`${typed} is no directory but a ${stat.kind}`);
  const why = whyNoRoot(files, path);
  if (why !== undefined) throw new UsageError(`${typed} ${why}`);
  return { path, id: stat };
}

function refuseOddRoots(
  request: SpoolRequest,
  directories: number,
  names: readonly string[],
): void {
  if (!saysRoots(request)) return;
  const why =
    directories === 0 || names.length > 0
      ? 'belong to PARTITION directories; a name from the configuration has its own'
      : request.configFiles.length > 0 || request.cyrusConf !== undefined
        ? 'are for directories that no configuration names; leave out -C and --cyrus-conf, or these'
        : undefined;
  if (why !== undefined) throw new UsageError(`--archive and --meta ${why}`);
}

function saysRoots(request: SpoolRequest): boolean {
  return request.archive.length > 0 || request.meta.length > 0;
}

/**
 * The default file for one question only: does a typed directory belong to it? That it is missing or broken must
 * not keep anybody from scanning a directory, so it is told and not thrown.
 */
function consulted(
  files: Files,
  file: { readonly path: BytePath; readonly name: string },
  notes: string[],
): Configuration | undefined {
  const there = files.lstat(file.path);
  if (isTrouble(there) && there.errno === 'ENOENT') return undefined;
  try {
    return readConfiguration(files, file.path, file.name);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    notes.push(
      `Whether the directories have archive and metadata roots is not known, since ${file.name} could not be used (${error.message}).`,
    );
    return undefined;
  }
}

function rootsAt(
  files: Files,
  configuration: Configuration,
  directory: TypedDirectory,
): readonly Partition[] {
  return configuration.partitions.filter((one) => isRootOf(files, one, directory));
}

/** By (dev, inode): a spool is often reached through a symbolic link or a bind mount. */
function isRootOf(files: Files, partition: Partition, { id }: TypedDirectory): boolean {
  if (id === undefined) return false;
  const { data, archive, backupStaging, metadata } = partition;
  return [data, archive, backupStaging, ...metadata.values()].some((path) => {
    const canonical = path === undefined ? undefined : files.canonical(path);
    if (canonical === undefined || isTrouble(canonical)) return false;
    const stat = files.lstat(canonical);
    return !isTrouble(stat) && sameInode(stat, id);
  });
}

/** All partitions of that name, of whatever service and configuration. Names in a configuration are lower case. */
function partitionsNamed(typed: string, configured: readonly Partition[]): readonly Partition[] {
  const name = typed.toLowerCase();
  const found = configured.filter((one) => one.name === typed || configuredName(one) === name);
  if (found.length > 0) return found;
  const known = [...new Set(configured.map(configuredName))].sort();
  const meant = nearestName(name, known);
  throw new UsageError(
    `no partition is named ${typed}${meant === undefined ? '.' : `; did you mean ${meant}?`} ` +
      `Configured: ${known.join(', ')}. A directory is given with a slash, as ./${typed}`,
  );
}
