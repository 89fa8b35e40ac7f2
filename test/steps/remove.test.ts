/** safety.md 9 to 24, line by line: each test breaks when its line is broken. */
import {
  appendFileSync,
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { asBytes } from '../../src/model/byte-path.ts';
import { Interrupted } from '../../src/model/errors.ts';
import type { PlanStep, RootPlan } from '../../src/model/plan.ts';
import { removeRoot, type RemoveContext, type RemoveOutcome } from '../../src/steps/remove.ts';
import { nodeChanges } from '../../src/system/anchor.ts';
import { nodeFiles } from '../../src/system/files.ts';
import { FaultPort, type Call } from '../support/fault-changes.ts';
import { readRuns } from '../support/read-runs.ts';
import {
  buildForest,
  bytesOf,
  everyKind,
  filesBelow,
  messagesOf,
  planOf,
  sha1,
  stageNames,
  type Forest,
} from '../support/removal-spool.ts';
import { identitiesOf, removeContext } from '../support/remove-context.ts';
import { test } from '../support/spool.ts';

const shared: Forest = [['sync./7001/0.', 'user/alice/1.']];
const alone: Forest = [['sync./7001/0.']];

/** Path and outcome of each step, with its detail where there is one. */
function told({ results }: RemoveOutcome): string[] {
  return results.map(({ step, outcome, detail }) =>
    [step.components.join('/'), outcome, ...(detail === undefined ? [] : [detail])].join(' · '),
  );
}

function quarantined(root: string): string[] {
  return filesBelow(root, 'stagesweep.').map((path) => readFileSync(join(root, path), 'utf8'));
}

function filesOnly(plan: RootPlan): RootPlan {
  return { ...plan, steps: plan.steps.filter((step) => step.kind === 'file') };
}

function run(plan: RootPlan, over: Partial<RemoveContext> = {}): Promise<RemoveOutcome> {
  return removeRoot(new FaultPort(nodeChanges), plan, removeContext(1, over));
}

/** Runs with `act` done once, as by another process, before or after the first call that fits. */
async function runWith(
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

const beforeClaim = ({ syscall, leaf }: Call, when: string): boolean =>
  syscall === 'rename' && leaf === '0.' && when === 'before';
const afterClaim = ({ syscall, leaf }: Call, when: string): boolean =>
  syscall === 'rename' && leaf === '0.' && when === 'after';
const beforeUnlink = ({ syscall, leaf }: Call, when: string): boolean =>
  syscall === 'unlink' && /^0-[0-9a-f]{8}$/.test(leaf) && when === 'before';

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
      step.kind === 'file'
        ? [{ ...step, action: 'unlink', isEvidence: 'isEvidence' in over }]
        : [],
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
            identities: { self: identitiesOf(2).self, startOf: () => 1_000_001_000n },
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
    const writes = [0, 1, 2];
    for (const nth of writes) {
      const log = new FaultPort(nodeChanges);
      const at = await nthWrite(log, plan, nth, dir);
      expect(at.stopped).toMatch(/ENOSPC/);
      expect(stageNames(dir)).toEqual(names);
    }
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

describe('safety.md 18 and 19: claim and verify', () => {
  test('a fresh file that came under the name is put back, and told', async ({ dir }) => {
    buildForest(dir, alone);
    const outcome = await runWith(filesOnly(planOf(dir)), beforeClaim, () => {
      renameSync(join(dir, 'sync./7001/0.'), join(dir, 'old'));
      writeFileSync(join(dir, 'sync./7001/0.'), 'fresh');
    });
    expect(told(outcome)[0]).toMatch(/put-back · another file came/);
    expect(readFileSync(join(dir, 'sync./7001/0.'), 'utf8')).toBe('fresh');
    expect(quarantined(dir)).toEqual([]);
  });
  test('a fresh file whose name was taken meanwhile stays in quarantine, and is told', async ({
    dir,
  }) => {
    buildForest(dir, alone);
    const plan = filesOnly(planOf(dir));
    let step = 0;
    const port = new FaultPort(nodeChanges, undefined, (call, when) => {
      if (step === 0 && beforeClaim(call, when)) {
        step = 1;
        renameSync(join(dir, 'sync./7001/0.'), join(dir, 'old'));
        writeFileSync(join(dir, 'sync./7001/0.'), 'fresh');
      } else if (step === 1 && afterClaim(call, when)) {
        step = 2;
        writeFileSync(join(dir, 'sync./7001/0.'), 'fresher');
      }
    });
    const outcome = await removeRoot(port, plan, removeContext());
    expect(told(outcome)[0]).toMatch(/failed · .*stays in quarantine as 0-.*EEXIST/);
    expect(readFileSync(join(dir, 'sync./7001/0.'), 'utf8')).toBe('fresher');
    expect(quarantined(dir)).toEqual(['fresh']);
  });
  test('a directory that came under the name is put back too', async ({ dir }) => {
    buildForest(dir, alone);
    const outcome = await runWith(filesOnly(planOf(dir)), beforeClaim, () => {
      renameSync(join(dir, 'sync./7001/0.'), join(dir, 'old'));
      mkdirSync(join(dir, 'sync./7001/0.'));
      writeFileSync(join(dir, 'sync./7001/0./within'), 'fresh');
    });
    expect(told(outcome)[0]).toMatch(/put-back/);
    expect(existsSync(join(dir, 'sync./7001/0./within'))).toBe(true);
  });
  test('a file that is written to as it is claimed goes back', async ({ dir }) => {
    buildForest(dir, alone);
    const outcome = await runWith(filesOnly(planOf(dir)), beforeClaim, () => {
      appendFileSync(join(dir, 'sync./7001/0.'), 'a live session');
    });
    expect(told(outcome)[0]).toMatch(/put-back · it was written to/);
    expect(readFileSync(join(dir, 'sync./7001/0.'), 'utf8')).toMatch(/a live session$/);
  });
  test('a file of which the last message goes before the unlink is kept', async ({ dir }) => {
    buildForest(dir, shared);
    const outcome = await runWith(planOf(dir), afterClaim, () => {
      unlinkSync(join(dir, 'user/alice/1.'));
    });
    expect(told(outcome)[0]).toMatch(/quarantined · it is the last name/);
    expect(quarantined(dir)).toHaveLength(1);
  });
  test('another name that came meanwhile does not count as the message', async ({ dir }) => {
    buildForest(dir, shared);
    const outcome = await runWith(planOf(dir), afterClaim, () => {
      renameSync(join(dir, 'user/alice/1.'), join(dir, 'user/alice/elsewhere'));
    });
    expect(told(outcome)[0]).toMatch(/quarantined · no message that was intact/);
  });
  test('nothing is ever renamed onto a name that exists', async ({ dir }) => {
    buildForest(dir, alone);
    const outcome = await runWith(
      filesOnly(planOf(dir)),
      ({ syscall, leaf }, when) => syscall === 'open' && leaf === '0.' && when === 'before',
      () => {
        const [run = ''] = readdirSync(join(dir, 'stagesweep.')).filter((leaf) => leaf !== 'lock');
        const leaf = /"claimedAs":"([^"]+)"/.exec(
          readFileSync(join(dir, 'stagesweep.', run, 'journal.jsonl'), 'utf8'),
        )?.[1];
        linkSync(join(dir, 'sync./7001/0.'), join(dir, 'stagesweep.', run, leaf ?? ''));
      },
    );
    expect(told(outcome)[0]).toMatch(/refused|failed/);
    expect(stageNames(dir)).toHaveLength(1);
  });
});

describe('safety.md 20 and 21: after the unlink', () => {
  test('the bytes of a message that is expunged at that moment are copied', async ({ dir }) => {
    buildForest(dir, shared);
    const bytes = bytesOf(dir);
    const outcome = await runWith(planOf(dir), beforeUnlink, () => {
      unlinkSync(join(dir, 'user/alice/1.'));
    });
    expect(told(outcome)[0]).toMatch(/copied · .*is gone$/);
    expect(bytesOf(dir)).toEqual(bytes);
    expect(filesBelow(dir, 'stagesweep.').map((path) => path.split('/').at(-1))).toEqual([
      expect.stringMatching(/^0-[0-9a-f]{8}$/),
    ]);
    expect(readRuns(dir).entries).toContainEqual(
      expect.objectContaining({ type: 'outcome', outcome: 'copied' }),
    );
  });
  test('a copy that fails is told as the loss that it is, and ends the run', async ({ dir }) => {
    buildForest(dir, [...shared, ['sync./7002/0.']]);
    const plan = planOf(dir);
    const probe = new FaultPort(nodeChanges, undefined, (call, when) => {
      if (beforeUnlink(call, when)) rmSync(join(dir, 'user/alice/1.'), { force: true });
      if (call.syscall === 'copy' && when === 'before') chmodSync(dir, 0o755);
    });
    const copyAt = await copyCall(dir, plan, probe);
    expect(copyAt).toBeGreaterThan(0);
  });
  test('a message with a new inode is told, and fine', async ({ dir }) => {
    buildForest(dir, [['sync./7001/0.', 'user/alice/1.', 'user/bob/1.']]);
    const outcome = await runWith(planOf(dir), beforeUnlink, () => {
      unlinkSync(join(dir, 'user/alice/1.'));
      writeFileSync(join(dir, 'user/alice/1.'), 'linked anew');
    });
    expect(told(outcome)[0]).toMatch(/unlinked · .*alice\/1\. has another inode now$/);
    expect(outcome.stopped).toBeUndefined();
  });
  test('a message that is written to in place stops the whole run', async ({ dir }) => {
    buildForest(dir, [...shared, ['sync./7002/0.']]);
    const outcome = await runWith(planOf(dir), beforeUnlink, () => {
      utimesSync(join(dir, 'user/alice/1.'), 1, 1);
    });
    expect(outcome.results).toHaveLength(1);
    expect(outcome.stopped).toMatch(/alice\/1\. was written to/);
    expect(stageNames(dir)).toEqual(['sync./7002/0.']);
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
      recheck: ([first]) => Promise.resolve(new Map(first ? [[first, 'process 7001 is alive']] : [])),
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

/** The kernel's file clock stands still for some milliseconds: waits, by changing a file, until it has moved on. */
function untilLater(path: string, step: PlanStep | undefined): void {
  const probe = `${path}.probe`;
  for (let changedNs = 0n; step !== undefined && changedNs <= step.seen.changedNs; ) {
    writeFileSync(probe, '');
    const stat = nodeFiles.lstat(asBytes(probe));
    changedNs = 'changedNs' in stat ? stat.changedNs : 0n;
    unlinkSync(probe);
  }
}
