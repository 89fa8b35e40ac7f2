/**
 * Which steps of a run may have been done though no line of its journal says so. A kill can come between a call and its
 * line; but a step that was never begun must not be undone: its name may be gone by another's hand.
 */
import { join, type BytePath } from '../model/byte-path.ts';
import { inodeKey } from '../model/inode.ts';
import type { PlanStep } from '../model/plan.ts';
import type { RunRecord } from '../model/run.ts';
import type { RunPlace } from '../model/run-talk.ts';
import type { Anchor } from '../system/os.ts';
import { runJournals, type Shelf } from './run-journals.ts';

export class OpenSteps {
  readonly #record: RunRecord;
  readonly #laterSteps: () => ReadonlySet<string>;
  #later: ReadonlySet<string> | undefined;

  /**
   * @param quarantine  the directory `stagesweep.`, with the journals of later runs
   * @param place       of the run that `record` is of
   * @param shelf       --journal, where journals of later runs may lie too
   */
  constructor(record: RunRecord, quarantine: Anchor, place: RunPlace, shelf?: Shelf) {
    this.#record = record;
    this.#laterSteps = () => stepsAfter(quarantine, place, shelf);
  }

  /**
   * Steps are done one after another, each with its line, and `end` comes only when every line could be written: what
   * has none was not begun then. A run without `end` was killed after a step and before its line, or has lost lines with
   * the power; there, what a later run found in its place had not been done.
   */
  mayBeDone(step: PlanStep): boolean {
    if (this.#record.end !== undefined) return false;
    this.#later ??= this.#laterSteps();
    return !this.#later.has(stepKey(step));
  }
}

/** The same name of the same file. */
function stepKey({ components, seen }: PlanStep): string {
  const path = components.reduce<BytePath>(join, '' as BytePath);
  return `${inodeKey(seen)} ${seen.bornNs} ${path}`;
}

/** Ids begin with the time, so that later ones sort behind. A journal that cannot be read tells nothing. */
function stepsAfter(quarantine: Anchor, { root, run }: RunPlace, shelf?: Shelf): Set<string> {
  const steps = new Set<string>();
  for (const journal of runJournals(quarantine, root, shelf)) {
    if (journal.run <= run) continue;
    const keys = new Map<number, string>();
    for (const entry of journal.entries()) {
      if (entry.type === 'intent') keys.set(entry.sequence, stepKey(entry.step));
      // Its plan was older than the end of the first run, which had done it after all.
      else if (entry.type === 'outcome' && entry.outcome === 'already-gone') {
        keys.delete(entry.sequence);
      }
    }
    for (const key of keys.values()) steps.add(key);
  }
  return steps;
}
