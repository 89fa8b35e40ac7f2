/**
 * What a run needs before its first step: the root, `stagesweep.`, the lock, a directory of its own and the journal
 * (safety.md 14, 16, 17). Whatever is missing means that nothing is changed.
 */
import { join, type BytePath } from '../model/byte-path.ts';
import type { FileStat } from '../model/inode.ts';
import { runIdPattern, type JournalEntry } from '../model/journal.ts';
import type { RootPlan } from '../model/plan.ts';
import type { ProcessIdentity } from '../model/process.ts';
import { isTrouble, type Trouble } from '../model/trouble.ts';
import type { Anchor, Changes } from '../system/os.ts';
import { Journal } from './journal.ts';
import { lockRoot, type RootLock } from './lock-root.ts';
import { elsewhereLeaf, journalLeaf, quarantineLeaf } from './open-run.ts';
import type { RemoveContext } from './remove.ts';
import { troubleWords } from './step-end.ts';
import { tidyQuarantine } from './tidy-quarantine.ts';

export interface Workplace {
  readonly root: Anchor;
  /** `stagesweep.` */
  readonly quarantine: Anchor;
  readonly lock: RootLock;
  /** The run's own directory in it. */
  readonly run: Anchor;
  readonly journal: Journal;
  readonly journalPath: BytePath;
  /** Gives the lock back. */
  close(): void;
}

/** Nothing was changed, and why. */
export interface NoWorkplace {
  readonly why: string;
}

export function openWorkplace(
  changes: Changes,
  plan: RootPlan,
  context: RemoveContext,
): Workplace | NoWorkplace {
  const self = context.identities.self();
  const refusal = whyRefused(plan, context, self);
  if (refusal !== undefined) return { why: refusal };
  const opened: (() => void)[] = [];
  const close = (): void => {
    for (const one of opened.splice(0).reverse()) one();
  };
  const fail = (why: string): NoWorkplace => {
    close();
    return { why };
  };
  const root = changes.openDirectory(plan.root, plan.rootId);
  if (isTrouble(root)) return fail(rootWords(root));
  opened.push(() => {
    root.close();
  });
  const quarantine = openQuarantine(root, plan.uid);
  if ('why' in quarantine) return fail(quarantine.why);
  opened.push(() => {
    quarantine.close();
  });
  const lock = lockRoot(quarantine, context.run, context.identities, self, context.randomHex);
  if (isTrouble(lock)) return fail(`it cannot be locked: ${troubleWords(lock)}`);
  if ('heldBy' in lock) return fail(`it is locked by ${lock.heldBy}`);
  opened.push(() => {
    lock.release();
  });
  tidyQuarantine(quarantine, context.identities, self);
  const run = makeRun(quarantine, context.run as BytePath, plan.uid);
  if ('why' in run) return fail(run.why);
  opened.push(() => {
    run.close();
  });
  const home = context.journal ?? {
    directory: run,
    path: join(join(plan.root, quarantineLeaf), context.run),
    leaf: journalLeaf,
  };
  const journal = Journal.create(home.directory, home.leaf, headerOf(plan, context, self));
  if (isTrouble(journal)) {
    // A run that never began shall not stand in the history; this fails, rightly, for one that holds anything.
    quarantine.removeDirectory(context.run as BytePath);
    return fail(`the journal cannot be written: ${troubleWords(journal)}`);
  }
  opened.push(() => {
    journal.close();
  });
  const unmarked = context.journal && markElsewhere(run);
  if (unmarked) return fail(`the run's directory cannot be written: ${troubleWords(unmarked)}`);
  const journalPath = home.path === undefined ? home.leaf : join(home.path, home.leaf);
  return { root, quarantine, lock, run, journal, journalPath, close };
}

function whyRefused(
  plan: RootPlan,
  context: RemoveContext,
  self: ProcessIdentity,
): string | undefined {
  if (!runIdPattern.test(context.run)) return `${context.run} is no run id`;
  if (plan.root === '/') return 'the root of the whole filesystem is no spool';
  // What root does in a directory of another user, that user can turn against anybody (safety.md 1).
  if (self.uid !== plan.uid) {
    return `its stage files belong to user ${plan.uid}, and this process is user ${self.uid}`;
  }
  const { maxDelete } = context;
  if (maxDelete !== undefined && plan.steps.length > maxDelete) {
    return `the plan has ${plan.steps.length} steps, more than --max-delete ${maxDelete}`;
  }
  return undefined;
}

function rootWords(trouble: Trouble): string {
  if (trouble.path.startsWith('/proc/')) {
    return `/proc/self/fd cannot be used (${trouble.errno}), and without it no path is safe`;
  }
  if (trouble.errno === 'ESTALE') return 'another directory has its place since the scan (ESTALE)';
  return `it cannot be opened: ${troubleWords(trouble)}`;
}

function openQuarantine(root: Anchor, uid: number): Anchor | NoWorkplace {
  const made = root.makeDirectory(quarantineLeaf, 0o700);
  if (made && made.errno !== 'EEXIST') return { why: `no quarantine: ${troubleWords(made)}` };
  const quarantine = openOwn(root, quarantineLeaf, uid);
  if ('why' in quarantine || made) return quarantine;
  // A journal is worth nothing in a directory that a power cut takes away.
  const trouble = root.sync();
  if (trouble === undefined) return quarantine;
  quarantine.close();
  return { why: `no quarantine: ${troubleWords(trouble)}` };
}

/** Never one that is there: what lies in it would pass for ours. */
function makeRun(quarantine: Anchor, leaf: BytePath, uid: number): Anchor | NoWorkplace {
  const made = quarantine.makeDirectory(leaf, 0o700);
  if (made) return { why: `no directory for the run: ${troubleWords(made)}` };
  const run = openOwn(quarantine, leaf, uid);
  if ('why' in run) return run;
  const trouble = quarantine.sync();
  if (trouble === undefined) return run;
  run.close();
  return { why: `no directory for the run: ${troubleWords(trouble)}` };
}

/** After the journal was made: a directory with neither is one of a run that never began. */
function markElsewhere(run: Anchor): Trouble | undefined {
  const mark = run.createFile(elsewhereLeaf, 0o600);
  if (isTrouble(mark)) return mark;
  mark.close();
  return run.sync();
}

/** A directory on the root's filesystem that only the owner of the spool can write to. */
function openOwn(parent: Anchor, leaf: BytePath, uid: number): Anchor | NoWorkplace {
  const seen = parent.lstat(leaf);
  if (isTrouble(seen)) return { why: troubleWords(seen) };
  const why = whyNotOwn(leaf, seen, { uid, dev: parent.id.dev });
  if (why !== undefined) return { why };
  const opened = parent.openDirectory(leaf, seen);
  return isTrouble(opened) ? { why: troubleWords(opened) } : opened;
}

/** @returns why a run would not work in it, in words */
export function whyNotOwn(
  leaf: BytePath,
  seen: FileStat,
  { uid, dev }: { readonly uid: number; readonly dev: bigint },
): string | undefined {
  if (seen.kind !== 'directory') return `${leaf} is a ${seen.kind}, no directory`;
  if (seen.uid !== uid) return `${leaf} belongs to user ${seen.uid}, not ${uid}`;
  if ((seen.mode & 0o022) !== 0) return `${leaf} may be written to by others`;
  return seen.dev === dev ? undefined : `${leaf} is on another filesystem`;
}

function headerOf(
  plan: RootPlan,
  { run, version, host, clock }: RemoveContext,
  { uid, pid, bootId }: ProcessIdentity,
): Extract<JournalEntry, { type: 'run' }> {
  const { root, partition } = plan;
  return {
    type: 'run',
    run,
    version,
    host,
    root,
    partition,
    startedNs: clock.nowNs(),
    uid,
    pid,
    bootId,
  };
}
