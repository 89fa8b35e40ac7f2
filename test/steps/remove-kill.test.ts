/** safety.md 24: kill -9 anywhere leaves a state that the next run settles, and loses nothing meanwhile. */
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { RootPlan } from '../../src/model/plan.ts';
import { removeRoot } from '../../src/steps/remove.ts';
import { nodeChanges } from '../../src/system/anchor.ts';
import { FaultPort, Killed, type Fault, type When } from '../support/fault-changes.ts';
import { readRuns } from '../support/read-runs.ts';
import {
  buildForest,
  bytesOf,
  everyKind,
  messagesOf,
  planOf,
  stageNames,
} from '../support/removal-spool.ts';
import { removeContext } from '../support/remove-context.ts';
import { test } from '../support/spool.ts';

/** Small, so that kills come between batches and inside of them. */
const batchSteps = 3;

/** @returns the number of calls that were made until the fault */
async function runUntil(plan: RootPlan, fault?: Fault): Promise<FaultPort> {
  const port = new FaultPort(nodeChanges, fault);
  try {
    await removeRoot(port, plan, removeContext(1, { batchSteps }));
  } catch (error) {
    if (!(error instanceof Killed)) throw error;
  } finally {
    port.closeAll();
  }
  return port;
}

async function killedAt(root: string, fault: Fault): Promise<FaultPort> {
  mkdirSync(root);
  buildForest(root, everyKind);
  const plan = planOf(root);
  const [messages, bytes] = [messagesOf(root), bytesOf(root)];
  const where = `${fault.kill ?? ''} call ${fault.at ?? -1}`;
  const port = await runUntil(plan, fault);
  expect(messagesOf(root), where).toEqual(messages);
  expect(bytesOf(root), where).toEqual(bytes);
  expect(readRuns(root).unreadable, where).toEqual([]);

  const again = await removeRoot(
    new FaultPort(nodeChanges),
    plan,
    removeContext(2, { batchSteps }),
  );
  expect(again.stopped, where).toBeUndefined();
  const refused = again.results.filter(
    ({ outcome }) => !/unlinked|quarantined|already-gone|directory-removed/.test(outcome),
  );
  expect(refused, where).toEqual([]);
  expect(stageNames(root), where).toEqual([]);
  expect(readdirSync(join(root, 'sync.')), where).toEqual([]);
  expect(readdirSync(join(root, 'stagesweep.')), where).not.toContain('lock');
  expect(messagesOf(root), where).toEqual(messages);
  expect(bytesOf(root), where).toEqual(bytes);
  rmSync(root, { recursive: true });
  return port;
}

test.for<When>(['before', 'torn', 'after'])(
  'a run killed %s any of its calls loses nothing, and a second run does the rest',
  async (kill, { dir }) => {
    let points = 0;
    for (let at = 0; ; at++) {
      const port = await killedAt(join(dir, `spool-${at}`), { at, kill });
      if (!port.wasReached) break;
      points += 1;
    }
    console.log(`kill points (${kill} the call): ${points}`);
    expect(points).toBeGreaterThan(100);
  },
);
