/** The invariants of safety.md over random forests of hard links, plans, owners, orders of death and interruptions. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PlanStep, RootPlan } from '../../src/model/plan.ts';
import { removeRoot, type RemoveContext } from '../../src/steps/remove.ts';
import { nodeChanges } from '../../src/system/anchor.ts';
import { FaultPort, Killed, type When } from '../support/fault-changes.ts';
import { readRuns } from '../support/read-runs.ts';
import {
  buildForest,
  bytesOf,
  messagesOf,
  planOf,
  sha1,
  stageNames,
  type Forest,
} from '../support/removal-spool.ts';
import { removeContext } from '../support/remove-context.ts';

const names = [
  ...['sync./7001/0.', 'sync./7001/1.', `sync./7002/${sha1('a')}`, 'sync./7002/5.'],
  ...['sync./7002.cache', 'stage./7001-1214461933-0', 'stage./9-0', 'stage./10-946684800'],
  ...['user/alice/1.', 'user/alice/2.', 'user/bob/1.', 'user/damaged/1.', 'user/damaged/2.'],
];

/** Every name belongs to one of six inodes, or to none. */
const forests: fc.Arbitrary<Forest> = fc
  .array(fc.integer({ min: -1, max: 5 }), { minLength: names.length, maxLength: names.length })
  .map((owners) =>
    [0, 1, 2, 3, 4, 5]
      .map((inode) => names.filter((_, at) => owners[at] === inode))
      .filter((one) => one.length > 0),
  );

/** What is done to the plan of a step: nothing, left out, its owner lives again, or a wish to unlink come what may. */
const twists = fc.array(fc.constantFrom('none', 'none', 'none', 'omit', 'veto', 'unlink'), {
  minLength: names.length,
  maxLength: names.length,
});

const faults = fc.record({
  at: fc.integer({ min: 0, max: 200 }),
  kill: fc.constantFrom<When>('before', 'torn', 'after'),
});

function pathOf(step: PlanStep): string {
  return step.components.join('/');
}

async function runOnce(plan: RootPlan, port: FaultPort, context: RemoveContext): Promise<void> {
  try {
    await removeRoot(port, plan, context);
  } catch (error) {
    if (!(error instanceof Killed)) throw error;
  } finally {
    port.closeAll();
  }
}

test('no bytes lose their last name, no message changes, and nothing goes that was not planned', async () => {
  let removed = 0;
  await fc.assert(
    fc.asyncProperty(
      forests,
      twists,
      faults,
      fc.integer({ min: 1, max: 5 }),
      async (forest, twist, fault, batchSteps) => {
        const root = mkdtempSync(join(tmpdir(), 'stagesweep-test-'));
        try {
          buildForest(root, forest);
          const whole = planOf(root);
          const twistOf = new Map(
            whole.steps.map((step, at) => [pathOf(step), twist[at] ?? 'none']),
          );
          const is = (step: PlanStep, what: string): boolean => twistOf.get(pathOf(step)) === what;
          const steps = whole.steps
            .filter((step) => !is(step, 'omit'))
            .map((step): PlanStep =>
              step.kind === 'file' && is(step, 'unlink') ? { ...step, action: 'unlink' } : step,
            );
          const plan = { ...whole, steps };
          const [messages, bytes, before] = [messagesOf(root), bytesOf(root), stageNames(root)];
          const recheck: RemoveContext['recheck'] = (batch) =>
            Promise.resolve(
              new Map(batch.flatMap((step) => (is(step, 'veto') ? [[step, 'it lives']] : []))),
            );
          const mayGo = new Set(steps.filter((step) => !is(step, 'veto')).map(pathOf));
          const check = (): void => {
            expect(messagesOf(root)).toEqual(messages);
            expect(bytesOf(root)).toEqual(bytes);
            expect(readRuns(root).unreadable).toEqual([]);
            const left = new Set(stageNames(root));
            for (const path of before) if (!mayGo.has(path)) expect(left).toContain(path);
          };
          const over = { recheck, batchSteps };
          await runOnce(plan, new FaultPort(nodeChanges, fault), removeContext(1, over));
          check();
          await runOnce(plan, new FaultPort(nodeChanges), removeContext(2, over));
          check();
          // A tool so timid that it never removes anything counts as failed too.
          expect(stageNames(root)).toEqual(before.filter((path) => !mayGo.has(path)));
          removed += before.length - stageNames(root).length;
        } finally {
          rmSync(root, { recursive: true });
        }
      },
    ),
    { numRuns: 150 },
  );
  console.log(`random forests: ${removed} leftovers removed`);
});
