/** The part of the port that goes through directory trees: for wanted inodes, or for a census of shared ones. */
import type { BytePath } from '../../model/byte-path.ts';
import type { FileStat } from '../../model/inode.ts';
import type { InodePart } from '../../model/inode-part.ts';
import type { InodeSet } from '../../model/inode-set.ts';
import type { InodeTable } from '../../model/inode-table.ts';
import type { Directory } from '../../model/link.ts';
import type { ShortLeaf } from '../../model/mailbox-name.ts';
import type { NotEntered } from '../../model/report.ts';
import type { Trouble } from '../../model/trouble.ts';

export type WalkerName = 'native' | 'node';

export interface Walkers {
  /** A walk is likely: what it will need beside this thread may come up meanwhile. Who says so dismisses it in the end. */
  expect(choice: WalkerName | 'auto', jobs: number): void;
  /** Ends what was expected and is not wanted. */
  dismiss(): Promise<void>;
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
  /**
   * When the oldest wanted inode was born, ns since 1970. A directory without subdirectories that last changed before
   * can hold no name of one, unless the clock was set back; a walker may leave it out. Undefined: all are read.
   */
  readonly oldestNs?: bigint | undefined;
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
   * @param index  what that table has for the inode
   */
  hit(table: number, index: number, directory: Directory, leaf: ShortLeaf): void;
  /** A directory that could not be read, or not to its end. A directory that vanished is not told here. */
  trouble(trouble: Trouble): void;
  vanished(path: BytePath): void;
  notEntered(place: NotEntered): void;
  /** The first directory of a root is being read; roots that were not told yet are still to come. */
  begins(root: BytePath): void;
  /** Increments, a few times a second at most. @param leftOut  directories, see WalkRequest.oldestNs */
  progress(entries: number, directories: number, leftOut: number): void;
  /**
   * All is told, and nobody reads any more; only of a walk with threads, which end when this has.
   * @param onlookers  only where very many inodes were wanted
   */
  ended?(onlookers: Onlookers | undefined): Promise<void>;
}

/** Looks at all hits of a walk once more, with the help of threads that have the FFI loaded and nothing else to do. */
export interface Onlookers {
  /**
   * One lstat of each name.
   * @param expected  by the index of a hit; read until this has answered
   * @returns         by the same index, true where hits were told and each of them was what is expected
   */
  sameFiles(expected: WantedStats): Promise<(index: number) => boolean>;
  /** One lstat of each directory that had a hit. @returns whether each path leads to the one that was there */
  areDirectoriesThere(): Promise<boolean>;
}

/** What was seen of each wanted inode. */
export interface WantedStats {
  readonly length: number;
  statOf(index: number): FileStat;
}

export interface Censuses {
  /** As Walkers.choose(). */
  choose(choice: WalkerName | 'auto'): Promise<{ census: Census; why?: string }>;
}

/** Finds the inodes of regular files that have more than one name in directory trees, whichever they are. */
export interface Census {
  readonly name: WalkerName;
  /** One walk; what it could not hold in its memory is left to another pass. */
  pass(request: CensusRequest, sink: CensusSink): Promise<CensusPass>;
}

export interface CensusRequest extends Pick<
  WalkRequest,
  'roots' | 'mountPoints' | 'jobs' | 'signal'
> {
  /** Distinct; directories of other devices are not searched. */
  readonly devices: readonly bigint[];
  readonly part: InodePart;
  /** Roughly what the inode numbers of one pass may take, all threads together. */
  readonly memoryBytes: number;
}

export type CensusSink = Pick<WalkSink, 'trouble' | 'vanished' | 'notEntered' | 'progress'>;

export interface CensusPass {
  /** The part of the one asked for that was held from beginning to end; halved as often as memory ran out. */
  readonly covered: InodePart;
  /** In the order of CensusRequest.devices. */
  readonly shared: readonly InodeSet[];
  /** Directories read by two threads, since they were renamed meanwhile: their files are all in `shared`. */
  readonly enteredTwice: number;
}
