/** safety.md 14 to 17 and 22 to 24, line by line: what holds for a whole run. Each test breaks when its line is broken. */
import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  renameSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { asBytes } from '../../src/model/byte-path.ts';
import { Interrupted } from '../../src/model/errors.ts';
import { removeRoot, type RemoveOutcome } from '../../src/steps/remove.ts';
import { nodeChanges } from '../../src/system/anchor.ts';
import { nodeFiles } from '../../src/system/files.ts';
import { FaultPort } from '../support/fault-changes.ts';
import { readRuns } from '../support/read-runs.ts';
import {
  alone,
  filesOnly,
  run,
  runWith,
  shared,
  told,
  untilLater,
} from '../support/removal-run.ts';
import {
  buildForest,
  everyKind,
  filesBelow,
  planOf,
  stageNames,
} from '../support/removal-spool.ts';
import { identitiesOf, removeContext } from '../support/remove-context.ts';
import { test } from '../support/spool.ts';

describe('safety.md 14: one run per root', () => {
  test('a second run learns who has the lock, and changes nothing', async ({ dir }) => {
    buildForest(dir, everyKind);
    const plan = planOf(dir);
    let second: RemoveOutcome | undefined;
    await run(plan, {
      recheck: async () => {
        second = await removeRoot(
          nodeChanges,
          plan,
          removeContext(2, {
            identities: { ...identitiesOf(2), startOf: () => 1_000_001_000n },
          }),
        );
        return new Map();
      },
    });
    expect(second?.stopped).toMatch(/locked by run 20261124T000000Z-00000001 of process 1000001/);
    expect(second?.results).toEqual([]);
  });
  test('a run that lost its lock stops before its next batch', async ({ dir }) => {
    buildForest(dir, everyKind);
    let batches = 0;
    const outcome = await run(planOf(dir), {
      batchSteps: 2,
      recheck: () => {
        if (++batches === 2) unlinkSync(join(dir, 'stagesweep./lock'));
        return Promise.resolve(new Map());
      },
    });
    expect(outcome.results).toHaveLength(2);
    expect(outcome.stopped).toMatch(/lock/);
  });
});

describe('safety.md 16: anchors', () => {
  test('another directory in the place of the root is refused', async ({ dir }) => {
    mkdirSync(join(dir, 'spool'));
    buildForest(join(dir, 'spool'), alone);
    const plan = planOf(join(dir, 'spool'));
    renameSync(join(dir, 'spool'), join(dir, 'moved'));
    mkdirSync(join(dir, 'spool'));
    expect((await run(plan)).stopped).toMatch(/another directory has its place/);
    expect(readdirSync(join(dir, 'spool'))).toEqual([]);
  });
  test('a pid directory that was swapped for a symlink is not entered', async ({ dir }) => {
    buildForest(dir, shared);
    const plan = planOf(dir);
    renameSync(join(dir, 'sync./7001'), join(dir, 'away'));
    symlinkSync('../away', join(dir, 'sync./7001'));
    expect(told(await run(filesOnly(plan)))).toEqual([
      'sync./7001/0. · refused · its directory is of another kind now',
    ]);
    expect(existsSync(join(dir, 'away/0.'))).toBe(true);
  });
  test('a pid directory that was replaced by another is not worked in', async ({ dir }) => {
    buildForest(dir, shared);
    const plan = planOf(dir);
    renameSync(join(dir, 'sync./7001'), join(dir, 'away'));
    mkdirSync(join(dir, 'sync./7001'));
    linkSync(join(dir, 'away/0.'), join(dir, 'sync./7001/0.'));
    expect(told(await run(filesOnly(plan)))[0]).toMatch(/refused · its directory is another one/);
  });
});

describe('safety.md 17: the journal', () => {
  test('a journal that cannot be written means that nothing is removed', async ({ dir }) => {
    buildForest(dir, everyKind);
    const plan = planOf(dir);
    const names = stageNames(dir);
    for (const first of ['creat', 'write', 'fsync'] as const) {
      const port = new FaultPort(nodeChanges, { first, errno: 'ENOSPC' });
      expect((await removeRoot(port, plan, removeContext())).stopped).toMatch(/ENOSPC/);
    }
    // The lock and the header are written before: this is the first batch of intents.
    const port = new FaultPort(nodeChanges, { first: 'write', skip: 2, errno: 'ENOSPC' });
    expect((await removeRoot(port, plan, removeContext(2))).stopped).toMatch(/journal.*ENOSPC/);
    expect(stageNames(dir)).toEqual(names);
    expect(readdirSync(join(dir, 'stagesweep.')).filter((leaf) => leaf === 'lock')).toEqual([]);
  });
  test('intents are synced before the first name is taken, at most 1,000 at once', async ({
    dir,
  }) => {
    buildForest(dir, everyKind);
    const port = new FaultPort(nodeChanges);
    await removeRoot(port, planOf(dir), removeContext(1, { batchSteps: 4 }));
    const claims = port.log.flatMap((call, at) => (/^rename (?!lock)/.test(call) ? [at] : []));
    const writes = port.log.flatMap((call, at) => (call.startsWith('write') ? [at] : []));
    const syncs = port.log.flatMap((call, at) => (call.startsWith('fsync') ? [at] : []));
    const [firstClaim = 0] = claims;
    const lastWrite = writes.filter((at) => at < firstClaim).at(-1) ?? 0;
    expect(syncs.some((at) => at > lastWrite && at < firstClaim)).toBe(true);
    const { entries } = readRuns(dir);
    const types = entries.map((entry) => entry.type);
    expect(types.slice(0, 10).join(' ')).toBe(
      'run intent intent intent intent outcome outcome outcome outcome intent',
    );
    expect(types.at(-1)).toBe('end');
  });
  test('intents hold the full evidence', async ({ dir }) => {
    buildForest(dir, everyKind);
    const plan = planOf(dir);
    await run(plan);
    const steps = readRuns(dir).entries.flatMap((entry) =>
      entry.type === 'intent' ? [entry.step] : [],
    );
    const idOf = ({ dev, ino }: { dev: bigint; ino: bigint }): unknown => ({ dev, ino });
    expect(steps).toEqual(
      plan.steps.map((step) =>
        step.kind === 'file' ? { ...step, directory: idOf(step.directory) } : step,
      ),
    );
  });
  test('a journal may lie elsewhere', async ({ dir }) => {
    mkdirSync(join(dir, 'spool'));
    mkdirSync(join(dir, 'journals'));
    buildForest(join(dir, 'spool'), everyKind);
    const path = asBytes(join(dir, 'journals'));
    const stat = nodeFiles.lstat(path);
    const directory = 'ino' in stat ? nodeChanges.openDirectory(path, stat) : stat;
    if ('errno' in directory) throw new Error(directory.errno);
    const leaf = asBytes('run.jsonl');
    const outcome = await removeRoot(
      nodeChanges,
      planOf(join(dir, 'spool')),
      removeContext(1, { journal: { directory, leaf, path } }),
    );
    directory.close();
    expect(outcome.journal).toBe(join(dir, 'journals/run.jsonl'));
    expect(readdirSync(join(dir, 'journals'))).toEqual(['run.jsonl']);
  });
  test('a step that no journal of ours could hold is refused', async ({ dir }) => {
    mkdirSync(join(dir, 'spool'));
    buildForest(join(dir, 'spool'), alone);
    writeFileSync(join(dir, 'stranger'), 'not to be touched');
    const plan = planOf(join(dir, 'spool'));
    const steps = plan.steps.map((step) =>
      step.kind === 'file'
        ? { ...step, components: [asBytes('sync.'), asBytes('..'), asBytes('user')] }
        : step,
    );
    const outcome = await run({ ...plan, steps });
    expect(told(outcome)[0]).toMatch(/refused · it cannot be journalled/);
    expect(stageNames(join(dir, 'spool'))).toHaveLength(1);
  });
});

describe('safety.md 22: directories', () => {
  test('a directory with a file of a new session stays', async ({ dir }) => {
    buildForest(dir, alone);
    const outcome = await runWith(
      planOf(dir),
      ({ syscall, leaf }, when) => syscall === 'rmdir' && leaf === '7001' && when === 'before',
      () => {
        writeFileSync(join(dir, 'sync./7001/1.'), 'fresh');
      },
    );
    expect(told(outcome)[1]).toBe('sync./7001 · refused · it is not empty');
    expect(existsSync(join(dir, 'sync./7001/1.'))).toBe(true);
  });
  test('an empty directory that changed since the scan stays', async ({ dir }) => {
    buildForest(dir, []);
    const plan = planOf(dir);
    untilLater(join(dir, 'sync./7003'), plan.steps[0]);
    writeFileSync(join(dir, 'sync./7003/0.'), '');
    unlinkSync(join(dir, 'sync./7003/0.'));
    expect(told(await run(plan))).toEqual(['sync./7003 · refused · it changed since the scan']);
  });
  test('a directory that is not named by a pid is never removed', async ({ dir }) => {
    buildForest(dir, []);
    const plan = planOf(dir);
    mkdirSync(join(dir, 'sync./locks'));
    const steps = plan.steps.map((step) => ({
      ...step,
      components: [asBytes('sync.'), asBytes('locks')],
    }));
    expect(told(await run({ ...plan, steps }))[0]).toMatch(/refused · it cannot be journalled/);
    expect(existsSync(join(dir, 'sync./locks'))).toBe(true);
  });
});

describe('safety.md 23 and 24: limits and ends', () => {
  test('a plan with more steps than --max-delete is not begun', async ({ dir }) => {
    buildForest(dir, everyKind);
    const names = stageNames(dir);
    expect((await run(planOf(dir), { maxDelete: 10 })).stopped).toMatch(/11 steps, more than/);
    expect(stageNames(dir)).toEqual(names);
  });
  test('a step whose owner lives again is refused in the words of whoever looked', async ({
    dir,
  }) => {
    buildForest(dir, [['sync./7001/0.'], ['sync./7002/0.']]);
    const plan = planOf(dir);
    const outcome = await run(filesOnly(plan), {
      recheck: ([first]) =>
        Promise.resolve(new Map(first ? [[first, 'process 7001 is alive']] : [])),
    });
    expect(told(outcome)).toEqual([
      'sync./7001/0. · refused · process 7001 is alive',
      'sync./7002/0. · quarantined',
    ]);
  });
  test('an interruption ends the run between two steps, and the journal says so', async ({
    dir,
  }) => {
    buildForest(dir, everyKind);
    let turns = 0;
    const breathe = (): Promise<void> =>
      turns++ < 4 ? Promise.resolve() : Promise.reject(new Interrupted('enough'));
    const outcome = await run(planOf(dir), { clock: { nowNs: () => 7n, breathe } });
    expect(outcome).toMatchObject({ isInterrupted: true });
    expect(outcome.results).toHaveLength(3);
    expect(readRuns(dir).entries.at(-1)).toEqual({ type: 'end', endedNs: 7n, isInterrupted: true });
    expect(existsSync(join(dir, 'stagesweep./lock'))).toBe(false);
  });
  test('running twice is as good as once', async ({ dir }) => {
    buildForest(dir, everyKind);
    const plan = planOf(dir);
    await run(plan);
    const files = filesBelow(dir);
    const outcome = await removeRoot(nodeChanges, plan, removeContext(2));
    expect(new Set(outcome.results.map((result) => result.outcome))).toEqual(
      new Set(['already-gone']),
    );
    expect(filesBelow(dir)).toEqual(files);
  });
});
