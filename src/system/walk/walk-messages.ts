/** What the caller's thread and the threads of the native walker tell each other. */
import type { NotEntered } from '../../model/report.ts';
import type { Trouble } from '../../model/trouble.ts';
import type { BytePath } from '../../model/byte-path.ts';
import type { InodePart } from '../../model/inode-part.ts';
import type { PostedLooks } from '../look-list.ts';
import type { PostedTally } from './census-tally.ts';
import type { MountLeaves } from './mount-leaves.ts';

/** An InodeTable taken apart; `slots` is shared memory and not copied. */
export interface PostedTable {
  readonly dev: bigint;
  readonly size: number;
  readonly slots: Uint32Array;
}

/** A WalkRequest as it is posted, once to each thread. */
export interface Scope {
  readonly wanted: readonly PostedTable[];
  readonly known: readonly PostedTable[];
  readonly roots: readonly BytePath[];
  readonly mounts: MountLeaves;
  readonly enterMounts: boolean;
  /** Directories without subdirectories that last changed before are left out; seconds since 1970. */
  readonly oldestSeconds: number;
  /** Directories that wait are looked into by other threads where the disk is slow. */
  readonly readsAhead: boolean;
  /** For how long a thread gives nothing to those that are not started. */
  readonly aloneMs: number;
  /** Present in a census: names are counted by inode, and nothing is a hit. */
  readonly census?: CensusScope | undefined;
  /** Shared words, see `signs`. */
  readonly signs: Int32Array;
}

export interface CensusScope {
  readonly part: InodePart;
  /** For one thread. */
  readonly limitBytes: number;
}

/** Words of shared memory that a thread looks at between directories, since its messages wait for the end of its turn. */
export const signs = {
  /** Not 0: stop at once. */
  aborted: 0,
  /** Threads that have nothing to read and that nobody has given to yet. */
  hungry: 1,
  /** Likewise, of those that are not started. */
  unstarted: 2,
} as const;

/** Directories to read: see DirectoryStack. */
export interface Work {
  /** One after the other, each ended by a NUL. */
  readonly paths: Uint8Array<ArrayBuffer>;
  /** For each path the table of the device it must be on, or `anyDevice` for a root. */
  readonly tables: Int32Array<ArrayBuffer>;
}
export const anyDevice = -1;

/** Hits of a while, packed: see HitBatch. */
export interface PostedHits {
  /** The path of a directory and then those of its names that no message has, directory after directory; a NUL ends each. */
  readonly names: Uint8Array<SharedArrayBuffer>;
  /** Of each directory what hitHead says, and then two numbers for each hit. */
  readonly numbers: Uint32Array<SharedArrayBuffer>;
}

export type Note =
  | { readonly kind: 'trouble'; readonly trouble: Trouble }
  | { readonly kind: 'begins'; readonly root: BytePath }
  | { readonly kind: 'vanished'; readonly path: BytePath }
  | { readonly kind: 'not entered'; readonly place: NotEntered };

/** What a thread saw since it last told. */
export interface Tidings {
  readonly entries: number;
  readonly directories: number;
  readonly leftOut: number;
  readonly hits: PostedHits | undefined;
  readonly notes: readonly Note[];
}

export type ToThread =
  /** It can be heard now: is it ready? */
  | { readonly kind: 'listening' }
  | { readonly kind: 'begin'; readonly scope: Scope }
  | { readonly kind: 'work'; readonly work: Work }
  /** After the walk. */
  | { readonly kind: 'look'; readonly id: number; readonly looks: PostedLooks }
  /** The thread ends by itself: see NativeThread. */
  | { readonly kind: 'end' };

export type FromThread =
  | { readonly kind: 'ready' }
  /** koffi or the kernel does not let this thread walk. */
  | { readonly kind: 'unfit'; readonly why: string }
  | { readonly kind: 'tidings'; readonly tidings: Tidings }
  /** Directories given back for those who are hungry. */
  | { readonly kind: 'given'; readonly work: Work }
  /** All that was handed out is read. Comes after the last tidings about it. */
  | { readonly kind: 'idle'; readonly tally: PostedTally | undefined }
  /** No look is left that nobody has taken. */
  | { readonly kind: 'looked'; readonly id: number };

/** Who reads for a walk: this thread, or another one. */
export interface Reader {
  post(message: ToThread): void;
  /** Takes part in looks; only of a thread that is not the caller's. @returns when it found no more to take */
  look?(looks: PostedLooks): Promise<void>;
  /** Ends when it has ended. */
  end(): Promise<unknown>;
}

/** Never calls back before it has returned. */
export type StartReader = (events: ReaderEvents) => Reader;

export interface ReaderEvents {
  readonly attend: (message: FromThread) => void;
  readonly fail: (error: unknown) => void;
}
