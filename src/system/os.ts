/**
 * The port to the operating system. Steps see these interfaces only, so a decision is tested without a disk,
 * and a step can run on the real disk with a clock that is ahead.
 *
 * What may fail in the ordinary course answers with a Trouble; what throws is a bug.
 */
import type { BytePath } from '../model/byte-path.ts';
import type { FileKind, FileStat, InodeId } from '../model/inode.ts';
import type { Mount } from '../model/mount.ts';
import type { OpenFiles, ProcessIdentity, ProcessSurvey } from '../model/process.ts';
import type { Trouble } from '../model/trouble.ts';
import type { Glancer } from './glance.ts';
import type { Censuses, Walkers } from './walk/port.ts';

export interface Os {
  readonly files: Files;
  /** For looks by the ten thousand: as those of `files`, at a third of the price where the FFI can be loaded. */
  looks(): Promise<Looks>;
  /** For directories by the ten thousand, likewise. */
  lists(): Promise<Lists>;
  readonly processes: Processes;
  readonly walkers: Walkers;
  readonly censuses: Censuses;
  readonly digest: Digest;
  readonly inspector: Inspector;
  readonly glancer: Glancer;
  readonly clock: Clock;
  /** From here on memory counts more than time, the more the more files are held. */
  thrift(files: number): void;
  /** Gives memory that nobody uses back to the system. */
  trim(): Promise<void>;
  /** Aborted when the user interrupts, with an Interrupted as its reason. */
  readonly interrupted: AbortSignal;
}

/** Kind of a directory entry; 'unknown' where the filesystem does not say (then lstat does). */
export type EntryKind = FileKind | 'unknown';

export interface Files {
  /** @param like  what is expected: where quick looks see just that, they answer with it */
  lstat(path: BytePath, like?: FileStat): FileStat | Trouble;
  /**
   * Every entry but . and .., in the order of the directory; a trouble may come after some entries.
   *
   * @param onMessage  is told in the place of onEntry of what has the name of a message and is a file, or may be one:
   *                   nearly all that lies in a mailbox, and a number costs less than a name
   */
  list(
    path: BytePath,
    onEntry: (leaf: BytePath, kind: EntryKind) => void,
    onMessage?: (messageUid: number) => void,
  ): Trouble | undefined;
  /** Is there anything in this directory? No where that cannot be told. */
  holdsAnything(path: BytePath): boolean;
  /** Names at the root that a stage area could have, found by pattern; see steps/find-areas.ts. */
  globAreas(root: BytePath): Promise<readonly BytePath[]>;
  /** A small regular file, whole; EFBIG past the limit. Never opens what is no regular file. */
  read(path: BytePath, limitBytes: number): Uint8Array | Trouble;
  /** A regular file to be read in parts, EINVAL for what is none; never follows a link, never waits on a FIFO. */
  open(path: BytePath): OpenedFile | Trouble;
  /** The path without symbolic links. */
  canonical(path: BytePath): BytePath | Trouble;
  /** Holds the inode of `path` without reading it, so that its number cannot be given away; EMFILE past the limit. */
  pin(path: BytePath): Pin | Trouble;
  /** How many pins may be held at once. */
  readonly pinLimit: number;
  mounts(): readonly Mount[];
}

/** Two implementations, one contract suite: those of `files` define what is correct. */
export type Looks = Pick<Files, 'lstat' | 'pin' | 'pinLimit'>;

/** Likewise. */
export type Lists = Pick<Files, 'list'>;

/** One inode, whatever becomes of its name meanwhile. */
export interface OpenedFile {
  /** As it was when it was opened. */
  readonly opened: FileStat;
  stat(): FileStat | Trouble;
  /** The bytes from `offset` on, at most `length`: as many as the file has there, so none past its end. */
  readAt(offset: number, length: number): Uint8Array | Trouble;
  close(): void;
}

export interface Pin {
  /** The inode as it is now, whatever became of its names. */
  stat(): FileStat;
  release(): void;
}

export interface Processes {
  /** One look at the whole process table. @param proc the procfs to ask */
  survey(proc: string): ProcessSurvey;
  /**
   * Which processes other than this one have files of `wanted` open. Reads every process's descriptors.
   *
   * @param wanted  inode keys, or what makes them when the first is needed
   */
  openFiles(proc: string, wanted: ReadonlySet<string> | (() => ReadonlySet<string>)): OpenFiles;
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
  /** Ends early, and throws, when the run is interrupted. */
  pause(milliseconds: number): Promise<void>;
}

export interface Inspector {
  /**
   * lstat of many files and, of regular ones, what else is asked; several at once, answers in no order. An inode
   * with several names is read once, as far as the names come within some ten thousand of one another.
   *
   * @param files  pulled as threads become free: what makes them may take its time, and throw to end it all
   */
  inspect(
    files: AsyncIterable<InspectRequest>,
    onAnswer: (index: number, answer: Inspection | Trouble) => void,
  ): Promise<void>;
}

export interface InspectRequest {
  readonly path: BytePath;
  readonly wantsSha1: boolean;
  /** The beginning of the file, with the whole header of its message. */
  readonly wantsHead: boolean;
  /** What reading it is likely to cost, for the pace: the size that its record has. */
  readonly expectedBytes: number;
}

/** ESTALE is the Trouble of a file that did not hold still for three readings. */
export interface Inspection {
  readonly stat: FileStat;
  /** Only of regular files, when asked. */
  readonly sha1?: string;
  readonly head?: Uint8Array;
  /** Read for this answer; 0 when another name of the inode was read before. */
  readonly readBytes: number;
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

/**
 * The calls that change a disk: synchronous, on the main thread, one system call each, so that the order of the code
 * is the order of the calls and a kill can be aimed at every one of them (safety.md 15, 16).
 *
 * Everything is relative to an open directory. Node has no openat, but /proc/self/fd/<n>/<name> is one: it stays
 * right when the directory is renamed or its name is swapped for a symlink.
 */
export interface Changes {
  /**
   * Opens a directory by its absolute path, one component at a time, O_DIRECTORY|O_NOFOLLOW.
   * @param expected  identity that it must have; another gives a Trouble with errno ESTALE
   */
  openDirectory(path: BytePath, expected: InodeId): Anchor | Trouble;
}

/** An open directory. Leaves have no slash and are neither . nor .. */
export interface Anchor {
  readonly id: InodeId;
  openDirectory(leaf: BytePath, expected?: InodeId): Anchor | Trouble;
  makeDirectory(leaf: BytePath, mode: number): Trouble | undefined;
  lstat(leaf: BytePath): FileStat | Trouble;
  list(onEntry: (leaf: BytePath, kind: EntryKind) => void): Trouble | undefined;
  /** O_RDONLY|O_NOFOLLOW|O_NONBLOCK, after an lstat that said regular file. */
  openFile(leaf: BytePath): HeldFile | Trouble;
  /** O_CREAT|O_EXCL|O_APPEND. */
  createFile(leaf: BytePath, mode: number): WritableFile | Trouble;
  /** Opens an existing regular file to append, O_NOFOLLOW. */
  appendFile(leaf: BytePath): WritableFile | Trouble;
  /** Never onto an existing name: the caller has looked, and gives a name that nobody can guess. */
  rename(leaf: BytePath, to: Anchor, toLeaf: BytePath): Trouble | undefined;
  /** EEXIST on an existing name. */
  link(leaf: BytePath, to: Anchor, toLeaf: BytePath): Trouble | undefined;
  unlink(leaf: BytePath): Trouble | undefined;
  removeDirectory(leaf: BytePath): Trouble | undefined;
  /** fsync of the directory itself. */
  sync(): Trouble | undefined;
  close(): void;
}

/** A file held open for as long as it must not be taken for another. */
export interface HeldFile {
  stat(): FileStat;
  /** The bytes from `offset` on, at most `length`, and none past its end. */
  readAt(offset: number, length: number): Uint8Array | Trouble;
  sha1(): string | Trouble;
  /** Copies all bytes to `target`. */
  copyTo(target: WritableFile): Trouble | undefined;
  close(): void;
}

export interface WritableFile {
  write(bytes: Uint8Array): Trouble | undefined;
  /** fsync. */
  sync(): Trouble | undefined;
  close(): void;
}

/** May this process change a directory, and is there room? Asked before anything is changed. */
export interface Access {
  /** EROFS on a read-only mount, EACCES where the mode or an ACL forbids it. */
  mayChange(directory: BytePath): Trouble | undefined;
  /** Bytes that this process may still use in the filesystem of `path`. */
  freeBytes(path: BytePath): number | Trouble;
}

/** Who runs: what the lock of a root holds, since a pid alone comes back. */
export interface Identities {
  /** @throws UsageError where procfs does not tell */
  self(): ProcessIdentity;
  /** Start of the process that has `pid` now, nanoseconds after boot; undefined when there is none. */
  startOf(pid: number): bigint | undefined | Trouble;
}
