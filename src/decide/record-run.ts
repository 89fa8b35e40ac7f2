/** Journal lines -> what a run did, without its intents. */
import type { JournalEntry, StepOutcome } from '../model/journal.ts';
import type { RunRecord } from '../model/run.ts';

export interface RunRecorder {
  take(entry: JournalEntry): void;
  record(): RunRecord;
}

export function runRecorder(): RunRecorder {
  let isFirst = true;
  let header: RunRecord['header'];
  let end: RunRecord['end'];
  let intents = 0;
  const outcomes = new Map<number, StepOutcome>();
  const undone = new Set<number>();
  const purged = new Set<number>();
  return {
    take(entry) {
      switch (entry.type) {
        case 'run':
          // Only the first line can be the header: a later one was planted.
          if (isFirst) header = entry;
          break;
        case 'intent':
          intents += 1;
          break;
        case 'outcome':
          // The last one counts: a later run settles what an earlier one left open.
          outcomes.set(entry.sequence, entry.outcome);
          break;
        case 'end':
          end = entry;
          break;
        case 'undone':
          undone.add(entry.sequence);
          break;
        case 'purged':
          purged.add(entry.sequence);
          break;
        case 'resumed':
          break;
      }
      isFirst = false;
    },
    record: () => ({
      ...(header === undefined ? {} : { header }),
      ...(end === undefined ? {} : { end }),
      intents,
      outcomes,
      undone,
      purged,
    }),
  };
}
