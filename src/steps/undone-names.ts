/** The steps of one run on their way back: what undo does with each, by what decide/invert.ts says. */
import {
  invertDirectory,
  invertFile,
  type Inversion,
  type Seen,
  type StepHistory,
} from '../decide/invert.ts';
import { asBytes, join, type BytePath } from '../model/byte-path.ts';
import { Interrupted } from '../model/errors.ts';
import type { JournalEntry } from '../model/journal.ts';
import type { DirectoryStep, FileStep, PlanStep } from '../model/plan.ts';
import type { RunOutcome, RunStep, UndoOutcome } from '../model/run.ts';
import { isTrouble, isVanished, type Trouble } from '../model/trouble.ts';
import type { Anchor, Changes } from '../system/os.ts';
import { countHeld } from './count-held.ts';
import { linkMessage, type MessageSearch } from './link-message.ts';
import { troubleWords } from './open-run.ts';
import { OpenSteps } from './open-steps.ts';
import { leafOf, RestoreBatch, type UndoneRun } from './restore-batch.ts';
import { StagePlaces } from './stage-places.ts';
import type { UndoContext } from './undo.ts';

const stepsAtOnce = 1000;
/** Well below the 1,024 descriptors that a process may have at least. */
const directoriesAtOnce = 64;

export class UndoneNames {
  readonly #undone: UndoneRun;
  readonly #context: UndoContext;
  readonly #search: MessageSearch;
  readonly #places: StagePlaces;
  readonly #directories = new Map<number, DirectoryStep>();
  readonly #steps: RunStep[] = [];
  readonly #refusals: string[] = [];
  readonly #batch: RestoreBatch;
  readonly #open: OpenSteps;

  constructor(changes: Changes, undone: UndoneRun, context: UndoContext) {
    this.#undone = undone;
    this.#context = context;
    this.#search = { changes, roots: context.messageRoots, uid: undone.run.uid };
    const { run, quarantine, place } = undone;
    this.#open = new OpenSteps(run.record, quarantine, place, run.shelf);
    const byPid = new Map<BytePath, DirectoryStep>();
    for (const entry of this.#entries()) {
      if (entry.type !== 'intent' || entry.step.kind !== 'directory') continue;
      this.#directories.set(entry.sequence, entry.step);
      byPid.set(pidOf(entry.step), entry.step);
    }
    this.#places = new StagePlaces(undone.root, byPid);
    this.#batch = new RestoreBatch(undone, this.#places, (step, outcome, detail) => {
      this.#tell(step, outcome, detail);
    });
  }

  async all(): Promise<RunOutcome> {
    const { place, run } = this.#undone;
    let isInterrupted = false;
    try {
      await this.#undoAll();
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
      isInterrupted = true;
      this.#settle();
    } finally {
      this.#places.close();
    }
    const held = countHeld(run.directory);
    for (const leaf of held.strangers) {
      this.#refusals.push(`${leaf}: lies in the quarantine, and the journal does not know it`);
    }
    return {
      run: place.run,
      root: place.root,
      steps: this.#steps,
      refusals: this.#refusals,
      heldFiles: held.files,
      isInterrupted,
    };
  }

  async #undoAll(): Promise<void> {
    // Without its step a directory would be made with another mode.
    if (this.#refusals.length > 0) return;
    // Directories first, since files are to lie in them.
    for (const [sequence, step] of this.#directories) {
      await this.#context.clock.breathe();
      if (this.#mustSettle() && !this.#settle()) return;
      this.#undoDirectory(sequence, step);
    }
    for (const entry of this.#entries()) {
      if (entry.type !== 'intent' || entry.step.kind !== 'file') continue;
      await this.#context.clock.breathe();
      if (this.#mustSettle() && !this.#settle()) return;
      if (entry.claimedAs === undefined) continue;
      this.#undoFile(entry.sequence, entry.step, entry.claimedAs);
    }
    this.#settle();
  }

  #entries(): Iterable<JournalEntry> {
    return this.#undone.run.entries((why) => {
      this.#refusals.push(`not every step was looked at: ${why}`);
    });
  }

  #mustSettle(): boolean {
    return (
      this.#batch.size >= (this.#context.batchSteps ?? stepsAtOnce) ||
      this.#places.openDirectories >= directoriesAtOnce
    );
  }

  #undoDirectory(sequence: number, step: DirectoryStep): void {
    const pid = pidOf(step);
    const parent = this.#places.area(step.components);
    const directory = isTrouble(parent) ? parent : seenAt(parent, pid);
    if (isTrouble(directory)) {
      this.#tell(step, 'cannot', troubleWords('its area', directory));
      return;
    }
    const inversion = invertDirectory({
      ...this.#historyOf(sequence, step),
      directory,
      owner: this.#context.ownerOf(step.ownerPid),
    });
    if (inversion.kind !== 'recreate') this.#tellInversion(step, inversion);
    else if (!this.#context.apply) this.#tell(step, 'would-restore');
    else {
      const made = this.#places.makePidDirectory(pid);
      if (isTrouble(made)) this.#tell(step, 'failed', troubleWords('the directory', made));
      else
        this.#batch.push({
          sequence,
          step,
          ...(made.differs === undefined ? {} : { detail: made.differs }),
        });
    }
  }

  #undoFile(sequence: number, step: FileStep, claimedAs: BytePath): void {
    const { run } = this.#undone;
    const claimed = seenAt(run.directory, claimedAs);
    const parent = this.#places.directoryOf(step.components);
    const stage =
      parent === 'missing' ? 'absent' : isTrouble(parent) ? parent : seenAt(parent, leafOf(step));
    if (isTrouble(stage)) {
      this.#tell(step, 'cannot', troubleWords('its directory', stage));
      return;
    }
    if (isTrouble(claimed)) {
      this.#tell(step, 'cannot', troubleWords('its name in the quarantine', claimed));
      return;
    }
    const inversion = invertFile({
      ...this.#historyOf(sequence, step),
      step,
      stage,
      claimed,
      runUid: run.uid,
      owner: this.#context.ownerOf(step.ownerPid),
    });
    let refusal: string | undefined;
    switch (inversion.kind) {
      case 'finish':
        break;
      case 'from-mailbox': {
        const into = this.#context.apply
          ? { directory: run.directory, leaf: claimedAs }
          : undefined;
        refusal = linkMessage(this.#search, step, inversion.links, into);
        break;
      }
      case 'from-quarantine':
        if (inversion.mustBe === 'copy') refusal = this.#whyNoCopy(step, claimedAs);
        break;
      case 'recreate':
      case 'nothing':
      case 'held':
      case 'cannot':
        this.#tellInversion(step, inversion);
        return;
    }
    if (refusal !== undefined) this.#tell(step, 'cannot', refusal);
    else if (!this.#context.apply) this.#tell(step, 'would-restore');
    else if (inversion.kind === 'finish') this.#batch.push({ sequence, step, claimedAs });
    else this.#link(sequence, step, claimedAs);
  }

  /** The bytes of an inode that was lost were copied: whole, or the run was killed while it did so. */
  #whyNoCopy(step: FileStep, claimedAs: BytePath): string | undefined {
    const copy = this.#undone.run.directory.openFile(claimedAs);
    if (isTrouble(copy)) return troubleWords('the copy in the quarantine', copy);
    try {
      const isWhole =
        copy.stat().sizeBytes === step.seen.sizeBytes &&
        (step.sha1 === undefined || copy.sha1() === step.sha1);
      return isWhole ? undefined : 'the copy in the quarantine has other bytes than the file had';
    } finally {
      copy.close();
    }
  }

  #link(sequence: number, step: FileStep, claimedAs: BytePath): void {
    const [, pid = asBytes('')] = step.components;
    let parent = this.#places.directoryOf(step.components);
    if (parent === 'missing') {
      const made = this.#places.makePidDirectory(pid);
      if (isTrouble(made)) {
        this.#tell(step, 'failed', troubleWords('its directory', made));
        return;
      }
      parent = this.#places.directoryOf(step.components);
    }
    if (parent === 'missing') {
      this.#tell(step, 'failed', 'its directory went away again');
      return;
    }
    // link() fails on a name that exists, so that nothing is ever replaced.
    const trouble = isTrouble(parent)
      ? parent
      : this.#undone.run.directory.link(claimedAs, parent, leafOf(step));
    if (trouble?.errno === 'EEXIST') {
      this.#tell(step, 'cannot', 'another file has its name now, and is never replaced');
    } else if (trouble) this.#tell(step, 'failed', troubleWords('the name', trouble));
    else this.#batch.push({ sequence, step, claimedAs });
  }

  /** @returns whether to go on */
  #settle(): boolean {
    const why = this.#batch.settle();
    if (why !== undefined) this.#refusals.push(`nothing more was done: ${why}`);
    this.#places.close();
    return why === undefined;
  }

  #historyOf(sequence: number, step: PlanStep): StepHistory {
    const { outcomes, undone, purged } = this.#undone.run.record;
    const outcome = outcomes.get(sequence);
    return {
      ...(outcome === undefined ? {} : { outcome }),
      mayBeDone: outcome === undefined && this.#open.mayBeDone(step),
      isUndone: undone.has(sequence),
      isPurged: purged.has(sequence),
    };
  }

  #tellInversion(step: PlanStep, inversion: Inversion): void {
    if (inversion.kind === 'nothing') this.#tell(step, 'nothing-to-do', inversion.why);
    else if (inversion.kind === 'held' || inversion.kind === 'cannot') {
      this.#tell(step, inversion.kind, inversion.why);
    }
  }

  #tell(step: PlanStep, outcome: UndoOutcome, detail?: string): void {
    const told: RunStep = {
      path: step.components.reduce<BytePath>(join, this.#undone.place.root),
      action: step.kind === 'file' ? 'restore' : 'recreate-directory',
      outcome,
      ...(detail === undefined ? {} : { detail }),
      ...(step.kind === 'file' ? { sizeBytes: step.seen.sizeBytes } : {}),
    };
    this.#steps.push(told);
    this.#context.onStep?.(told);
  }
}

function pidOf({ components }: DirectoryStep): BytePath {
  return components[1] ?? asBytes('');
}

function seenAt(parent: Anchor, leaf: BytePath): Seen | Trouble {
  const stat = parent.lstat(leaf);
  return isTrouble(stat) && isVanished(stat) ? 'absent' : stat;
}
