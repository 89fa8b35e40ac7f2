/**
 * Which steps of a run may have been done though no line of its journal says so. A kill can come between a call and its
 * line; but a step that was never begun must not be undone: its name may be gone by another's hand.
 */
import { join, type BytePath } from '../model/byte-path.ts';
import { inodeKey } from '../model/inode.ts';
import { runIdPattern, type JournalEntry } from '../model/journal.ts';
import type { PlanStep } from '../model/plan.ts';
import type { RunRecord } from '../model/run.ts';
import { isTrouble } from '../model/trouble.ts';
import type { Anchor } from '../system/os.ts';
import { journalLeaf } from './open-run.ts';
import { journalEntries } from './read-journal.ts';

export class OpenSteps {
  readonly #record: RunRecord;
  readonly #laterSteps: () => ReadonlySet<string>;
  /** Of the intents without an outcome. */
  #first = Number.POSITIVE_INFINITY;
  #later: ReadonlySet<string> | undefined;

  /**
   * @param quarantine  the directory `stagesweep.`, with the journals of later runs
   * @param run         id of the run that `record` and `entries` are of
   */
  constructor(record: RunRecord, quarantine: Anchor, run: BytePath) {
    this.#record = record;
    this.#laterSteps = () => stepsAfter(quarantine, run);
  }

  /** Every entry of the journal, in order. */
  note(entry: JournalEntry): void {
    if (entry.type !== 'intent' || this.#record.outcomes.has(entry.sequence)) return;
    this.#first = Math.min(this.#first, entry.sequence);
  }

  /**
   * Steps are done one after another, each with its line. Of a run whose last line was synced (`end`), only the first
   * step without one can have been done: the one whose line could not be written. A run without `end` may have lost
   * lines with the power; there, what a later run found in its place had not been done.
   */
  mayBeDone(sequence: number, step: PlanStep): boolean {
    if (this.#record.end !== undefined) return sequence === this.#first;
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
function stepsAfter(quarantine: Anchor, run: BytePath): ReadonlySet<string> {
  const later: BytePath[] = [];
  quarantine.list((leaf) => {
    if (runIdPattern.test(leaf) && leaf > run) later.push(leaf);
  });
  const steps = new Set<string>();
  for (const leaf of later) {
    const directory = quarantine.openDirectory(leaf);
    if (isTrouble(directory)) continue;
    const journal = directory.openFile(journalLeaf);
    directory.close();
    if (isTrouble(journal)) continue;
    try {
      for (const entry of journalEntries(journal)) {
        if (entry.type === 'intent') steps.add(stepKey(entry.step));
      }
    } finally {
      journal.close();
    }
  }
  return steps;
}
