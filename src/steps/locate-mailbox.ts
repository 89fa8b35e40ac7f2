/** A directory of messages or of cyrus.* files back to its partition, and where else its mailbox has files. */
import { join, relativeTo, type BytePath } from '../model/byte-path.ts';
import { inodeKey } from '../model/inode.ts';
import type { MetaFile, Partition, Root } from '../model/partition.ts';
import { isTrouble } from '../model/trouble.ts';
import type { Files } from '../system/os.ts';

/** A partition with its directories as they are on disk: canonical, only those that are roots. */
export interface PartitionRoots {
  readonly partition: Partition;
  readonly data?: BytePath;
  readonly archive?: BytePath;
  readonly metadata: ReadonlyMap<MetaFile, BytePath>;
}

/** One place in the trees of one partition. */
export class MailboxLocation {
  readonly roots: PartitionRoots;
  /** Of the mailbox, below each of its roots; '' for the root itself. */
  readonly relative: BytePath;

  constructor(roots: PartitionRoots, relative: BytePath) {
    this.roots = roots;
    this.relative = relative;
  }

  get data(): BytePath | undefined {
    return this.#below(this.roots.data);
  }

  get archive(): BytePath | undefined {
    return this.#below(this.roots.archive);
  }

  /**
   * Where a cyrus.* file may lie, the likeliest first. A metadata root of the command line is said to hold every
   * file, and a site that moved one file later may have the rest beside the messages, so both are asked.
   */
  directoriesOf(file: MetaFile): BytePath[] {
    const { data, archive, metadata } = this.roots;
    const beside = file === 'archivecache' ? [archive, data] : [data];
    const found: BytePath[] = [];
    for (const root of [metadata.get(file), ...beside]) {
      const directory = this.#below(root);
      if (directory !== undefined && !found.includes(directory)) found.push(directory);
    }
    return found;
  }

  #below(root: BytePath | undefined): BytePath | undefined {
    if (root === undefined) return undefined;
    return this.relative === '' ? root : join(root, this.relative);
  }
}

export class MailboxLocator {
  readonly partitions: readonly PartitionRoots[];
  /** Longest paths first: an archive may lie inside the spool. */
  readonly #roots: readonly Root[];

  constructor(files: Files, roots: readonly Root[], partitions: readonly Partition[]) {
    this.#roots = [...roots].sort((a, b) => b.path.length - a.path.length);
    this.partitions = partitions.map((partition) => rootsOf(files, roots, partition));
  }

  /** The root that a canonical path lies in. */
  rootOf(path: BytePath): Root | undefined {
    return this.#roots.find((root) => relativeTo(path, root.path) !== undefined);
  }

  /**
   * @param directory  absolute and canonical
   * @returns          one for each partition that has that root: several can share a metadata or archive directory.
   *                   The root's own partition comes first
   */
  locate(directory: BytePath): MailboxLocation[] {
    const root = this.rootOf(directory);
    const relative = root === undefined ? undefined : relativeTo(directory, root.path);
    if (root === undefined || relative === undefined) return [];
    return this.partitions
      .filter((each) => hasRoot(each, root.path))
      .sort((a, b) => rankOf(a, root) - rankOf(b, root))
      .map((each) => new MailboxLocation(each, relative));
  }
}

function rankOf({ partition }: PartitionRoots, root: Root): number {
  return partition.name === root.partition ? 0 : 1;
}

function hasRoot({ data, archive, metadata }: PartitionRoots, path: BytePath): boolean {
  return data === path || archive === path || [...metadata.values()].includes(path);
}

/** Configured paths may be symbolic links, or a second way to a root that is listed by its first one. */
function rootsOf(files: Files, roots: readonly Root[], partition: Partition): PartitionRoots {
  const byInode = new Map(roots.map((root) => [inodeKey(root), root.path]));
  const known = new Set(roots.map((root) => root.path));
  const rootAt = (given: BytePath | undefined): BytePath | undefined => {
    if (given === undefined || known.has(given)) return given;
    const canonical = files.canonical(given);
    const stat = isTrouble(canonical) ? canonical : files.lstat(canonical);
    return isTrouble(stat) ? undefined : byInode.get(inodeKey(stat));
  };
  const data = rootAt(partition.data);
  const archive = rootAt(partition.archive);
  const metadata = [...partition.metadata].flatMap(([file, given]): [MetaFile, BytePath][] => {
    const path = rootAt(given);
    return path === undefined ? [] : [[file, path]];
  });
  return {
    partition,
    ...(data === undefined ? {} : { data }),
    ...(archive === undefined ? {} : { archive }),
    metadata: new Map(metadata),
  };
}
