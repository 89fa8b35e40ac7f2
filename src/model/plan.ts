/** What a clean would do, step by step, each with what it expects to see. A plan is data: nothing here acts. */
import type { BytePath } from './byte-path.ts';
import type { FileStat, InodeId } from './inode.ts';
import type { Area, Grammar } from './stage.ts';
import type { LinkKind } from './link.ts';
import type { Action, Reason, Verdict } from './verdict.ts';

/** Another name of a planned inode, as the scan verified it. */
export interface PlannedLink {
  readonly path: BytePath;
  readonly kind: LinkKind;
  readonly mailbox?: string;
  readonly messageUid?: number;
  /** Its record exists, is neither EXPUNGED nor UNLINKED, and the bytes are its message (safety.md 11). */
  readonly isIntact: boolean;
}

/** One stage file to be removed. Its path is root / components. */
export interface FileStep {
  readonly kind: 'file';
  readonly action: Exclude<Action, 'keep'>;
  /** `sync.`, the pid, the leaf; or `stage.` and the leaf. */
  readonly components: readonly BytePath[];
  readonly area: Area;
  readonly grammar: Grammar;
  readonly ownerPid: number;
  /** The directory that holds it, by identity. */
  readonly directory: InodeId;
  readonly seen: FileStat;
  /** Of its bytes; absent for cache files. */
  readonly sha1?: string;
  readonly links: readonly PlannedLink[];
  readonly isEvidence: boolean;
  readonly reasons: readonly Reason[];
}

/** A pid directory that is empty, or will be when the steps before it are done. */
export interface DirectoryStep {
  readonly kind: 'directory';
  /** `sync.` and the pid. */
  readonly components: readonly BytePath[];
  readonly ownerPid: number;
  readonly seen: FileStat;
}

export type PlanStep = FileStep | DirectoryStep;

/** The steps of one root: one lock, one journal, one run directory. */
export interface RootPlan {
  readonly root: BytePath;
  readonly rootId: InodeId;
  readonly partition: string;
  /** Owner of the areas, whom a root process becomes before it changes anything; never 0. */
  readonly uid: number;
  readonly gid: number;
  /** Files first, then directories, each in byte order of their paths. */
  readonly steps: readonly PlanStep[];
}

/** What stays, and why: every stage file without a step, and every empty pid directory without one. */
export interface KeptFile {
  readonly path: BytePath;
  /** Absent for directories. */
  readonly verdict?: Verdict;
  readonly reasons: readonly Reason[];
}

/** A root in which nothing may be changed, whoever asks (safety.md 1 and 6). */
export interface RefusedRoot {
  readonly root: BytePath;
  /** Words to follow the root's path: "is owned by root (uid 0), and …". */
  readonly why: string;
}

export interface Plan {
  readonly roots: readonly RootPlan[];
  readonly refused: readonly RefusedRoot[];
  readonly kept: readonly KeptFile[];
  /** Bytes that a purge of the quarantine would free: of inodes that have no other name. */
  readonly bytesQuarantined: number;
}
