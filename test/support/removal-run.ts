/** Runs of removeRoot() in tests, with what another process does meanwhile. */
import { readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { asBytes } from '../../src/model/byte-path.ts';
import type { PlanStep, RootPlan } from '../../src/model/plan.ts';
import { removeRoot, type RemoveContext, type RemoveOutcome } from '../../src/steps/remove.ts';
import { nodeChanges } from '../../src/system/anchor.ts';
import { nodeFiles } from '../../src/system/files.ts';
import { FaultPort, type Call } from './fault-changes.ts';
import { filesBelow, type Forest } from './removal-spool.ts';
import { removeContext } from './remove-context.ts';

export const shared: Forest = [['sync./7001/0.', 'user/alice/1.']];
export const alone: Forest = [['sync./7001/0.']];

/** Path and outcome of each step, with its detail where there is one. */
export function told({ results }: RemoveOutcome): string[] {
  return results.map(({ step, outcome, detail }) =>
    [step.components.join('/'), outcome, ...(detail === undefined ? [] : [detail])].join(' · '),
  );
}

export function quarantined(root: string): string[] {
  return filesBelow(root, 'stagesweep.').map((path) => readFileSync(join(root, path), 'utf8'));
}

export function filesOnly(plan: RootPlan): RootPlan {
  return { ...plan, steps: plan.steps.filter((step) => step.kind === 'file') };
}

export function run(plan: RootPlan, over: Partial<RemoveContext> = {}): Promise<RemoveOutcome> {
  return removeRoot(new FaultPort(nodeChanges), plan, removeContext(1, over));
}

/** Runs with `act` done once, as by another process, before or after the first call that fits. */
export async function runWith(
  plan: RootPlan,
  fits: (call: Call, when: 'before' | 'after') => boolean,
  act: () => void,
  over: Partial<RemoveContext> = {},
): Promise<RemoveOutcome> {
  let isDone = false;
  const port = new FaultPort(nodeChanges, undefined, (call, when) => {
    if (isDone || !fits(call, when)) return;
    isDone = true;
    act();
  });
  const outcome = await removeRoot(port, plan, removeContext(1, over));
  expect(isDone).toBe(true);
  return outcome;
}

export const beforeClaim = ({ syscall, leaf }: Call, when: string): boolean =>
  syscall === 'rename' && leaf === '0.' && when === 'before';
export const afterClaim = ({ syscall, leaf }: Call, when: string): boolean =>
  syscall === 'rename' && leaf === '0.' && when === 'after';
export const beforeUnlink = ({ syscall, leaf }: Call, when: string): boolean =>
  syscall === 'unlink' && /^0-[0-9a-f]{8}$/.test(leaf) && when === 'before';

/** The kernel's file clock stands still for some milliseconds: waits, by changing a file, until it has moved on. */
export function untilLater(path: string, step: PlanStep | undefined): void {
  const probe = `${path}.probe`;
  for (let changedNs = 0n; step !== undefined && changedNs <= step.seen.changedNs;) {
    writeFileSync(probe, '');
    const stat = nodeFiles.lstat(asBytes(probe));
    changedNs = 'changedNs' in stat ? stat.changedNs : 0n;
    unlinkSync(probe);
  }
}
