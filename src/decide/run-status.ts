/** Exit status of undo, purge and history (contract.md). */
import type { HistoryReport, RunReport } from '../model/run-report.ts';

/** What could not be done makes it 2, what a person kept back by his own choice of options 1. */
export function runStatus({ outcomes, refusal }: RunReport): 0 | 1 | 2 | 130 {
  if (outcomes.some((outcome) => outcome.isInterrupted)) return 130;
  const steps = outcomes.flatMap((outcome) => outcome.steps);
  const isPartial =
    refusal !== undefined ||
    outcomes.some((outcome) => outcome.refusals.length > 0) ||
    steps.some(({ outcome }) => ['held', 'cannot', 'failed'].includes(outcome));
  if (isPartial) return 2;
  return steps.some(({ outcome }) => outcome === 'kept') ? 1 : 0;
}

/** A run that was killed asks for a person: undo or another clean settles it. */
export function historyStatus({ runs, refusals }: HistoryReport): 0 | 1 | 2 {
  if (refusals.length > 0 || runs.some(({ state }) => state === 'unreadable')) return 2;
  return runs.some(({ state }) => state === 'interrupted') ? 1 : 0;
}
