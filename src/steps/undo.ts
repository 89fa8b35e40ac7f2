/** Puts back what a run removed: safety.md 25, with the discipline of removal. */
import type { RootPlace, RunPlace } from '../model/run-talk.ts';
import type { BytePath } from '../model/byte-path.ts';
import type { RunOutcome, RunStep } from '../model/run.ts';
import type { OwnerState } from '../model/owner.ts';
import type { Anchor, Changes, Clock } from '../system/os.ts';
import { openQuarantine, openRun, type OpenQuarantine } from './open-run.ts';
import { UndoneNames } from './undone-names.ts';
import { whyForeignRun } from './vet-journal.ts';

/** What undo and purge need beside the run. */
export interface RunContext {
  /** breathe() comes before every step: a signal has its turn only there. */
  readonly clock: Pick<Clock, 'breathe'>;
  /** False looks only: nothing is locked and nothing is changed. */
  readonly apply: boolean;
  /** Takes the lock in `stagesweep.`. @returns why not, in words */
  readonly lock: (area: Anchor, run: BytePath) => RunLock | string;
  readonly onStep?: (step: RunStep) => void;
  /** At most 1,000, which is the default; tests take fewer. */
  readonly batchSteps?: number;
}

export interface RunLock {
  /** Why it is ours no longer, in words; asked before every batch. */
  whyLost(): string | undefined;
  release(): void;
}

export interface UndoContext extends RunContext {
  /** Of an owner pid, as it is now. */
  readonly ownerOf: (pid: number) => OwnerState;
  /** Where messages may lie whose inode lost a stage name. */
  readonly messageRoots: readonly RootPlace[];
}

/** As often as is wanted: what is back already is left alone. */
export function undoRun(
  changes: Changes,
  place: RunPlace,
  context: UndoContext,
): Promise<RunOutcome> {
  return withRun(changes, place, context, (run, { root, anchor }, lock) =>
    new UndoneNames(changes, { place, run, root, quarantine: anchor, lock }, context).all(),
  );
}

/** Opens and locks a run, makes sure that it is the one that is meant, and closes it. */
export async function withRun(
  changes: Changes,
  place: RunPlace,
  context: RunContext,
  work: (
    run: Exclude<ReturnType<typeof openRun>, { why: string }>,
    quarantine: OpenQuarantine,
    lock: RunLock,
  ) => Promise<RunOutcome>,
): Promise<RunOutcome> {
  const refused = (why: string): RunOutcome => ({
    run: place.run,
    root: place.root,
    steps: [],
    refusals: [why],
    heldFiles: 0,
    isInterrupted: false,
  });
  const quarantine = openQuarantine(changes, place);
  if ('why' in quarantine) return refused(quarantine.why);
  // Locked before the journal is read: what it says must not change in between.
  const lock = context.apply ? context.lock(quarantine.anchor, place.run) : onlyLooking;
  if (typeof lock === 'string') {
    quarantine.close();
    return refused(lock);
  }
  try {
    const run = openRun(changes, quarantine, place.run, place.journal);
    if ('why' in run) return refused(run.why);
    try {
      const foreign = whyForeignRun(run.record.header, { ...place, uid: run.uid });
      return foreign === undefined ? await work(run, quarantine, lock) : refused(foreign);
    } finally {
      run.close();
    }
  } finally {
    lock.release();
    quarantine.close();
  }
}

const onlyLooking: RunLock = {
  whyLost: () => undefined,
  release() {
    // Nothing was locked.
  },
};
