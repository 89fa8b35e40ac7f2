/**
 * What a run did, in order, enough to undo it: the lines of `<root>/stagesweep./<run>/journal.jsonl`.
 *
 * Journals lie in the spool and are therefore input (safety.md 2): parse/journal-line.ts trusts nothing in them.
 */
import type { BytePath } from './byte-path.ts';
import type { DirectoryStep, FileStep } from './plan.ts';

/** `20261124T034800Z-1f2e3d4c`; the only names that undo and purge take for a run. */
export const runIdPattern = /^[0-9TZ]+-[0-9a-f]{8}$/;

export type StepOutcome =
  /** The stage name is gone; mailbox names keep the bytes. */
  | 'unlinked'
  /** The file lies in the run's directory. */
  | 'quarantined'
  /** The last mailbox name went meanwhile: its bytes were copied to a new file in the run's directory. */
  | 'copied'
  /** Somebody else removed the name first. */
  | 'already-gone'
  /** It is not, or no longer, what the plan expected; nothing was done. */
  | 'refused'
  /** Another file was found under the claimed name and put back. */
  | 'put-back'
  /** An empty pid directory was removed. */
  | 'directory-removed'
  /** The operating system refused; nothing was lost. */
  | 'failed';

export type JournalEntry =
  | {
      readonly type: 'run';
      readonly run: string;
      readonly version: string;
      readonly host: string;
      readonly root: BytePath;
      readonly partition: string;
      readonly startedNs: bigint;
      readonly uid: number;
      readonly pid: number;
      readonly bootId: string;
    }
  /** Written and synced before the step is begun, in batches of at most 1,000. */
  | {
      readonly type: 'intent';
      /** Counts from 0; names the claimed file in the run's directory. */
      readonly sequence: number;
      readonly step: FileStep | DirectoryStep;
      /** The name in the run's directory that the file is claimed as; absent for directories. */
      readonly claimedAs?: BytePath;
    }
  | {
      readonly type: 'outcome';
      readonly sequence: number;
      readonly outcome: StepOutcome;
      readonly detail?: string;
    }
  /** The last line of a run that came to its end; a run without it was killed. */
  | {
      readonly type: 'end';
      readonly endedNs: bigint;
      readonly isInterrupted: boolean;
    }
  /**
   * Written by whoever appends to a journal whose last line was torn by a kill or a full disk, so that the torn line
   * in its middle is known for what it is.
   */
  | { readonly type: 'resumed' }
  /** Of undo and purge, written to the same journal. */
  | { readonly type: 'undone' | 'purged'; readonly sequence: number; readonly detail?: string };

/** The state of a run as the disk and its journal together tell. The disk is believed first. */
export type RunState =
  | 'complete'
  | 'interrupted'
  /** Killed before its journal had a step: nothing was changed. */
  | 'never-began'
  /** Of what it removed some is back. */
  | 'partly-undone'
  | 'undone'
  | 'purged'
  | 'running'
  | 'unreadable';
