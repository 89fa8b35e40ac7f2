/** What the journal says when the process that made the changes died without a last word. */
import { bytePath, join } from '../model/byte-path.ts';
import type { RootPlan } from '../model/plan.ts';
import type { Changes } from '../system/os.ts';
import { journalLeaf, openQuarantine, openRun, quarantineLeaf } from './open-run.ts';
import type { RemoveOutcome } from './remove.ts';

/**
 * The outcome with where the journal is and how far it goes; unchanged when the run ended by itself, or never began.
 * Nothing is repaired here: undo, and the next run, settle what was left (safety.md 24).
 */
export function tellDeath(changes: Changes, plan: RootPlan, outcome: RemoveOutcome): RemoveOutcome {
  if (outcome.stopped === undefined || outcome.journal !== undefined) return outcome;
  const quarantine = openQuarantine(changes, { root: plan.root, rootId: plan.rootId });
  if ('why' in quarantine) return outcome;
  try {
    const run = openRun(changes, quarantine, bytePath(outcome.run));
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
      journal: [quarantineLeaf, bytePath(outcome.run), journalLeaf].reduce(
        (path, leaf) => join(path, leaf),
        plan.root,
      ),
      stopped: `${outcome.stopped}. Its journal says that ${words}; nothing is lost, and undo or the next clean settles it`,
    };
  } finally {
    quarantine.close();
  }
}
