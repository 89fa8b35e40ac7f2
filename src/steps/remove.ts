/** Carries out the plan of one root, so that nothing can be lost: safety.md 14 to 24, in that order. */
import type { BytePath } from '../model/byte-path.ts';
import type { TouchedInode } from '../model/child-talk.ts';
import { FormatError, Interrupted } from '../model/errors.ts';
import type { JournalEntry, StepOutcome } from '../model/journal.ts';
import type { FileStep, PlanStep, RootPlan } from '../model/plan.ts';
import { formatJournalLine } from '../parse/journal-line.ts';
import type { Anchor, Changes, Clock, Files, Identities } from '../system/os.ts';
import { batchStepsAtMost } from './journal.ts';
import { OwnChanges } from './own-changes.ts';
import { removeDirectory } from './remove-directory.ts';
import { removeFile, type FileBench } from './remove-file.ts';
import { StageDirectories } from './stage-directories.ts';
import type { StepEnd } from './step-end.ts';
import { unfinishedRuns } from './unfinished-runs.ts';
import { openWorkplace, type Workplace } from './workplace.ts';

/** What one run needs beside its plan; nothing here reads a clock or makes random numbers by itself. */
export interface RemoveContext {
  /** Matches runIdPattern; new for every run. */
  readonly run: string;
  readonly version: string;
  readonly host: string;
  /** --max-delete, counted in steps. */
  readonly maxDelete?: number;
  /** breathe() comes before every step: a signal has its turn only there. */
  readonly clock: Pick<Clock, 'nowNs' | 'breathe'>;
  readonly identities: Identities;
  /** To look at mailbox names, read-only. */
  readonly files: Pick<Files, 'lstat'>;
  /** Eight lower-case hexadecimal digits that nobody can guess, new ones at every call. */
  readonly randomHex: () => string;
  /**
   * Owners and open files as they are now, asked once a batch by whoever may look into other processes.
   * @returns why a step must not be done, in words, for those that must not
   */
  readonly recheck: (batch: readonly PlanStep[]) => Promise<ReadonlyMap<PlanStep, string>>;
  /**
   * Does a mailbox name outside the plan still keep the bytes (safety.md 11), its record considered? Asked after the
   * claim, before every unlink, and only where steps/keeps-bytes.ts has found such a name itself.
   */
  readonly reverify: (step: FileStep) => boolean;
  /** Elsewhere than in the run's directory: --journal, when the spool's filesystem is full. */
  readonly journal?: {
    readonly directory: Anchor;
    readonly leaf: BytePath;
    /** Readable path of the directory. */
    readonly path?: BytePath;
  };
  /** Inodes of this plan that the same clean touched in other roots. */
  readonly touched?: readonly TouchedInode[];
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
  /** Path of the journal, its leaf where the directory's is not known; absent when nothing was changed. */
  readonly journal?: BytePath;
  /** In the order of the plan; steps that are missing were not begun. */
  readonly results: readonly StepResult[];
  /** Why not all steps were begun, in words; absent when they were, and when the user interrupted. */
  readonly stopped?: string;
  readonly isInterrupted: boolean;
}

/**
 * @returns what became of each step; a refusal to begin is `stopped` without results. A stop or an interruption is
 *          no loss: another run of the same plan does the rest
 */
export async function removeRoot(
  changes: Changes,
  plan: RootPlan,
  context: RemoveContext,
): Promise<RemoveOutcome> {
  const { run } = context;
  const place = openWorkplace(changes, plan, context);
  if ('why' in place) {
    return { run, root: plan.root, results: [], stopped: place.why, isInterrupted: false };
  }
  try {
    return await new Removal(place, plan, context).carryOut();
  } finally {
    place.close();
  }
}

interface Begun {
  readonly sequence: number;
  readonly step: PlanStep;
  readonly claimedAs?: BytePath;
}

class Removal {
  readonly #place: Workplace;
  readonly #plan: RootPlan;
  readonly #context: RemoveContext;
  readonly #bench: FileBench;
  readonly #results: StepResult[] = [];
  #stopped: string | undefined;
  #isInterrupted = false;

  constructor(place: Workplace, plan: RootPlan, context: RemoveContext) {
    this.#place = place;
    this.#plan = plan;
    this.#context = context;
    this.#bench = {
      run: place.run,
      uid: plan.uid,
      directories: new StageDirectories(place.root),
      // Read under the lock: a journal without an end is then that of a run that was killed.
      own: new OwnChanges(
        unfinishedRuns(
          {
            quarantine: place.quarantine,
            root: plan.root,
            except: context.run,
            ...(context.journal === undefined ? {} : { shelf: context.journal.directory }),
          },
          plan.steps,
        ),
        context.touched,
      ),
      files: context.files,
      reverify: context.reverify,
    };
  }

  async carryOut(): Promise<RemoveOutcome> {
    const { steps } = this.#plan;
    const size = Math.min(this.#context.batchSteps ?? batchStepsAtMost, batchStepsAtMost);
    try {
      for (let first = 0; first < steps.length && !this.#isOver; first += size) {
        await this.#batch(first, steps.slice(first, first + size));
      }
    } finally {
      this.#bench.directories.close();
    }
    const end: JournalEntry = {
      type: 'end',
      endedNs: this.#context.clock.nowNs(),
      // A stop is told like an interruption: what is missing was left out, and the run is not complete.
      isInterrupted: this.#isOver,
    };
    const unsaid = this.#place.journal.writeSynced([end]) ?? this.#place.run.sync();
    if (unsaid) this.#stopped ??= `the journal could not be ended (${unsaid.errno})`;
    return {
      run: this.#context.run,
      root: this.#plan.root,
      journal: this.#place.journalPath,
      results: this.#results,
      ...(this.#stopped === undefined ? {} : { stopped: this.#stopped }),
      isInterrupted: this.#isInterrupted,
    };
  }

  get #isOver(): boolean {
    return this.#isInterrupted || this.#stopped !== undefined;
  }

  async #batch(first: number, batch: readonly PlanStep[]): Promise<void> {
    if (await this.#userHasEnough()) return;
    const vetoes = await this.#context.recheck(batch);
    this.#stopped = this.#place.lock.whyLost();
    if (this.#stopped !== undefined) return;
    const begun: Begun[] = [];
    const intents: JournalEntry[] = [];
    batch.forEach((step, index) => {
      const sequence = first + index;
      const why = vetoes.get(step);
      const intent = why === undefined ? this.#intent(sequence, step) : why;
      if (typeof intent === 'string') {
        this.#tell({ sequence, step, outcome: 'refused', detail: intent });
        return;
      }
      begun.push(intent);
      intents.push({ type: 'intent', ...intent });
    });
    if (begun.length === 0) return;
    const trouble = this.#place.journal.writeSynced(intents);
    if (trouble) {
      this.#stopped = `the journal cannot be written (${trouble.syscall}: ${trouble.errno})`;
      return;
    }
    for (const one of begun) {
      if (await this.#userHasEnough()) return;
      this.#step(one);
      if (this.#isOver) return;
    }
  }

  /** Words when the step cannot be journalled: undo would never find it, and no name of ours looks like it. */
  #intent(sequence: number, step: PlanStep): Begun | string {
    const claimed = `${sequence}-${this.#context.randomHex()}` as BytePath;
    const begun: Begun =
      step.kind === 'file' ? { sequence, step, claimedAs: claimed } : { sequence, step };
    try {
      formatJournalLine({ type: 'intent', ...begun });
      return begun;
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      return `it cannot be journalled: ${error.message}`;
    }
  }

  #step({ sequence, step, claimedAs }: Begun): void {
    const end: StepEnd =
      step.kind === 'file' && claimedAs !== undefined
        ? removeFile(this.#bench, step, claimedAs)
        : step.kind === 'directory'
          ? removeDirectory(this.#bench, step)
          : noClaim();
    const { outcome, detail, stop } = end;
    const told = { outcome, ...(detail === undefined ? {} : { detail }) };
    const unsaid = this.#place.journal.write([{ type: 'outcome', sequence, ...told }]);
    this.#stopped =
      stop ??
      (unsaid && `the journal cannot be written any more (${unsaid.syscall}: ${unsaid.errno})`);
    this.#tell({ sequence, step, ...told });
  }

  #tell(result: StepResult): void {
    this.#results.push(result);
    this.#context.onResult?.(result);
  }

  async #userHasEnough(): Promise<boolean> {
    try {
      await this.#context.clock.breathe();
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
      this.#isInterrupted = true;
    }
    return this.#isInterrupted;
  }
}

function noClaim(): never {
  throw new Error('a file step without a name to claim it as');
}
