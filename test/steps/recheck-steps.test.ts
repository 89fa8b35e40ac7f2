/** safety.md 5, 8, 9, 11, asked once more before every batch: a person may have thought for an hour meanwhile. */
import { linkSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import type { PlanStep, RootPlan } from '../../src/model/plan.ts';
import type { Holder, ProcessFacts } from '../../src/model/process.ts';
import { findRoots } from '../../src/steps/find-roots.ts';
import { loadSpools } from '../../src/steps/load-config.ts';
import { recheckSteps, type Recheck } from '../../src/steps/recheck-steps.ts';
import { nodeOs } from '../../src/system/node-os.ts';
import { inodeKey } from '../../src/model/inode.ts';
import { sha1, writeMailbox } from '../support/plain-mailbox.ts';
import { hour, processOf, rootOf, surveyOf } from '../support/process-facts.ts';
import { planOf, statAt } from '../support/removal-spool.ts';
import { buildSpool, test } from '../support/spool.ts';

const text = 'From: glad@example.org\r\n\r\none\r\n';
const leftover = `sync./29594/${sha1(text)}`;

function build(dir: string): void {
  buildSpool(dir, { 'stage./12-1000000000-0': 'delivery', 'sync./29594/': '' });
  writeMailbox(join(dir, 'user/glad'), [{ uid: 1, text }]);
  linkSync(join(dir, 'user/glad/1.'), join(dir, leftover));
}

/** A scan names the message of every link. */
function named(plan: RootPlan): RootPlan {
  const steps = plan.steps.map((step) =>
    step.kind === 'file'
      ? {
          ...step,
          links: step.links.map((link) => ({ ...link, mailbox: 'user.glad', messageUid: 1 })),
        }
      : step,
  );
  return { ...plan, steps };
}

interface World {
  readonly processes?: readonly ProcessFacts[];
  readonly holders?: readonly Holder[];
  readonly uninspectable?: readonly Holder[];
  readonly own?: number;
  readonly ageHours?: bigint;
  /** Done between the plan and the second look. */
  readonly meanwhile?: () => void;
}

async function rechecked(
  dir: string,
  { processes = [], holders = [], uninspectable = [], own, ageHours = 40n, meanwhile }: World = {},
): Promise<{ refused: Record<string, string>; kept: string[] }> {
  build(dir);
  const plan = named(planOf(dir));
  meanwhile?.();
  const real = nodeOs({ jobs: 1 });
  const survey = surveyOf(processes);
  const open = new Map(holders.length === 0 ? [] : [[inodeKey(statAt(dir, leftover)), holders]]);
  const os = {
    ...real,
    processes: {
      survey: () => survey,
      openFiles: () => ({ holders: open, uninspectable }),
      mountsOf: () => [],
    },
  };
  const spools = loadSpools(os.files, {
    partitions: [dir],
    configFiles: [],
    archive: [],
    meta: [],
    cwd: '/',
    defaultConfig: '/nonexistent',
  });
  const { roots } = findRoots(os.files, spools.partitions, spools.scanned);
  const [root = rootOf()] = roots;
  const nowNs = BigInt(Date.now()) * 1_000_000n + ageHours * hour;
  const recheck: Recheck = await recheckSteps(os, plan, plan.steps, {
    owners: { proc: '/proc', offline: false, minAgeSeconds: 36 * 3600, nowNs },
    root,
    roots,
    spools,
    ...(own === undefined ? {} : { own }),
  });
  const nameOf = ({ components }: PlanStep): string => components.join('/');
  return {
    refused: Object.fromEntries([...recheck.refused].map(([step, why]) => [nameOf(step), why])),
    kept: [...recheck.kept].map(nameOf),
  };
}

const uid = process.getuid?.() ?? 0;
const holder: Holder = { pid: 99, uid, comm: 'imapd' };

test('nothing is refused where nothing has changed, and an intact message keeps the bytes', async ({
  dir,
}) => {
  expect(await rechecked(dir)).toEqual({ refused: {}, kept: [leftover] });
});

describe('refused is', () => {
  test('what the owner has come back for: his files and his directory', async ({ dir }) => {
    const { refused } = await rechecked(dir, { processes: [processOf({ pid: 29_594 })] });
    expect(refused[leftover]).toBe('it is in-use now: its owner is running');
    expect(refused['sync./29594']).toContain('its owner is not known to be gone');
    expect(refused['stage./12-1000000000-0']).toBeUndefined();
  });
  test('a directory whose pid any Cyrus process has, however late it began', async ({ dir }) => {
    const late = processOf({ pid: 29_594, startedNs: BigInt(Date.now()) * 1_000_000n + hour });
    const { refused } = await rechecked(dir, { processes: [late] });
    expect(Object.keys(refused)).toEqual(['sync./29594']);
  });
  test('what a process of the same user has open', async ({ dir }) => {
    const { refused } = await rechecked(dir, { holders: [holder] });
    expect(refused).toEqual({
      [leftover]: 'it is in-use now: owner-dead, a process has it open',
    });
  });
  test.for<readonly [string, World]>([
    ['has it open', { holders: [holder], own: 99 }],
    ['cannot be inspected', { uninspectable: [holder], own: 99 }],
  ])('but not because the process that removes %s', async ([, world], { dir }) => {
    expect((await rechecked(dir, world)).refused).toEqual({});
  });
  test('everything where a process of the user cannot be inspected', async ({ dir }) => {
    const { refused } = await rechecked(dir, { uninspectable: [holder] });
    expect(refused[leftover]).toContain('could not be inspected');
  });
  test('what is younger than the limit', async ({ dir }) => {
    const { refused } = await rechecked(dir, { ageHours: 1n });
    expect(refused[leftover]).toContain('it changed too recently');
  });
});

/** What was written to since has another mtime, which the removal itself looks at: steps/keeps-bytes.ts. */
describe('no message keeps the bytes', () => {
  test.for<readonly [string, (dir: string) => void]>([
    [
      'was expunged',
      (dir) => {
        rmSync(join(dir, 'user/glad/1.'));
      },
    ],
    [
      'has another inode',
      (dir) => {
        rmSync(join(dir, 'user/glad/1.'));
        writeFileSync(join(dir, 'user/glad/1.'), text);
      },
    ],
    [
      'has no record',
      (dir) => {
        rmSync(join(dir, 'user/glad/cyrus.index'));
      },
    ],
  ])('when it %s since', async ([, change], { dir }) => {
    const { kept } = await rechecked(dir, {
      meanwhile: () => {
        change(dir);
      },
    });
    expect(kept).toEqual([]);
  });
});
