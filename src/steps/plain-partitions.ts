/** Partitions of directories that no configuration names: a mounted backup, a restored copy, another host's. */
import { utf8Of, type BytePath } from '../model/byte-path.ts';
import { UsageError } from '../model/errors.ts';
import { metaFiles, type Partition } from '../model/partition.ts';
import { resolved } from './config-files.ts';

export interface PlainRoots {
  /** Absolute. */
  readonly directories: readonly BytePath[];
  /** As typed: absolute or relative to `cwd`. */
  readonly archive: readonly string[];
  readonly meta: readonly string[];
  readonly cwd: string;
}

/**
 * One partition a directory, named by its path. --archive and --meta belong to the directories one to one, in
 * the order typed: which archive goes with which spool decides where the message of a record is looked for.
 */
export function plainPartitions(roots: PlainRoots): Partition[] {
  refuseOdd('--archive', roots.archive, roots.directories);
  refuseOdd('--meta', roots.meta, roots.directories);
  return roots.directories.map((directory, index) => {
    const archive = roots.archive[index];
    const meta = roots.meta[index];
    return {
      name: utf8Of(directory) ?? directory,
      data: directory,
      ...(archive === undefined ? {} : { archive: resolved(archive, roots.cwd) }),
      // Which of the files were moved there only the configuration knows.
      metadata:
        meta === undefined
          ? new Map()
          : new Map(metaFiles.map((file) => [file, resolved(meta, roots.cwd)])),
    };
  });
}

function refuseOdd(option: string, given: readonly string[], directories: readonly string[]): void {
  if (given.length === 0 || given.length === directories.length) return;
  throw new UsageError(
    `${option} is given ${given.length} times for ${directories.length} directories; ` +
      'give one for each directory, in the same order, or scan them one at a time',
  );
}
