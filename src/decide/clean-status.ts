/**
 * The exit status of a clean: 0 nothing was to do, or all of it was done; 1 something asks for a person (what was
 * kept and cannot be judged, or a plan that waits for --apply); 2 not all could be looked at, or done; 130 interrupted.
 */
import type { CleanReport } from '../model/clean-report.ts';
import { reaches, type Severity } from '../model/finding.ts';
import type { StepOutcome } from '../model/journal.ts';
import type { KeptFile } from '../model/plan.ts';
import type { Reason, Verdict } from '../model/verdict.ts';
import { stepsOf } from './make-plan.ts';

export function cleanStatus(clean: CleanReport, failOn: Severity): 0 | 1 | 2 | 130 {
  const { report, plan, done } = clean;
  if (done?.roots.some((root) => root.isInterrupted) === true) return 130;
  if (!report.complete || plan.refused.length > 0) return 2;
  if (clean.refusal !== undefined || clean.obstacles.length > 0) return 2;
  if (done?.roots.some((root) => root.stopped !== undefined) === true) return 2;
  const results = done?.roots.flatMap((root) => root.results) ?? [];
  if (results.some(({ outcome }) => failures.has(outcome))) return 2;
  // Whatever asks for a person here is a warning where a scan tells it.
  if (!reaches('warning', failOn)) return 0;
  const waits = done === undefined && stepsOf(plan) > 0;
  return waits || plan.kept.some(asksForPerson) ? 1 : 0;
}

/** Of the others the names are gone as planned, or the owner was there first. */
const failures: ReadonlySet<StepOutcome> = new Set(['failed', 'refused', 'put-back']);

const doubts: ReadonlySet<Verdict> = new Set(['undecided', 'unknown-name']);
const hindrances: ReadonlySet<Reason> = new Set(['other-owner', 'not-read', 'root-refused']);

/** In use, too young and not asked for are no one's business; what cannot be judged or touched is. */
export function asksForPerson({ verdict, reasons }: KeptFile): boolean {
  if (reasons[0] === 'not-selected') return false;
  if (verdict !== undefined && doubts.has(verdict)) return true;
  return reasons.some((reason) => hindrances.has(reason) || reason === 'differs-from-report');
}
