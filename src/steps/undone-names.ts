/**
 * The names of one run on their way back.
 *
 * For every name, in this order, so that a kill anywhere leaves its bytes with a name and a second undo to settle the
 * rest: link it, sync its directory, journal `undone` and sync that, and only then remove the quarantine's name.
 */
import {
  invertDirectory,
  invertFile,
  type Inversion,
  type Seen,
  type StepHistory,
} from '../decide/invert.ts';
import { asBytes, join, type BytePath } from '../model/byte-path.ts';
import { Interrupted } from '../model/errors.ts';
import { sameInode } from '../model/inode.ts';
import type { DirectoryStep, FileStep, PlanStep } from '../model/plan.ts';
import type { RunOutcome, RunStep, UndoOutcome } from '../model/run.ts';
import { isTrouble, isVanished, type Trouble } from '../model/trouble.ts';
import type { Anchor, Changes } from '../system/os.ts';
import { countHeld } from './count-held.ts';
import { linkMessage, type MessageSearch } from './link-message.ts';
import { troubleWords, type OpenRun, type RunPlace } from './open-run.ts';
import { StagePlaces } from './stage-places.ts';
import type { RunLock, UndoContext } from './undo.ts';

const stepsAtOnce = 1000;
/** Well below the 1,024 descriptors that a process may have at least. */
const directoriesAtOnce = 64;

export interface UndoneRun {
  readonly place: RunPlace;
  readonly run: OpenRun;
  readonly root: Anchor;
  readonly lock: RunLock;
}

/** A name that is back; its quarantine name is still there, but for directories. */
interface Restored {
  readonly sequence: number;
  readonly step: PlanStep;
  readonly claimedAs?: BytePath;
  readonly detail?: string;
}

export class UndoneNames {
  readonly #undone: UndoneRun;
  readonly #context: UndoContext;
  readonly #search: MessageSearch;
  readonly #places: StagePlaces;
  readonly #directories = new Map<number, DirectoryStep>();
  readonly #steps: RunStep[] = [];
  readonly #refusals: string[] = [];
  #batch: Restored[] = [];

  constructor(changes: Changes, undone: UndoneRun, context: UndoContext) {
    this.#undone = undone;
    this.#context = context;
    this.#search = { changes, roots: context.messageRoots, uid: undone.run.uid };
    const byPid = new Map<BytePath, DirectoryStep>();
    for (const entry of undone.run.entries()) {
      if (entry.type !== 'intent' || entry.step.kind !== 'directory') continue;
      this.#directories.set(entry.sequence, entry.step);
      byPid.set(pidOf(entry.step), entry.step);
    }
    this.#places = new StagePlaces(undone.root, byPid);
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
    // Directories first, since files are to lie in them.
    for (const [sequence, step] of this.#directories) {
      await this.#context.clock.breathe();
      if (this.#mustSettle() && !this.#settle()) return;
      this.#undoDirectory(sequence, step);
    }
    for (const entry of this.#undone.run.entries()) {
      if (entry.type !== 'intent' || entry.step.kind !== 'file') continue;
      await this.#context.clock.breathe();
      if (this.#mustSettle() && !this.#settle()) return;
      if (entry.claimedAs === undefined) continue;
      this.#undoFile(entry.sequence, entry.step, entry.claimedAs);
    }
    this.#settle();
  }

  #mustSettle(): boolean {
    return (
      this.#batch.length >= (this.#context.batchSteps ?? stepsAtOnce) ||
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
      ...this.#historyOf(sequence),
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
    if (isTrouble(stage)) return this.#tell(step, 'cannot', troubleWords('its directory', stage));
    if (isTrouble(claimed)) {
      return this.#tell(step, 'cannot', troubleWords('its name in the quarantine', claimed));
    }
    const inversion = invertFile({
      ...this.#historyOf(sequence),
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
      if (isTrouble(made)) return this.#tell(step, 'failed', troubleWords('its directory', made));
      parent = this.#places.directoryOf(step.components);
    }
    if (parent === 'missing') return this.#tell(step, 'failed', 'its directory went away again');
    // link() fails on a name that exists, so that nothing is ever replaced.
    const trouble = isTrouble(parent)
      ? parent
      : this.#undone.run.directory.link(claimedAs, parent, leafOf(step));
    if (trouble?.errno === 'EEXIST') {
      this.#tell(step, 'cannot', 'another file has its name now, and is never replaced');
    } else if (trouble) this.#tell(step, 'failed', troubleWords('the name', trouble));
    else this.#batch.push({ sequence, step, claimedAs });
  }

  /** Makes what was restored last, and only then gives up the quarantine's names. @returns whether to go on */
  #settle(): boolean {
    const batch = this.#batch;
    this.#batch = [];
    if (batch.length === 0) {
      this.#places.close();
      return true;
    }
    const { run, lock } = this.#undone;
    const lost = lock.whyLost();
    const trouble =
      lost === undefined ? (this.#syncPlaces(batch) ?? run.append(batch.map(entryOf))) : undefined;
    const why = lost ?? (trouble && troubleWords('the journal or a directory', trouble));
    if (why !== undefined) {
      // Both names stay, and the next undo finds them.
      for (const { step } of batch)
        this.#tell(step, 'failed', `it is back and in the quarantine: ${why}`);
      this.#refusals.push(`nothing more was done: ${why}`);
      this.#places.close();
      return false;
    }
    for (const restored of batch) this.#giveUp(restored);
    const synced = run.directory.sync();
    if (synced) this.#refusals.push(troubleWords('the quarantine', synced));
    this.#places.close();
    return true;
  }

  #syncPlaces(batch: readonly Restored[]): Trouble | undefined {
    const synced = new Set<Anchor>();
    for (const { step } of batch) {
      const parent =
        step.kind === 'directory'
          ? this.#places.area(step.components)
          : this.#places.directoryOf(step.components);
      // Gone again: its owner has been there. giveUp() keeps what is in the quarantine.
      if (parent === 'missing') continue;
      if (isTrouble(parent)) return parent;
      if (synced.has(parent)) continue;
      synced.add(parent);
      const trouble = parent.sync();
      if (trouble) return trouble;
    }
    return undefined;
  }

  #giveUp({ step, claimedAs, detail }: Restored): void {
    if (step.kind === 'directory' || claimedAs === undefined) {
      this.#tell(step, 'restored', detail);
      return;
    }
    const parent = this.#places.directoryOf(step.components);
    const now = parent === 'missing' || isTrouble(parent) ? undefined : parent.lstat(leafOf(step));
    const claimed = this.#undone.run.directory.lstat(claimedAs);
    const isBack =
      now !== undefined &&
      !isTrouble(now) &&
      !isTrouble(claimed) &&
      sameInode(now, claimed) &&
      claimed.linkCount >= 2;
    if (!isBack) {
      this.#tell(step, 'failed', 'the name went away again; its bytes stay in the quarantine');
      return;
    }
    const trouble = this.#undone.run.directory.unlink(claimedAs);
    if (trouble)
      this.#tell(step, 'failed', `it is back; ${troubleWords('its other name', trouble)}`);
    else this.#tell(step, 'restored');
  }

  #historyOf(sequence: number): StepHistory {
    const { outcomes, undone, purged } = this.#undone.run.record;
    const outcome = outcomes.get(sequence);
    return {
      ...(outcome === undefined ? {} : { outcome }),
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

function entryOf({ sequence }: Restored): { readonly type: 'undone'; readonly sequence: number } {
  return { type: 'undone', sequence };
}

function leafOf({ components }: PlanStep): BytePath {
  return components.at(-1) ?? asBytes('');
}

function pidOf({ components }: DirectoryStep): BytePath {
  return components[1] ?? asBytes('');
}

function seenAt(parent: Anchor, leaf: BytePath): Seen | Trouble {
  const stat = parent.lstat(leaf);
  return isTrouble(stat) && isVanished(stat) ? 'absent' : stat;
}
