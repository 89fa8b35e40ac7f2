/**
 * What the process that keeps root's rights and the one that gave them up say to each other, a JSON line each.
 *
 * The first knows what only root can see, and decides; the second changes the disk, and can do no more than the
 * owner of the spool could do himself.
 */
import type { BytePath } from './byte-path.ts';
import type { StepOutcome } from './journal.ts';
import type { InodeId } from './inode.ts';
import type { PlanStep, RootPlan } from './plan.ts';

/** Where a journal goes that does not lie in the run's directory. */
export interface JournalPlace {
  readonly directory: BytePath;
  readonly leaf: BytePath;
}

/** Everything of a root's plan but its steps, and which run it is. */
export interface RunOrder extends Omit<RootPlan, 'steps'> {
  readonly run: string;
  readonly version: string;
  readonly host: string;
  readonly journal?: JournalPlace;
  /** Inodes of this plan that this clean has touched in other roots, with the ctime that left them. */
  readonly touched?: readonly TouchedInode[];
}

/** Removing one name of an inode moves the ctime of the others, in whatever root they lie (safety.md 9). */
export interface TouchedInode extends InodeId {
  readonly changedNs: bigint;
}

export type ChildOrder =
  | {
      readonly type: 'check';
      readonly root: BytePath;
      readonly rootId: InodeId;
      readonly uid: number;
      readonly directories: readonly BytePath[];
      readonly journalBytes: number;
      readonly journalDirectory?: BytePath;
    }
  | { readonly type: 'begin'; readonly order: RunOrder }
  /** As many as there are, in the order of the plan, between `begin` and `go`. */
  | { readonly type: 'step'; readonly step: PlanStep }
  | { readonly type: 'go' }
  /** The answer to `recheck`. */
  | {
      readonly type: 'rechecked';
      readonly refused: readonly { readonly sequence: number; readonly why: string }[];
      readonly kept: readonly number[];
    };

export type ChildMessage =
  | { readonly type: 'obstacles'; readonly list: readonly string[] }
  /** May the steps from `first` up to, but without, `end` be done? */
  | { readonly type: 'recheck'; readonly first: number; readonly end: number }
  | {
      readonly type: 'result';
      readonly sequence: number;
      readonly outcome: StepOutcome;
      readonly detail?: string;
    }
  | {
      readonly type: 'end';
      readonly journal?: BytePath;
      readonly stopped?: string;
      readonly isInterrupted: boolean;
    }
  /** It will not work like this. */
  | { readonly type: 'unfit'; readonly why: string };
