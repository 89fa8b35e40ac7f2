/** What a clean tells: the scan it rests on, the plan, and what was done. */
import type { BytePath } from './byte-path.ts';
import type { StepOutcome } from './journal.ts';
import type { Plan, PlanStep } from './plan.ts';
import type { Report } from './report.ts';

/** What will not work in a root, found out before anything is changed. */
export interface Obstacle {
  readonly root: BytePath;
  /** A sentence without a full stop. */
  readonly why: string;
}

export interface DoneStep {
  readonly step: PlanStep;
  readonly outcome: StepOutcome;
  readonly detail?: string;
}

/** What was done in one root. */
export interface DoneRoot {
  readonly root: BytePath;
  /** Absent when none was made, and then nothing was done. */
  readonly journal?: BytePath;
  /** Steps of the plan that are not here were not begun, or their end is not known. */
  readonly results: readonly DoneStep[];
  /** Why not all were begun; absent when they were, and after an interrupt. */
  readonly stopped?: string;
  readonly isInterrupted: boolean;
}

export interface CleanReport {
  readonly report: Report;
  readonly plan: Plan;
  readonly obstacles: readonly Obstacle[];
  /** Why the plan as a whole is not carried out: --max-delete. */
  readonly refusal?: string;
  /** Absent when nothing was changed, and then the plan says what would be. */
  readonly done?: { readonly run: string; readonly roots: readonly DoneRoot[] };
}
