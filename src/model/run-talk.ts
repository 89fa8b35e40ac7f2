/**
 * What the process that keeps root's rights and the one that gave them up say to each other about undo and purge, a
 * JSON line each: one request, then steps, then the end.
 */
import type { BytePath } from './byte-path.ts';
import type { InodeId } from './inode.ts';
import type { OwnerState } from './owner.ts';
import type { RunOutcome, RunStep } from './run.ts';

/** A root by path and identity: the path alone may lead elsewhere by the time it is opened. */
export interface RootPlace {
  readonly root: BytePath;
  readonly rootId: InodeId;
}

export interface RunPlace extends RootPlace {
  readonly run: BytePath;
  /** Where its journal lies when that is not the run's directory (--journal). */
  readonly journal?: {
    readonly directory: BytePath;
    readonly id: InodeId;
    readonly leaf: BytePath;
  };
}

export type RunVerb = 'undo' | 'purge';

export interface RunRequest {
  readonly verb: RunVerb;
  readonly place: RunPlace;
  readonly apply: boolean;
  /** Of owner pids as only root can see them; every other pid is `unknown`. */
  readonly owners: readonly (readonly [pid: number, state: OwnerState])[];
  /** Where messages may lie. */
  readonly messageRoots: readonly RootPlace[];
  readonly takesEvidence: boolean;
  /** Numbers of the steps that were shown as the last of their kind; absent: nobody was shown anything. */
  readonly shownAsLast?: readonly number[];
}

export type RunMessage =
  | { readonly type: 'unfit'; readonly why: string }
  | { readonly type: 'step'; readonly step: RunStep }
  | ({ readonly type: 'end' } & Pick<RunOutcome, 'refusals' | 'heldFiles' | 'isInterrupted'>);
