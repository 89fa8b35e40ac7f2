/**
 * A batch of steps, looked at again just before it is carried out: owners, open files, and the messages that an
 * unlink rests on (safety.md 5, 8, 11). Between the scan and now a person may have thought about it for an hour.
 *
 * It reads what only root may read and changes nothing, so it stays with the process that has root's rights.
 */
import { join, leafOf, parentOf, type BytePath } from '../model/byte-path.ts';
import type { Spools } from '../model/configuration.ts';
import { sameInode, type FileStat } from '../model/inode.ts';
import type { Link } from '../model/link.ts';
import type { Root } from '../model/partition.ts';
import type { DirectoryStep, FileStep, PlannedLink, PlanStep, RootPlan } from '../model/plan.ts';
import type { StageDirectory, StageFile } from '../model/stage.ts';
import { isTrouble } from '../model/trouble.ts';
import type { Reason } from '../model/verdict.ts';
import type { Os } from '../system/os.ts';
import { checkOwners, type OwnerSettings } from './check-owners.ts';
import { judgeLinks, type Trial } from './judge-links.ts';
import { MailboxReader } from './mailbox-reader.ts';

export interface RecheckContext {
  /** Ages are counted to the instant of the scan: our own first steps move the ctimes of what follows. */
  readonly owners: OwnerSettings;
  readonly root: Root;
  readonly roots: readonly Root[];
  readonly spools: Spools;
  /** The process that removes, which has the owner's uid and must not veto itself. */
  readonly own?: number;
}

export interface Recheck {
  /** Why a step must not be done, in words. */
  readonly refused: ReadonlyMap<PlanStep, string>;
  /** Of the steps that unlink, those whose bytes a message keeps that is intact now. */
  readonly kept: ReadonlySet<PlanStep>;
}

export async function recheckSteps(
  os: Os,
  plan: RootPlan,
  batch: readonly PlanStep[],
  context: RecheckContext,
): Promise<Recheck> {
  const refused = new Map<PlanStep, string>();
  const steps = batch.filter((step) => step.kind === 'file');
  const files = steps.map((step) => stageFileOf(step, plan, context.root));
  const checked = checkOwners(
    { files: os.files, processes: withoutOwn(os, context.own) },
    files,
    [context.root],
    context.owners,
  );
  steps.forEach((step, index) => {
    const judgement = checked.judgements[index];
    if (judgement?.verdict === 'orphan') return;
    const reasons = judgement?.reasons.map((reason) => words[reason] ?? reason) ?? [];
    refused.set(step, `it is ${judgement?.verdict ?? 'not judged'} now: ${reasons.join(', ')}`);
  });
  const ctimeOf = context.owners.ctimeOf ?? (({ changedNs }: FileStat): bigint => changedNs);
  for (const step of batch) {
    if (step.kind !== 'directory') continue;
    const directory = pidDirectoryOf(step, plan, context.root);
    const owner = checked.ownerOfDirectory(directory, ctimeOf(step.seen));
    const isGone = owner.state === 'dead' || owner.state === 'reused';
    if (!isGone) refused.set(step, `its owner is not known to be gone: ${owner.evidence}`);
  }
  return { refused, kept: await keptSteps(os, steps, context) };
}

const words: Partial<Record<Reason, string>> = {
  'owner-alive': 'its owner is running',
  'owner-unknown': 'its owner could not be judged',
  'open-in-process': 'a process has it open',
  'process-not-inspectable': 'a process that may have it open could not be inspected',
  'changed-recently': 'it changed too recently',
};

function withoutOwn({ processes }: Os, own: number | undefined): Os['processes'] {
  if (own === undefined) return processes;
  return {
    ...processes,
    openFiles(proc, wanted) {
      const open = processes.openFiles(proc, wanted);
      return {
        holders: new Map(
          [...open.holders].map(([key, list]) => [key, list.filter(({ pid }) => pid !== own)]),
        ),
        uninspectable: open.uninspectable.filter(({ pid }) => pid !== own),
      };
    },
  };
}

function stageFileOf(step: FileStep, plan: RootPlan, root: Root): StageFile {
  const path = pathOf(plan, step);
  return {
    directory: { ...directoryAt(parentOf(path), plan, root, step), ...step.directory },
    leaf: leafOf(path),
    grammar: step.grammar,
    ownerPid: step.ownerPid,
    stat: step.seen,
  };
}

function pidDirectoryOf(step: DirectoryStep, plan: RootPlan, root: Root): StageDirectory {
  return directoryAt(pathOf(plan, step), plan, root, step);
}

function directoryAt(path: BytePath, plan: RootPlan, root: Root, step: PlanStep): StageDirectory {
  const isPid = step.components[0] === 'sync.' && path !== join(plan.root, 'sync.');
  return {
    path,
    dev: step.seen.dev,
    ino: step.seen.ino,
    area: step.components[0] === 'stage.' ? 'stage' : 'sync',
    partition: plan.partition,
    rootKind: root.kind,
    root: plan.root,
    ...(isPid ? { pid: step.ownerPid } : {}),
  };
}

export function pathOf(plan: RootPlan, step: PlanStep): BytePath {
  return step.components.reduce<BytePath>((path, leaf) => join(path, leaf), plan.root);
}

/** The indexes are read anew: a message may have been expunged since the scan. */
async function keptSteps(
  os: Os,
  steps: readonly FileStep[],
  { roots, spools }: RecheckContext,
): Promise<ReadonlySet<PlanStep>> {
  const unlinks = steps.filter((step) => step.action === 'unlink');
  const trials = unlinks.map((step): Trial => ({
    stat: step.seen,
    isOverwritten: false,
    links: step.links.flatMap((link) => linkNow(os, step, link)),
    ...(step.sha1 === undefined ? {} : { sha1: step.sha1 }),
  }));
  const reader = new MailboxReader(os.files, roots, spools.partitions);
  const judged = trials.length === 0 ? undefined : await judgeLinks(os, reader, trials);
  return new Set(
    unlinks.filter((_, index) => {
      const links = judged?.links[index] ?? [];
      return (
        !links.some((link) => link.status === 'damaged') &&
        links.some((link) => link.status === 'intact' && link.isLeaving !== true)
      );
    }),
  );
}

/** A name that still leads to the planned inode; another one keeps nothing. */
function linkNow(os: Os, step: FileStep, link: PlannedLink): Link[] {
  if (link.kind !== 'mailbox' && link.kind !== 'archive') return [];
  const stat = os.files.lstat(link.path);
  const directory = os.files.lstat(parentOf(link.path));
  if (isTrouble(stat) || isTrouble(directory) || !sameInode(stat, step.seen)) return [];
  return [
    {
      directory: { path: parentOf(link.path), dev: directory.dev, ino: directory.ino },
      leaf: leafOf(link.path),
      kind: link.kind,
      ...(link.mailbox === undefined ? {} : { mailbox: link.mailbox }),
      ...(link.messageUid === undefined ? {} : { messageUid: link.messageUid }),
      codes: [],
    },
  ];
}
