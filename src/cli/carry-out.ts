/** Carries out the plan root by root: as root in a process that has become the owner, else in this one. */
import { randomBytes } from 'node:crypto';
import { bytePath, type BytePath } from '../model/byte-path.ts';
import type { DoneRoot, Obstacle } from '../model/clean-report.ts';
import type { RunOrder } from '../model/child-talk.ts';
import type { Spools } from '../model/configuration.ts';
import type { Root } from '../model/partition.ts';
import type { Plan, PlanStep, RootPlan } from '../model/plan.ts';
import type { OwnerSettings } from '../steps/check-owners.ts';
import { findObstacles, preflightRequest } from '../steps/preflight.ts';
import { recheckSteps, type Recheck } from '../steps/recheck-steps.ts';
import { checkDropped, removeDropped } from '../steps/remove-dropped.ts';
import { removeHere } from '../steps/remove-here.ts';
import type { StepResult } from '../steps/remove.ts';
import { tellDeath } from '../steps/tell-death.ts';
import { touchedInodes } from '../steps/touched-inodes.ts';
import { nodeAccess } from '../system/access.ts';
import { nodeChanges } from '../system/anchor.ts';
import type { Os } from '../system/os.ts';
import { nodeIdentities } from '../system/process-identity.ts';

/** What all roots of one clean share. */
export interface Campaign {
  readonly os: Os;
  readonly spools: Spools;
  /** Of the scan. */
  readonly roots: readonly Root[];
  readonly owners: OwnerSettings;
  readonly journalDirectory: BytePath | undefined;
  readonly version: string;
  readonly host: string;
}

const script = new URL('./clean-child.js', import.meta.url);

/** Only root has rights to give up, and only a root that is not its own namespace's nobody can. */
function isRoot(): boolean {
  return process.geteuid?.() === 0;
}

/** What will not work, root by root; asked with the rights that the changes will have. */
export async function obstaclesOf(campaign: Campaign, plan: Plan): Promise<Obstacle[]> {
  const obstacles: Obstacle[] = [];
  for (const one of plan.roots) {
    const request = preflightRequest(one, campaign.journalDirectory);
    const found = isRoot()
      ? await checkDropped(script, one, request)
      : findObstacles(
          {
            files: campaign.os.files,
            access: nodeAccess,
            changes: nodeChanges,
            identities: nodeIdentities,
            uid: process.geteuid?.() ?? 0,
          },
          request,
        );
    for (const why of found) obstacles.push({ root: one.root, why });
  }
  return obstacles;
}

/** `20261124T034800Z-1f2e3d4c`: the runs of a directory sort by time, and nobody can guess the next. */
export function newRun(nowNs: bigint): string {
  const time = new Date(Number(nowNs / 1_000_000n)).toISOString();
  return `${time.slice(0, 19).replace(/[-:]/g, '')}Z-${randomHex()}`;
}

function randomHex(): string {
  return randomBytes(4).toString('hex');
}

export async function carryOut(
  campaign: Campaign,
  plan: Plan,
  run: string,
  onResult: (result: StepResult) => void,
): Promise<DoneRoot[]> {
  const done: DoneRoot[] = [];
  for (const [index, one] of plan.roots.entries()) {
    const order = {
      ...orderOf(campaign, run, index),
      touched: touchedInodes(campaign.os.files, plan.roots.slice(0, index), one),
    };
    const outcome = await carryOutRoot(campaign, one, order, onResult);
    done.push(outcome);
    if (outcome.isInterrupted) break;
  }
  return done;
}

function orderOf(
  { version, host, journalDirectory }: Campaign,
  run: string,
  index: number,
): Omit<RunOrder, keyof RootPlan> {
  return {
    run,
    version,
    host,
    ...(journalDirectory === undefined
      ? {}
      : // One directory takes the journals of all roots.
        { journal: { directory: journalDirectory, leaf: bytePath(`${run}.${index}.jsonl`) } }),
  };
}

async function carryOutRoot(
  campaign: Campaign,
  plan: RootPlan,
  order: Omit<RunOrder, keyof RootPlan>,
  onResult: (result: StepResult) => void,
): Promise<DoneRoot> {
  const { os } = campaign;
  const root = campaign.roots.find(({ path }) => path === plan.root);
  if (root === undefined) throw new Error(`no root for ${plan.root}`);
  const recheck = (batch: readonly PlanStep[], own?: number): Promise<Recheck> =>
    recheckSteps(patient(os), plan, batch, {
      owners: campaign.owners,
      root,
      roots: campaign.roots,
      spools: campaign.spools,
      ...(own === undefined ? {} : { own }),
    });
  if (isRoot()) {
    const context = { script, recheck, onResult, interrupted: os.interrupted };
    const system = { changes: nodeChanges, files: os.files };
    return tellDeath(system, plan, await removeDropped(plan, order, context), order.journal);
  }
  return removeHere(
    {
      changes: nodeChanges,
      identities: nodeIdentities,
      files: os.files,
      clock: os.clock,
      randomHex,
    },
    plan,
    order,
    (batch) => recheck(batch),
    onResult,
  );
}

/** An interrupt ends a run between two steps, and never within the answer to a question that a step waits for. */
function patient(os: Os): Os {
  const breathe = async (): Promise<void> => {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  };
  return { ...os, clock: { ...os.clock, breathe } };
}
