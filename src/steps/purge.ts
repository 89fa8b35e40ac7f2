/** Deletes what a run's quarantine holds, for good. The journal stays, and history tells `purged`. */
import type { RunPlace } from '../model/run-talk.ts';
import { judgePurge } from '../decide/judge-purge.ts';
import { join, type BytePath } from '../model/byte-path.ts';
import { Interrupted } from '../model/errors.ts';
import { inodeKey, sameInode, type FileStat, type InodeKey } from '../model/inode.ts';
import type { FileStep } from '../model/plan.ts';
import type { RunOutcome, RunStep } from '../model/run.ts';
import { isTrouble } from '../model/trouble.ts';
import type { Changes } from '../system/os.ts';
import { countHeld } from './count-held.ts';
import { runPath, troubleWords, type OpenRun } from './open-run.ts';
import { withRun, type RunContext, type RunLock } from './undo.ts';

export interface PurgeContext extends RunContext {
  readonly takesEvidence: boolean;
  /** Is the message of this SHA-1 in a mailbox, under another inode? */
  readonly isRedundant: (sha1: string) => boolean;
  /** Numbers of the steps that were shown as the last of their kind; what became the last since then is kept. */
  readonly shownAsLast: ReadonlySet<number> | 'any';
}

const stepsAtOnce = 1000;

export function purgeRun(
  changes: Changes,
  place: RunPlace,
  context: PurgeContext,
): Promise<RunOutcome> {
  return withRun(changes, place, context, (run, _, lock) => purgeAll(run, place, lock, context));
}

interface Doomed {
  readonly sequence: number;
  readonly leaf: BytePath;
  readonly stat: FileStat;
  readonly told: Omit<RunStep, 'outcome'>;
}

async function purgeAll(
  run: OpenRun,
  place: RunPlace,
  lock: RunLock,
  context: PurgeContext,
): Promise<RunOutcome> {
  const steps: RunStep[] = [];
  const refusals: string[] = [];
  const tell = (step: RunStep): void => {
    steps.push(step);
    context.onStep?.(step);
  };
  const cut = (why: string): void => {
    refusals.push(`not every step was looked at: ${why}`);
  };
  const { doomed, strangers } = judgeFiles(run, place, context, { tell, cut });
  for (const leaf of strangers) {
    refusals.push(`${leaf}: lies in the quarantine, and the journal does not know it`);
  }
  const gone = new Map<InodeKey, number>();
  let isInterrupted = false;
  try {
    const size = context.batchSteps ?? stepsAtOnce;
    for (let start = 0; context.apply && start < doomed.length; start += size) {
      await context.clock.breathe();
      const why = purgeBatch(run, lock, doomed.slice(start, start + size), gone, tell);
      if (why === undefined) continue;
      refusals.push(`nothing more was deleted: ${why}`);
      break;
    }
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    isInterrupted = true;
  }
  const heldFiles = countHeld(run.directory).files;
  return { run: place.run, root: place.root, steps, refusals, heldFiles, isInterrupted };
}

/** Tells what is kept, and without --apply what would go. */
function judgeFiles(
  run: OpenRun,
  place: RunPlace,
  context: PurgeContext,
  { tell, cut }: { readonly tell: (step: RunStep) => void; readonly cut: (why: string) => void },
): { readonly doomed: readonly Doomed[]; readonly strangers: readonly BytePath[] } {
  const files = new Map<number, { readonly leaf: BytePath; readonly stat: FileStat }>();
  const strangers: BytePath[] = [];
  const held = countHeld(run.directory, (leaf, sequence, stat) => {
    if (files.has(sequence)) strangers.push(leaf);
    else files.set(sequence, { leaf, stat });
  });
  const heldNames = new Map<InodeKey, number>();
  for (const { stat } of files.values()) {
    heldNames.set(inodeKey(stat), (heldNames.get(inodeKey(stat)) ?? 0) + 1);
  }
  const doomed: Doomed[] = [];
  const judge = (sequence: number, leaf: BytePath, stat: FileStat, step?: FileStep): void => {
    const outcome = run.record.outcomes.get(sequence);
    const judged = judgePurge({
      ...(step === undefined ? {} : { step }),
      ...(outcome === undefined ? {} : { outcome }),
      claimed: stat,
      heldNames: heldNames.get(inodeKey(stat)) ?? 1,
      runUid: run.uid,
      takesEvidence: context.takesEvidence,
      isRedundant: step?.sha1 !== undefined && context.isRedundant(step.sha1),
    });
    const told = {
      path: join(runPath(place), leaf),
      ...(step === undefined
        ? {}
        : { stagePath: step.components.reduce<BytePath>(join, place.root) }),
      sequence,
      action: 'purge' as const,
      sizeBytes: stat.sizeBytes,
    };
    if (judged.kind === 'keep') {
      tell({ ...told, outcome: 'kept', detail: judged.why });
      return;
    }
    const { isLast } = judged;
    const isShown = context.shownAsLast === 'any' || context.shownAsLast.has(sequence);
    if (!context.apply) tell({ ...told, isLast, outcome: 'would-purge' });
    else if (isLast && !isShown) {
      const detail = 'it has become the last of its kind since it was shown';
      tell({ ...told, isLast, outcome: 'kept', detail });
    } else doomed.push({ sequence, leaf, stat, told: { ...told, isLast } });
  };
  for (const entry of run.entries(cut)) {
    if (entry.type !== 'intent' || entry.step.kind !== 'file') continue;
    const file = files.get(entry.sequence);
    if (file === undefined || file.leaf !== entry.claimedAs) continue;
    files.delete(entry.sequence);
    judge(entry.sequence, file.leaf, file.stat, entry.step);
  }
  for (const [sequence, { leaf, stat }] of files) judge(sequence, leaf, stat);
  return { doomed, strangers: [...held.strangers, ...strangers] };
}

/**
 * Journalled before it is done: a kill in between leaves files that the next purge finds, while the other order would
 * leave an undo that looks for them.
 */
function purgeBatch(
  run: OpenRun,
  lock: RunLock,
  batch: readonly Doomed[],
  gone: Map<InodeKey, number>,
  tell: (step: RunStep) => void,
): string | undefined {
  const lost = lock.whyLost();
  if (lost !== undefined) return lost;
  const written = run.append(batch.map(({ sequence }) => ({ type: 'purged', sequence })));
  if (written) return troubleWords('the journal', written);
  for (const { leaf, stat, told } of batch) {
    const now = run.directory.lstat(leaf);
    const isSame = !isTrouble(now) && sameInode(now, stat);
    // Of a pair of names the other went meanwhile: then this one was not shown as the last.
    // What we deleted ourselves is no surprise.
    const ours = gone.get(inodeKey(stat)) ?? 0;
    const isAsShown = isSame && (now.linkCount + ours === stat.linkCount || now.linkCount > 1);
    if (!isAsShown) {
      tell({ ...told, outcome: 'kept', detail: 'it has changed since it was looked at' });
      continue;
    }
    const trouble = run.directory.unlink(leaf);
    if (trouble) tell({ ...told, outcome: 'failed', detail: troubleWords('it', trouble) });
    else {
      gone.set(inodeKey(stat), ours + 1);
      tell({ ...told, outcome: 'purged' });
    }
  }
  const synced = run.directory.sync();
  return synced && troubleWords('the quarantine', synced);
}
