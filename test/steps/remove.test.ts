/** safety.md 1 and 9 to 12, line by line: what may happen to a file. Each test breaks when its line is broken. */
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  symlinkSync,
  unlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { Interrupted } from '../../src/model/errors.ts';
import type { PlanStep } from '../../src/model/plan.ts';
import { removeRoot } from '../../src/steps/remove.ts';
import { nodeChanges } from '../../src/system/anchor.ts';
import {
  afterClaim,
  alone,
  filesOnly,
  quarantined,
  run,
  runWith,
  shared,
  told,
  untilLater,
} from '../support/removal-run.ts';
import {
  buildForest,
  bytesOf,
  everyKind,
  messagesOf,
  planOf,
  sha1,
  stageNames,
} from '../support/removal-spool.ts';
import { removeContext } from '../support/remove-context.ts';
import { test } from '../support/spool.ts';

test('a plan with every kind of leftover is carried out, and all bytes keep a name', async ({
  dir,
}) => {
  buildForest(dir, everyKind);
  const [messages, bytes] = [messagesOf(dir), bytesOf(dir)];
  const outcome = await removeRoot(nodeChanges, planOf(dir), removeContext());
  expect(told(outcome)).toEqual([
    'stage./7001-1214461933-0 · unlinked',
    'stage./7002-1214461933-1 · quarantined',
    `sync./7001/${sha1('two')} · unlinked`,
    `sync./7001/${sha1('one')} · unlinked`,
    'sync./7002.cache · quarantined',
    'sync./7002/0. · quarantined',
    'sync./7002/1. · quarantined',
    'sync./7002/2. · quarantined',
    'sync./7001 · directory-removed',
    'sync./7002 · directory-removed',
    'sync./7003 · directory-removed',
  ]);
  expect(outcome.stopped).toBeUndefined();
  expect(stageNames(dir)).toEqual([]);
  expect(messagesOf(dir)).toEqual(messages);
  expect(bytesOf(dir)).toEqual(bytes);
});

describe('safety.md 1: who may', () => {
  test('a process of another user than the spool changes nothing', async ({ dir }) => {
    buildForest(dir, shared);
    const outcome = await run({ ...planOf(dir), uid: 4711 });
    expect(outcome.stopped).toMatch(/belong to user 4711/);
    expect(readdirSync(dir)).not.toContain('stagesweep.');
  });
  test('a quarantine that others may write to is not used', async ({ dir }) => {
    buildForest(dir, alone);
    const plan = planOf(dir);
    mkdirSync(join(dir, 'stagesweep.'));
    chmodSync(join(dir, 'stagesweep.'), 0o777);
    expect((await run(plan)).stopped).toMatch(/may be written to by others/);
    expect(stageNames(dir)).toHaveLength(1);
  });
  test('a quarantine that is a symlink is not followed', async ({ dir }) => {
    mkdirSync(join(dir, 'spool'));
    mkdirSync(join(dir, 'elsewhere'));
    buildForest(join(dir, 'spool'), alone);
    const plan = planOf(join(dir, 'spool'));
    symlinkSync('../elsewhere', join(dir, 'spool/stagesweep.'));
    expect((await run(plan)).stopped).toMatch(/is a symlink/);
    expect(readdirSync(join(dir, 'elsewhere'))).toEqual([]);
  });
});

describe('safety.md 9: what counts as a change', () => {
  test('a file whose ctime moved since the scan stays', async ({ dir }) => {
    buildForest(dir, alone);
    const plan = planOf(dir);
    untilLater(join(dir, 'sync./7001/0.'), plan.steps[0]);
    chmodSync(join(dir, 'sync./7001/0.'), 0o640);
    expect(told(await run(filesOnly(plan)))).toEqual([
      'sync./7001/0. · refused · it changed since the scan (its ctime moved)',
    ]);
  });
  test('removing one name moves the ctime of the next, which is no change', async ({ dir }) => {
    buildForest(dir, [['sync./7001/0.', 'sync./7001/1.', 'user/alice/1.']]);
    const plan = planOf(dir);
    const outcome = await runWith(plan, afterClaim, () => {
      untilLater(join(dir, 'user/alice/1.'), plan.steps[0]);
    });
    expect(told(outcome)[1]).toBe('sync./7001/1. · unlinked');
  });
  test('what a killed run moved is no change either', async ({ dir }) => {
    buildForest(dir, [['sync./7001/0.', 'sync./7001/1.', 'user/alice/1.']]);
    const plan = planOf(dir);
    const enough = (): Promise<void> => Promise.reject(new Interrupted('enough'));
    let turns = 0;
    const breathe = (): Promise<void> => (turns++ < 2 ? Promise.resolve() : enough());
    untilLater(join(dir, 'user/alice/1.'), plan.steps[0]);
    const first = await run(plan, { clock: { nowNs: () => 0n, breathe } });
    expect(told(first)).toEqual(['sync./7001/0. · unlinked']);
    expect(first.isInterrupted).toBe(true);
    const second = await removeRoot(nodeChanges, plan, removeContext(2));
    expect(told(second)).toEqual([
      'sync./7001/0. · already-gone',
      'sync./7001/1. · unlinked',
      'sync./7001 · directory-removed',
      'sync./7003 · directory-removed',
    ]);
  });
  test('a file that was written to since the scan stays, whatever its times say', async ({
    dir,
  }) => {
    buildForest(dir, alone);
    const plan = planOf(dir);
    appendFileSync(join(dir, 'sync./7001/0.'), 'more');
    expect(told(await run(filesOnly(plan)))[0]).toMatch(/refused · it was written to/);
  });
});

describe('safety.md 10: regular files only', () => {
  test('a symlink that took the name is not followed', async ({ dir }) => {
    buildForest(dir, shared);
    const plan = planOf(dir);
    unlinkSync(join(dir, 'sync./7001/0.'));
    symlinkSync('../../user/alice/1.', join(dir, 'sync./7001/0.'));
    expect(told(await run(filesOnly(plan)))).toEqual([
      'sync./7001/0. · refused · it is of another kind now',
    ]);
    expect(existsSync(join(dir, 'user/alice/1.'))).toBe(true);
  });
});

describe('safety.md 11 and 12: unlink, or quarantine', () => {
  test.for([
    ['evidence of damage', { isEvidence: true }],
    ['no message', { grammar: 'sync-cache', components: ['sync.', '7001.cache'] }],
  ] as const)('%s is kept, whatever the plan says', async ([, over], { dir }) => {
    const leaf = 'grammar' in over ? 'sync./7001.cache' : 'sync./7001/0.';
    buildForest(dir, [[leaf, 'user/alice/1.']]);
    const plan = planOf(dir);
    const steps = plan.steps.flatMap((step): PlanStep[] =>
      step.kind === 'file' ? [{ ...step, action: 'unlink', isEvidence: 'isEvidence' in over }] : [],
    );
    expect(told(await run({ ...plan, steps }))[0]).toMatch(/ quarantined · it is/);
    expect(quarantined(dir)).toHaveLength(1);
  });
  test('a file of which not all names were found is kept', async ({ dir }) => {
    buildForest(dir, [['sync./7001/0.', 'user/alice/1.', 'user/bob/1.']]);
    const plan = planOf(dir);
    const steps = plan.steps.map((step) =>
      step.kind === 'file' ? { ...step, links: step.links.slice(0, 1) } : step,
    );
    expect(told(await run({ ...plan, steps }))[0]).toMatch(/quarantined · not all names/);
  });
  test('a file that only other leftovers share is kept', async ({ dir }) => {
    buildForest(dir, [['sync./7001/0.', 'sync./7001/1.']]);
    const plan = planOf(dir);
    const steps = plan.steps.map((step) =>
      step.kind === 'file' ? { ...step, action: 'unlink' as const } : step,
    );
    expect(told(await run({ ...plan, steps })).slice(0, 2)).toEqual([
      'sync./7001/0. · quarantined · no intact message has these bytes',
      'sync./7001/1. · quarantined · no intact message has these bytes',
    ]);
  });
  test('a message whose record does not hold any more keeps nothing', async ({ dir }) => {
    buildForest(dir, shared);
    const outcome = await run(planOf(dir), { reverify: () => false });
    expect(told(outcome)[0]).toMatch(/quarantined · no message that was intact/);
  });
});
