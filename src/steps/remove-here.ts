/** Carries out the plan of one root in this process: what the child does, and whoever runs as the owner himself. */
import type { BytePath } from '../model/byte-path.ts';
import type { RunOrder } from '../model/child-talk.ts';
import type { PlanStep, RootPlan } from '../model/plan.ts';
import { isTrouble, type Trouble } from '../model/trouble.ts';
import type { Anchor, Changes, Clock, Files, Identities } from '../system/os.ts';
import { keepsBytes } from './keeps-bytes.ts';
import type { Recheck } from './recheck-steps.ts';
import { removeRoot, type RemoveOutcome, type StepResult } from './remove.ts';

export interface RemovingSystem {
  readonly changes: Changes;
  readonly identities: Identities;
  readonly files: Pick<Files, 'lstat'>;
  readonly clock: Pick<Clock, 'nowNs' | 'breathe'>;
  readonly randomHex: () => string;
}

export async function removeHere(
  system: RemovingSystem,
  plan: RootPlan,
  order: Omit<RunOrder, keyof RootPlan>,
  recheck: (batch: readonly PlanStep[]) => Promise<Recheck>,
  onResult: (result: StepResult) => void,
): Promise<RemoveOutcome> {
  const { changes, ...tools } = system;
  const elsewhere = order.journal && openJournalDirectory(system, order.journal.directory);
  if (isTrouble(elsewhere)) {
    return stopped(
      order.run,
      plan.root,
      `the journal's directory cannot be opened (${elsewhere.errno})`,
    );
  }
  // Of the batch that is being done.
  let kept: ReadonlySet<PlanStep> = new Set();
  try {
    return await removeRoot(changes, plan, {
      ...tools,
      run: order.run,
      version: order.version,
      host: order.host,
      ...(order.touched === undefined ? {} : { touched: order.touched }),
      recheck: async (batch) => {
        const answer = await recheck(batch);
        kept = answer.kept;
        return answer.refused;
      },
      reverify: (step) => kept.has(step) && keepsBytes(system.files, step),
      ...(elsewhere === undefined || order.journal === undefined
        ? {}
        : {
            journal: {
              directory: elsewhere,
              path: order.journal.directory,
              leaf: order.journal.leaf,
            },
          }),
      onResult,
    });
  } finally {
    elsewhere?.close();
  }
}

function openJournalDirectory(
  { changes, files }: RemovingSystem,
  path: BytePath,
): Anchor | Trouble {
  const stat = files.lstat(path);
  return isTrouble(stat) ? stat : changes.openDirectory(path, stat);
}

function stopped(run: string, root: BytePath, why: string): RemoveOutcome {
  return { run, root, results: [], stopped: why, isInterrupted: false };
}
