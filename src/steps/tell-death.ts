/** What the journal says when the process that made the changes died without a last word. */
import { bytePath, join, type BytePath } from '../model/byte-path.ts';
import type { JournalPlace } from '../model/child-talk.ts';
import type { RootPlan } from '../model/plan.ts';
import type { RunPlace } from '../model/run-talk.ts';
import { isTrouble } from '../model/trouble.ts';
import type { Changes, Files } from '../system/os.ts';
import { journalLeaf, openQuarantine, openRun, quarantineLeaf } from './open-run.ts';
import type { RemoveOutcome } from './remove.ts';

/**
 * The outcome with where the journal is and how far it goes; unchanged when the run ended by itself, or never began.
 * Nothing is repaired here: undo, and the next run, settle what was left (safety.md 24).
 */
export function tellDeath(
  { changes, files }: { readonly changes: Changes; readonly files: Pick<Files, 'lstat'> },
  plan: RootPlan,
  outcome: RemoveOutcome,
  journal?: JournalPlace,
): RemoveOutcome {
  if (outcome.stopped === undefined || outcome.journal !== undefined) return outcome;
  const quarantine = openQuarantine(changes, { root: plan.root, rootId: plan.rootId });
  if ('why' in quarantine) return outcome;
  try {
    const shelf = journal && shelfOf(files, journal);
    const run = openRun(changes, quarantine, bytePath(outcome.run), shelf);
    if ('why' in run) {
      if (run.isAbsent === true) return outcome;
      return { ...outcome, stopped: `${outcome.stopped}. Of its journal: ${run.why}` };
    }
    const { intents, outcomes } = run.record;
    run.close();
    const open = intents - outcomes.size;
    const words =
      intents === 0
        ? 'no step was begun'
        : `${outcomes.size} steps are settled, and ${open} may or may not have been done`;
    return {
      ...outcome,
      journal: journalPath(plan.root, outcome.run, journal),
      stopped: `${outcome.stopped}. Its journal says that ${words}; nothing is lost, and undo or the next clean settles it`,
    };
  } finally {
    quarantine.close();
  }
}

function shelfOf(
  files: Pick<Files, 'lstat'>,
  { directory, leaf }: JournalPlace,
): RunPlace['journal'] {
  const id = files.lstat(directory);
  return isTrouble(id) ? undefined : { directory, id, leaf };
}

function journalPath(root: BytePath, run: string, journal: JournalPlace | undefined): BytePath {
  if (journal !== undefined) return join(journal.directory, journal.leaf);
  return [quarantineLeaf, bytePath(run), journalLeaf].reduce(join, root);
}
