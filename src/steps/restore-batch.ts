/**
 * Names that were linked back, until that is safe.
 *
 * For every name, in this order, so that a kill anywhere leaves its bytes with a name and a second undo to settle the
 * rest: link it, sync its directory, journal `undone` and sync that, and only then remove the quarantine's name.
 */
import type { RunPlace } from '../model/run-talk.ts';
import { asBytes, type BytePath } from '../model/byte-path.ts';
import { sameInode } from '../model/inode.ts';
import type { PlanStep } from '../model/plan.ts';
import type { UndoOutcome } from '../model/run.ts';
import { isTrouble, type Trouble } from '../model/trouble.ts';
import type { Anchor } from '../system/os.ts';
import { troubleWords, type OpenRun } from './open-run.ts';
import type { StagePlaces } from './stage-places.ts';
import type { RunLock } from './undo.ts';

export interface UndoneRun {
  readonly place: RunPlace;
  readonly run: OpenRun;
  readonly root: Anchor;
  /** The directory `stagesweep.`. */
  readonly quarantine: Anchor;
  readonly lock: RunLock;
}

/** A name that is back. */
export interface Restored {
  readonly sequence: number;
  readonly step: PlanStep;
  /** Its name in the quarantine, which is still there; absent for directories. */
  readonly claimedAs?: BytePath;
  readonly detail?: string;
}

export type Tell = (step: PlanStep, outcome: UndoOutcome, detail?: string) => void;

export class RestoreBatch {
  readonly #undone: UndoneRun;
  readonly #places: StagePlaces;
  readonly #tell: Tell;
  #restored: Restored[] = [];

  constructor(undone: UndoneRun, places: StagePlaces, tell: Tell) {
    this.#undone = undone;
    this.#places = places;
    this.#tell = tell;
  }

  get size(): number {
    return this.#restored.length;
  }

  push(restored: Restored): void {
    this.#restored.push(restored);
  }

  /** @returns why nothing more may be done, in words */
  settle(): string | undefined {
    const batch = this.#restored;
    this.#restored = [];
    if (batch.length === 0) return undefined;
    const why = this.#undone.lock.whyLost() ?? this.#makeLast(batch);
    if (why !== undefined) {
      // Both names stay, and the next undo finds them.
      for (const { step } of batch) this.#tell(step, 'failed', `not settled: ${why}`);
      return why;
    }
    for (const restored of batch) this.#giveUp(restored);
    const trouble = this.#undone.run.directory.sync();
    return trouble && troubleWords('the quarantine', trouble);
  }

  #makeLast(batch: readonly Restored[]): string | undefined {
    const synced = new Set<Anchor>();
    for (const { step } of batch) {
      const parent = this.#parentOf(step);
      // Gone again: its owner has been there. giveUp() keeps what is in the quarantine.
      if (parent === 'missing') continue;
      if (isTrouble(parent)) return troubleWords('a stage directory', parent);
      if (synced.has(parent)) continue;
      synced.add(parent);
      const trouble = parent.sync();
      if (trouble) return troubleWords('a stage directory', trouble);
    }
    const trouble = this.#undone.run.append(
      batch.map(({ sequence }) => ({ type: 'undone', sequence })),
    );
    return trouble && troubleWords('the journal', trouble);
  }

  #giveUp({ step, claimedAs, detail }: Restored): void {
    if (claimedAs === undefined) {
      this.#tell(step, 'restored', detail);
      return;
    }
    const { directory } = this.#undone.run;
    const parent = this.#parentOf(step);
    const now = parent === 'missing' || isTrouble(parent) ? parent : parent.lstat(leafOf(step));
    const claimed = directory.lstat(claimedAs);
    const isBack =
      now !== 'missing' &&
      !isTrouble(now) &&
      !isTrouble(claimed) &&
      sameInode(now, claimed) &&
      claimed.linkCount >= 2;
    if (!isBack) {
      this.#tell(step, 'failed', 'the name went away again; its bytes stay in the quarantine');
      return;
    }
    const trouble = directory.unlink(claimedAs);
    if (trouble === undefined) this.#tell(step, 'restored');
    else
      this.#tell(step, 'failed', troubleWords('it is back; its name in the quarantine', trouble));
  }

  #parentOf(step: PlanStep): Anchor | 'missing' | Trouble {
    return step.kind === 'directory'
      ? this.#places.area(step.components)
      : this.#places.directoryOf(step.components);
  }
}

export function leafOf({ components }: PlanStep): BytePath {
  return components.at(-1) ?? asBytes('');
}
