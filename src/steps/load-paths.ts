/** PATH arguments of commands that work on mailboxes: partitions as elsewhere, and directories inside of them. */
import { join, relativeTo, type BytePath } from '../model/byte-path.ts';
import type { Spools } from '../model/configuration.ts';
import { ConfigError } from '../model/errors.ts';
import type { Root } from '../model/partition.ts';
import { isTrouble } from '../model/trouble.ts';
import type { Files } from '../system/os.ts';
import { namedConfigFiles, resolved } from './config-files.ts';
import { findRoots } from './find-roots.ts';
import { loadSpools, type SpoolRequest } from './load-config.ts';

export interface LoadedPaths {
  readonly spools: Spools;
  /** What to go through, for listMailboxes(); absent for all of the partitions. */
  readonly directories?: readonly BytePath[];
}

/** A PATH that lies inside a root of the configuration. */
interface Inner {
  readonly path: BytePath;
  readonly root: Root;
}

/** @throws UsageError and ConfigError, as loadSpools() */
export function loadPaths(files: Files, request: SpoolRequest): LoadedPaths {
  const base = configured(files, request);
  const roots = base === undefined ? [] : findRoots(files, base.partitions, []).roots;
  const inner = request.partitions.flatMap((typed) => innerOf(files, typed, request.cwd, roots));
  if (base === undefined || inner.length === 0) return { spools: loadSpools(files, request) };
  const outer = request.partitions.filter(
    (typed) => innerOf(files, typed, request.cwd, roots).length === 0,
  );
  const others =
    outer.length === 0 ? undefined : loadSpools(files, { ...request, partitions: outer });
  const spools = others ?? base;
  const names = new Set(inner.map(({ root }) => root.partition));
  const whole = others?.scanned ?? [];
  return {
    spools: {
      ...spools,
      scanned: spools.partitions.filter(
        (partition) => names.has(partition.name) || whole.includes(partition),
      ),
    },
    directories: [
      ...inner.map(({ path }) => path),
      ...whole.flatMap(({ data, metadata }) => data ?? metadata.get('index') ?? []),
    ],
  };
}

/** The configuration that PATHs may lie in; undefined where there is none to ask. */
function configured(files: Files, request: SpoolRequest): Spools | undefined {
  if (request.partitions.every((typed) => !typed.includes('/'))) return undefined;
  if (request.archive.length > 0 || request.meta.length > 0) return undefined;
  try {
    return loadSpools(files, { ...request, partitions: [] });
  } catch (error) {
    // A configuration that was named must be right; the default one may be missing where only directories are named.
    if (!(error instanceof ConfigError) || namedConfigFiles(files, request).length > 0) throw error;
    return undefined;
  }
}

/** One element, or none for what is no directory strictly inside a root. */
function innerOf(files: Files, typed: string, cwd: string, roots: readonly Root[]): Inner[] {
  if (!typed.includes('/')) return [];
  const path = files.canonical(resolved(typed, cwd));
  if (isTrouble(path) || roots.some((root) => root.path === path)) return [];
  const stat = files.lstat(join(path, '.'));
  if (isTrouble(stat)) return [];
  const root = roots.find((each) => relativeTo(path, each.path) !== undefined);
  return root === undefined ? [] : [{ path, root }];
}
