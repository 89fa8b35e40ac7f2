/** The journals of all runs in a quarantine, one after another: what one run did tells another what it sees. */
import { compareBytes, type BytePath } from '../model/byte-path.ts';
import { runIdPattern, type JournalEntry } from '../model/journal.ts';
import type { FileStat } from '../model/inode.ts';
import { isTrouble } from '../model/trouble.ts';
import type { Anchor, HeldFile } from '../system/os.ts';
import { journalLeaf } from './open-run.ts';
import { journalEntries } from './read-journal.ts';

/** The directory of --journal: a run whose own directory has no journal may have it there. */
export type Shelf = Pick<Anchor, 'list' | 'openFile'>;

export interface RunJournal {
  readonly run: BytePath;
  /** As it was opened. */
  readonly stat: FileStat;
  /**
   * From the beginning, as often as is asked, until the next journal is taken.
   * @param onCut  told why it ended early
   */
  entries(onCut?: (why: string) => void): Iterable<JournalEntry>;
}

/**
 * By id, which is by time. A run without a journal is left out.
 *
 * @param quarantine  the directory `stagesweep.`
 * @param root        its root: one shelf takes the journals of many
 */
export function* runJournals(
  quarantine: Pick<Anchor, 'list' | 'openDirectory'>,
  root: BytePath,
  shelf?: Shelf,
): Generator<RunJournal> {
  const runs: BytePath[] = [];
  quarantine.list((leaf) => {
    if (runIdPattern.test(leaf)) runs.push(leaf);
  });
  const shelved: BytePath[] = [];
  if (runs.length > 0) shelf?.list((leaf) => shelved.push(leaf));
  for (const run of runs.sort(compareBytes)) {
    const file = inItsDirectory(quarantine, run) ?? onShelf(shelf, shelved, run, root);
    if (file === undefined) continue;
    try {
      yield {
        run,
        stat: file.stat(),
        *entries(onCut) {
          const end = yield* journalEntries(file);
          if ('why' in end) onCut?.(end.why);
        },
      };
    } finally {
      file.close();
    }
  }
}

function inItsDirectory(
  quarantine: Pick<Anchor, 'openDirectory'>,
  run: BytePath,
): HeldFile | undefined {
  const directory = quarantine.openDirectory(run);
  if (isTrouble(directory)) return undefined;
  const journal = directory.openFile(journalLeaf);
  directory.close();
  return isTrouble(journal) ? undefined : journal;
}

/** `<run>.<number>.jsonl`, one for each root of a clean: the header says which. */
function onShelf(
  shelf: Shelf | undefined,
  leaves: readonly BytePath[],
  run: BytePath,
  root: BytePath,
): HeldFile | undefined {
  for (const leaf of leaves) {
    if (!leaf.startsWith(`${run}.`) || !/\.\d+\.jsonl$/.test(leaf)) continue;
    const file = shelf?.openFile(leaf);
    if (file === undefined || isTrouble(file)) continue;
    const first = journalEntries(file).next();
    const header = first.done === true ? undefined : first.value;
    if (header?.type === 'run' && header.run === run && header.root === root) return file;
    file.close();
  }
  return undefined;
}
