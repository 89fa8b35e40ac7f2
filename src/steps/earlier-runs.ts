/**
 * The ctime by which the age of a stage file is counted (safety.md 9). A run that was killed or interrupted has moved the
 * ctimes of what it left, and its journal has those from before: else the next run would call all of it too young.
 */
import type { BytePath } from '../model/byte-path.ts';
import { inodeKey, type FileStat, type InodeKey } from '../model/inode.ts';
import type { Root } from '../model/partition.ts';
import type { PlanStep } from '../model/plan.ts';
import { isTrouble } from '../model/trouble.ts';
import type { Anchor, Changes, Files } from '../system/os.ts';
import { openQuarantine } from './open-run.ts';
import { runJournals, type RunJournal } from './run-journals.ts';
import { isUnfinished } from './unfinished-runs.ts';

/** A step may have ended after the last line of a run that was killed; none takes longer. */
const stepNs = 60_000_000_000n;

/** When a run worked, by the clock that makes ctimes. */
interface Span {
  readonly fromNs: bigint;
  readonly untilNs: bigint;
}

interface Unfinished extends Span {
  readonly root: Root;
  readonly run: BytePath;
}

/** What one run saw of an inode before it changed anything. */
interface Sighting extends Span {
  readonly changedNs: bigint;
  /** Absent of a directory that is known only from the files in it. */
  readonly seen?: FileStat;
}

export class EarlierRuns {
  readonly #changes: Changes;
  readonly #files: Pick<Files, 'lstat'>;
  readonly #shelf: BytePath | undefined;
  /** By inode, in the order of the runs. */
  readonly #sightings = new Map<InodeKey, Sighting[]>();

  /** @param shelf  --journal */
  constructor(changes: Changes, files: Pick<Files, 'lstat'>, shelf?: BytePath) {
    this.#changes = changes;
    this.#files = files;
    this.#shelf = shelf;
  }

  /** @param listed  what a scan found in the areas of `roots`; only of these anything is remembered */
  look(roots: readonly Root[], listed: () => Iterable<FileStat>): void {
    const unfinished: Unfinished[] = [];
    this.#everyJournal(roots, (root, journal) => {
      if (isUnfinished(journal)) unfinished.push({ root, run: journal.run, ...spanOf(journal) });
    });
    if (unfinished.length === 0) return;
    const wanted = new Set<InodeKey>();
    for (const stat of listed()) {
      if (unfinished.some((span) => isWithin(stat.changedNs, span))) wanted.add(inodeKey(stat));
    }
    this.#everyJournal(roots, (root, journal) => {
      const span = unfinished.find((one) => one.root === root && one.run === journal.run);
      if (span !== undefined) this.#remember(journal, span, wanted);
    });
  }

  /** Its ctime, or that from before the runs that moved it. */
  readonly ctimeOf = (stat: FileStat): bigint => {
    let ctime = stat.changedNs;
    for (const sighting of (this.#sightings.get(inodeKey(stat)) ?? []).toReversed()) {
      const isSame = sighting.seen === undefined || isUnwritten(sighting.seen, stat);
      if (isSame && isWithin(ctime, sighting) && sighting.changedNs < ctime) {
        ctime = sighting.changedNs;
      }
    }
    return ctime;
  };

  #everyJournal(roots: readonly Root[], look: (root: Root, journal: RunJournal) => void): void {
    const shelf = this.#openShelf();
    for (const root of roots) {
      const quarantine = openQuarantine(this.#changes, { root: root.path, rootId: root });
      if ('why' in quarantine) continue;
      for (const journal of runJournals(quarantine.anchor, root.path, shelf)) look(root, journal);
      quarantine.close();
    }
    shelf?.close();
  }

  #openShelf(): Anchor | undefined {
    if (this.#shelf === undefined) return undefined;
    const stat = this.#files.lstat(this.#shelf);
    const shelf = isTrouble(stat) ? stat : this.#changes.openDirectory(this.#shelf, stat);
    // That it cannot be opened is told before the first step: steps/preflight.ts.
    return isTrouble(shelf) ? undefined : shelf;
  }

  #remember(journal: RunJournal, span: Span, wanted: ReadonlySet<InodeKey>): void {
    const emptied = new Map<InodeKey, bigint>();
    const exact = new Set<InodeKey>();
    for (const entry of journal.entries()) {
      if (entry.type !== 'intent') continue;
      const { step } = entry;
      const key = inodeKey(step.seen);
      if (wanted.has(key)) {
        exact.add(key);
        this.#add(key, { ...timesOf(span), changedNs: step.seen.changedNs, seen: step.seen });
      }
      const above = directoryOf(step);
      if (above === undefined || !wanted.has(above)) continue;
      const youngest = emptied.get(above);
      if (youngest === undefined || youngest < step.seen.changedNs) {
        emptied.set(above, step.seen.changedNs);
      }
    }
    // Killed before the step of the directory was journalled: it is as old as what came into it last.
    for (const [key, changedNs] of emptied) {
      if (!exact.has(key)) this.#add(key, { ...timesOf(span), changedNs });
    }
  }

  #add(key: InodeKey, sighting: Sighting): void {
    const list = this.#sightings.get(key);
    if (list === undefined) this.#sightings.set(key, [sighting]);
    else list.push(sighting);
  }
}

function directoryOf(step: PlanStep): InodeKey | undefined {
  return step.kind === 'file' ? inodeKey(step.directory) : undefined;
}

/** From its journal's making to its last line; undo may have written later ones. */
function spanOf({ stat }: RunJournal): Span {
  return { fromNs: stat.bornNs, untilNs: stat.modifiedNs + stepNs };
}

function timesOf({ fromNs, untilNs }: Span): Span {
  return { fromNs, untilNs };
}

function isWithin(ctime: bigint, { fromNs, untilNs }: Span): boolean {
  return ctime >= fromNs && ctime <= untilNs;
}

/** The same file, and of a regular one the same bytes: what our work moves is only the ctime. */
function isUnwritten(seen: FileStat, now: FileStat): boolean {
  if (seen.kind !== now.kind || seen.bornNs !== now.bornNs) return false;
  if (seen.kind !== 'file') return true;
  return seen.sizeBytes === now.sizeBytes && seen.modifiedNs === now.modifiedNs;
}
