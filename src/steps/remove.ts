/** Carries out the plan of one root, so that nothing can be lost: safety.md 14 to 24, in that order. */
import type { BytePath } from '../model/byte-path.ts';
import type { StepOutcome } from '../model/journal.ts';
import type { FileStep, PlanStep, RootPlan } from '../model/plan.ts';
import type { Anchor, Changes, Clock, Files, Identities } from '../system/os.ts';

/** What one run needs beside its plan; nothing here reads a clock or makes random numbers by itself. */
export interface RemoveContext {
  /** Matches runIdPattern; new for every run. */
  readonly run: string;
  readonly version: string;
  readonly host: string;
  /** --max-delete, counted in stage files of this root. */
  readonly maxDelete?: number;
  /** breathe() comes before every step: a signal has its turn only there. */
  readonly clock: Pick<Clock, 'nowNs' | 'breathe'>;
  readonly identities: Identities;
  /** To look at mailbox names, read-only. */
  readonly files: Pick<Files, 'lstat'>;
  /** Eight hexadecimal digits that nobody can guess, new ones at every call. */
  readonly randomHex: () => string;
  /**
   * Owners and open files as they are now, asked once a batch by whoever may look into other processes.
   * @returns why a step must not be done, in words, for those that must not
   */
  readonly recheck: (batch: readonly PlanStep[]) => Promise<ReadonlyMap<PlanStep, string>>;
  /** Does a mailbox name outside the plan still keep the bytes (safety.md 11)? steps/keeps-bytes.ts is the least of it. */
  readonly reverify: (step: FileStep) => boolean;
  /** Elsewhere than in the run's directory: --journal, when the spool's filesystem is full. */
  readonly journal?: { readonly directory: Anchor; readonly leaf: BytePath };
  readonly onResult?: (result: StepResult) => void;
  /** At most 1,000, which is the default; tests take fewer. */
  readonly batchSteps?: number;
}

export interface StepResult {
  /** Position in the plan's steps, and in the journal. */
  readonly sequence: number;
  readonly step: PlanStep;
  readonly outcome: StepOutcome;
  /** In words; always there for refused, put-back, failed and copied. */
  readonly detail?: string;
}

export interface RemoveOutcome {
  readonly run: string;
  readonly root: BytePath;
  /** Readable path of the journal; absent when none was made. */
  readonly journal?: BytePath;
  /** In the order of the plan; those that are missing were not begun. */
  readonly results: readonly StepResult[];
  /** Why not all steps were begun, in words; absent when they were, and when the user interrupted. */
  readonly stopped?: string;
  readonly isInterrupted: boolean;
}

/**
 * @returns what became of each step; a refusal to begin is `stopped` without results
 */
export function removeRoot(
  changes: Changes,
  plan: RootPlan,
  context: RemoveContext,
): Promise<RemoveOutcome> {
  throw new Error(`not yet: ${String(changes)} ${plan.root} ${context.run}`);
}
