/**
 * The port to the operating system. Steps see these interfaces only, so a decision is tested without a disk,
 * and a step can run on the real disk with a clock that is ahead.
 *
 * What may fail in the ordinary course answers with a Trouble; what throws is a bug.
 */
import type { BytePath } from '../model/byte-path.ts';
import type { FileKind, FileStat } from '../model/inode.ts';
import type { InodeTable } from '../model/inode-table.ts';
import type { Directory } from '../model/link.ts';
import type { Mount } from '../model/mount.ts';
import type { OpenFiles, ProcessSurvey } from '../model/process.ts';
import type { NotEntered } from '../model/report.ts';
import type { Trouble } from '../model/trouble.ts';

export interface Os {
  readonly files: Files;
  readonly processes: Processes;
  readonly walkers: Walkers;
  readonly digest: Digest;
  readonly clock: Clock;
  /** Aborted when the user interrupts, with an Interrupted as its reason. */
  readonly interrupted: AbortSignal;
}

/** Kind of a directory entry; 'unknown' where the filesystem does not say (then lstat does). */
export type EntryKind = FileKind | 'unknown';

export interface Files {
  lstat(path: BytePath): FileStat | Trouble;
  /** Every entry but . and .., in the order of the directory; a trouble may come after some entries. */
  list(path: BytePath, onEntry: (leaf: BytePath, kind: EntryKind) => void): Trouble | undefined;
  /** Names at the root that a stage area could have, found by pattern; see steps/find-areas.ts. */
  globAreas(root: BytePath): Promise<readonly BytePath[]>;
  /** A small regular file, whole; EFBIG past the limit. Never opens what is no regular file. */
  read(path: BytePath, limitBytes: number): Uint8Array | Trouble;
  /** The path without symbolic links. */
  canonical(path: BytePath): BytePath | Trouble;
  /** Holds the inode of `path` without reading it, so that its number cannot be given away; EMFILE past the limit. */
  pin(path: BytePath): Pin | Trouble;
  /** How many pins may be held at once. */
  readonly pinLimit: number;
  mounts(): readonly Mount[];
}

export interface Pin {
  /** The inode as it is now, whatever became of its names. */
  stat(): FileStat;
  release(): void;
}

export interface Processes {
  /** One look at the whole process table. @param proc the procfs to ask */
  survey(proc: string): ProcessSurvey;
  /** Which processes other than this one have files of `wanted` open. Reads every process's descriptors. */
  openFiles(proc: string, wanted: ReadonlySet<string>): OpenFiles;
  /** mountinfo of one process; a Trouble when it may not be read. */
  mountsOf(proc: string, pid: number): readonly Mount[] | Trouble;
}

export interface Clock {
  /** Wall clock, nanoseconds since 1970. */
  nowNs(): bigint;
  /**
   * Lets timers, signals and progress have their turn during long synchronous work.
   * @throws Interrupted when the user has had enough
   */
  breathe(): Promise<void>;
}

export interface Digest {
  /**
   * SHA-1 of whole regular files, several at once, in no order. A file that is not the one of `expected`
   * any more, or that changed while it was read, gives a Trouble with errno ESTALE.
   */
  sha1(
    files: Iterable<DigestRequest>,
    onDigest: (index: number, sha1: string | Trouble) => void,
    signal?: AbortSignal,
  ): Promise<void>;
}

export interface DigestRequest {
  readonly path: BytePath;
  readonly expected: FileStat;
}

export type WalkerName = 'native' | 'node';

export interface Walkers {
  /**
   * @param choice  'auto' takes native where it can run
   * @returns       the walker, and why it is the plain one when native was possible to want
   * @throws        UsageError when native is asked for and cannot run here
   */
  choose(choice: WalkerName | 'auto'): Promise<{ walk: Walk; why?: string }>;
  readonly plain: Walk;
}

/** One pass over directory trees for many inodes. Two implementations, one contract suite. */
export interface Walk {
  readonly name: WalkerName;
  run(request: WalkRequest, sink: WalkSink): Promise<void>;
}

export interface WalkRequest {
  /** Canonical, absolute, distinct directories. A root that cannot be opened is a trouble like any other. */
  readonly roots: readonly BytePath[];
  /** One table per device; directories of other devices are not searched. */
  readonly wanted: readonly InodeTable[];
  /** Mount points, by canonical path: not entered and reported, unless they are roots themselves. */
  readonly mountPoints: ReadonlySet<BytePath>;
  /** Enter mount points and other wanted devices below the roots all the same. */
  readonly enterMounts: boolean;
  /** Directories (by inode key) whose names the caller knows already: not read, but their subdirectories are given as roots by the caller if he wants them. */
  readonly known: ReadonlySet<string>;
  /** Worker threads, at least 1; a walker may use fewer. */
  readonly jobs: number;
  /** Aborted when every account balances. The run then ends early and without an error. */
  readonly signal: AbortSignal;
}

/** What a walk tells while it runs. All calls come on the caller's thread. */
export interface WalkSink {
  /**
   * A directory entry whose inode number is wanted: not yet proved, since d_ino is not st_ino everywhere.
   * @param table  position in WalkRequest.wanted
   * @param index  position in that table
   */
  hit(table: number, index: number, directory: Directory, leaf: BytePath): void;
  /** A directory that could not be read, or not to its end. A directory that vanished is not told here. */
  trouble(trouble: Trouble): void;
  vanished(path: BytePath): void;
  notEntered(place: NotEntered): void;
  /** The first directory of a root is being read; roots that were not told yet are still to come. */
  begins(root: BytePath): void;
  /** Increments, a few times a second at most. */
  progress(entries: number, directories: number): void;
}
