/** What undo, purge and history tell. */
import type { ReportHeader } from './report.ts';
import type { RunOutcome, RunSummary } from './run.ts';
import type { RunVerb } from './run-talk.ts';

export interface RunReport {
  readonly header: ReportHeader;
  readonly verb: RunVerb;
  /** Was it carried out, or only looked at? */
  readonly isApplied: boolean;
  /** Why it was not carried out though it was asked for, in words. */
  readonly refusal?: string;
  /** One for every root that the run worked in. */
  readonly outcomes: readonly RunOutcome[];
}

export interface HistoryReport {
  readonly header: ReportHeader;
  readonly runs: readonly RunSummary[];
  readonly refusals: readonly string[];
}
