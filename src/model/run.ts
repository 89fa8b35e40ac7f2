/** Runs of the past: what their journals and the disk tell, and what undo and purge did with them. */
import type { BytePath } from './byte-path.ts';
import type { JournalEntry, RunState, StepOutcome } from './journal.ts';

export type RunHeader = Extract<JournalEntry, { type: 'run' }>;
export type Intent = Extract<JournalEntry, { type: 'intent' }>;

/** All that a journal says, but for its intents, of which there can be a million: those are read one after another. */
export interface RunRecord {
  /** Absent when the first line is none. */
  readonly header?: RunHeader;
  readonly intents: number;
  /** By sequence. */
  readonly outcomes: ReadonlyMap<number, StepOutcome>;
  readonly undone: ReadonlySet<number>;
  readonly purged: ReadonlySet<number>;
  readonly end?: Extract<JournalEntry, { type: 'end' }>;
}

/** One directory in `stagesweep.`, as history shows it. */
export interface RunSummary {
  readonly root: BytePath;
  readonly partition: string;
  /** The directory's name; any bytes when it is none of ours. */
  readonly run: BytePath;
  readonly state: RunState;
  /** Why it is unreadable, or what else there is to say, in words. */
  readonly detail?: string;
  readonly startedNs?: bigint;
  readonly endedNs?: bigint;
  /** Steps by what became of them; `unsettled` are intents without an outcome. */
  readonly counts: Readonly<
    Partial<Record<StepOutcome | 'unsettled' | 'undone' | 'purged', number>>
  >;
  /** What lies in its quarantine now. */
  readonly heldFiles: number;
  readonly heldBytes: number;
}

export type UndoAction = 'restore' | 'recreate-directory';
export type UndoOutcome =
  /** The name is back. */
  | 'restored'
  /** It would be, with --apply. */
  | 'would-restore'
  /** It was there already, or the run had not removed it. */
  | 'nothing-to-do'
  /** Its owner may be alive: it stays where it is. */
  | 'held'
  | 'cannot'
  /** The operating system refused; nothing was lost. */
  | 'failed';

export type PurgeOutcome =
  | 'purged'
  | 'would-purge'
  /** Evidence of damage, or not what the journal says. */
  | 'kept'
  | 'failed';

/** What was done, or would be, with one step of a run. */
export interface RunStep {
  readonly path: BytePath;
  readonly action: UndoAction | 'purge';
  readonly outcome: UndoOutcome | PurgeOutcome;
  /** In words; for whatever is not as it should be always. */
  readonly detail?: string;
  /** Purge only: the name that the file had in the stage area, where the journal knows it. */
  readonly stagePath?: BytePath;
  /** Purge only: number of the step. */
  readonly sequence?: number;
  /** Purge only: no other name of these bytes is known. */
  readonly isLast?: boolean;
  readonly sizeBytes?: number;
}

/** The answer of undo or purge. */
export interface RunOutcome {
  readonly run: string;
  readonly root: BytePath;
  readonly steps: readonly RunStep[];
  /** Why nothing, or not all, was looked at; sentences. */
  readonly refusals: readonly string[];
  /** What lies in the quarantine afterwards. */
  readonly heldFiles: number;
  readonly isInterrupted: boolean;
}
