/** The state of a run, from its journal, its quarantine and the lock of its root. */
import type { RunState, StepOutcome } from '../model/journal.ts';
import type { RunRecord, RunSummary } from '../model/run.ts';

export interface RunFacts {
  readonly record: RunRecord;
  /** Files in its quarantine. */
  readonly heldFiles: number;
  /** The lock of the root is held by a living process that makes this run. */
  readonly isLocked: boolean;
}

const removals: ReadonlySet<StepOutcome> = new Set<StepOutcome>([
  'unlinked',
  'quarantined',
  'copied',
  'directory-removed',
]);

/**
 * The disk is believed first: a run of which something is still held is neither undone nor purged, whatever its
 * journal says. One that was interrupted stays so until nothing of it is held, and its counts tell the rest.
 */
export function runState({ record, heldFiles, isLocked }: RunFacts): RunState {
  if (isLocked) return 'running';
  if (record.header === undefined) {
    return record.intents === 0 && heldFiles === 0 ? 'never-began' : 'unreadable';
  }
  const isUntouched = record.intents === 0 && record.end === undefined && heldFiles === 0;
  if (isUntouched) return 'never-began';
  if (heldFiles === 0 && record.purged.size > 0) return 'purged';
  const undone = record.undone.size;
  const removed = [...record.outcomes.values()].filter((outcome) => removals.has(outcome)).length;
  if (heldFiles === 0 && undone > 0) return undone < removed ? 'partly-undone' : 'undone';
  if (record.end === undefined || record.end.isInterrupted) return 'interrupted';
  // A journal that says more than there was to undo is not believed.
  return undone > 0 && undone + heldFiles <= removed ? 'partly-undone' : 'complete';
}

export function countSteps(record: RunRecord): RunSummary['counts'] {
  const counts: Partial<Record<StepOutcome | 'unsettled' | 'undone' | 'purged', number>> = {};
  for (const outcome of record.outcomes.values()) counts[outcome] = (counts[outcome] ?? 0) + 1;
  const unsettled = record.intents - record.outcomes.size;
  if (unsettled > 0) counts.unsettled = unsettled;
  if (record.undone.size > 0) counts.undone = record.undone.size;
  if (record.purged.size > 0) counts.purged = record.purged.size;
  return counts;
}
