/** safety.md 9: what a run that was killed has moved is no change of anybody's, and ages go on from before it. */
import { appendFileSync, linkSync, mkdirSync, rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { makePlan } from '../../src/decide/make-plan.ts';
import { bytePath } from '../../src/model/byte-path.ts';
import type { Plan, RootPlan } from '../../src/model/plan.ts';
import type { Report } from '../../src/model/report.ts';
import { EarlierRuns } from '../../src/steps/earlier-runs.ts';
import { loadSpools } from '../../src/steps/load-config.ts';
import { recheckSteps } from '../../src/steps/recheck-steps.ts';
import { removeRoot, type RemoveContext } from '../../src/steps/remove.ts';
import { scan } from '../../src/steps/scan.ts';
import { silent } from '../../src/steps/scan-progress.ts';
import { surveyRoots } from '../../src/steps/survey-roots.ts';
import { nodeChanges } from '../../src/system/anchor.ts';
import { nodeOs } from '../../src/system/node-os.ts';
import { give } from '../support/clean-run.ts';
import { FaultPort, Killed, type Fault } from '../support/fault-changes.ts';
import { statAt } from '../support/hand-made-run.ts';
import { sha1, writeMailbox } from '../support/plain-mailbox.ts';
import { untilLater } from '../support/removal-run.ts';
import { removeContext } from '../support/remove-context.ts';
import { buildSpool, test } from '../support/spool.ts';

const text = 'From: glad@example.org\r\n\r\none\r\n';
const isRoot = process.getuid?.() === 0;

/** Two leftovers of one inode that a mailbox has, in two places, and one that nothing else has. */
function leftovers(dir: string): string {
  const spool = join(dir, 'spool');
  buildSpool(spool, { 'sync./7/1.': 'alone', 'stage./': '' });
  writeMailbox(join(spool, 'user/glad'), [{ uid: 1, text }]);
  linkSync(join(spool, 'user/glad/1.'), join(spool, `sync./7/${sha1(text)}`));
  linkSync(join(spool, 'user/glad/1.'), join(spool, 'stage./9-1000000000-0'));
  give(dir);
  return spool;
}

interface Instant {
  readonly nowNs: bigint;
  readonly minAgeSeconds: number;
}

interface Look {
  readonly report: Report;
  readonly plan: Plan;
  readonly refused: readonly string[];
}

/** At an instant, with whatever looks at the journals of earlier runs. */
async function looked(
  spool: string,
  { nowNs, minAgeSeconds }: Instant,
  earlier = new EarlierRuns(nodeChanges, nodeOs({ jobs: 1 }).files),
): Promise<Look> {
  const real = nodeOs({ jobs: 1 });
  const openFiles = () => ({ holders: new Map(), uninspectable: [] });
  const os = {
    ...real,
    processes: { ...real.processes, openFiles },
    clock: { ...real.clock, nowNs: () => nowNs },
  };
  const spools = loadSpools(os.files, {
    partitions: [spool],
    configFiles: [],
    archive: [],
    meta: [],
    cwd: '/',
    defaultConfig: '/nonexistent',
  });
  const report = await scan(
    os,
    spools,
    {
      linksIn: [],
      wholeFilesystem: false,
      enterMounts: false,
      minAgeSeconds,
      offline: true,
      proc: '/proc',
      defaultConfig: '/nonexistent',
      walker: 'node',
      jobs: 1,
      earlier,
      header: { version: '0.0.0', host: 'test', command: [] },
    },
    silent,
  );
  const facts = {
    rows: report.stageFiles,
    pidDirectories: report.pidDirectories ?? [],
    surveys: surveyRoots(os.files, report.roots),
    nowNs,
  };
  const plan = makePlan(facts, {
    only: undefined,
    pids: new Set(),
    saved: undefined,
    maxDelete: undefined,
    minAgeSeconds,
  });
  const [rootPlan] = plan.roots;
  const [root] = report.roots;
  if (rootPlan === undefined || root === undefined) return { report, plan, refused: [] };
  const owners = { offline: true, proc: '/proc', minAgeSeconds, nowNs, ctimeOf: earlier.ctimeOf };
  const { refused } = await recheckSteps(os, rootPlan, rootPlan.steps, {
    owners,
    root,
    roots: report.roots,
    spools,
  });
  return { report, plan, refused: [...refused.values()] };
}

/** As the owner of the spool: what the run moves must stay moved. */
async function killed(
  plan: RootPlan,
  fault: Fault,
  over: Partial<RemoveContext> = {},
): Promise<void> {
  const port = new FaultPort(nodeChanges, { kill: 'after', ...fault });
  const { identities } = removeContext(1);
  const asOwner = { ...identities, self: () => ({ ...identities.self(), uid: plan.uid }) };
  if (isRoot) process.seteuid?.(plan.uid);
  try {
    await removeRoot(port, plan, removeContext(1, { identities: asOwner, ...over }));
  } catch (error) {
    if (!(error instanceof Killed)) throw error;
  } finally {
    port.closeAll();
    if (isRoot) process.seteuid?.(0);
  }
}

function namesOf({ plan }: Look): string[] {
  return plan.roots.flatMap(({ steps }) => steps.map(({ components }) => components.join('/')));
}

const second = 1_000_000_000n;

/** The instant at which all that stood before the run is old enough, and what the run moved is too young. */
async function afterKill(
  spool: string,
  fault: Fault,
  over?: Partial<RemoveContext>,
  journal?: RemoveContext['journal'],
  steps?: number,
): Promise<Instant> {
  const before = await looked(spool, {
    nowNs: BigInt(Date.now()) * 1_000_000n + 3600n * second,
    minAgeSeconds: 0,
  });
  const [plan] = before.plan.roots;
  if (plan === undefined) throw new Error('no plan');
  const stats = plan.steps.map(({ seen }) => seen.changedNs);
  const youngest = stats.reduce((a, b) => (a > b ? a : b));
  const [step] = plan.steps.filter(({ seen }) => seen.changedNs === youngest);
  untilLater(join(spool, 'probe'), step);
  const some = { ...plan, steps: plan.steps.slice(0, steps) };
  await killed(some, fault, { ...over, ...(journal === undefined ? {} : { journal }) });
  return { nowNs: youngest + 3600n * second, minAgeSeconds: 3600 };
}

const everythingElse = ['sync./7', 'sync./7/1.', `sync./7/${sha1(text)}`];
/** Of the removal itself: the lock has unlinked one name before. */
const firstUnlink = { first: 'unlink', skip: 1 } as const;

function keptOf({ plan }: Look): string[] {
  return plan.kept.map(({ path, reasons }) => `${path.split('spool/')[1]} ${reasons[0]}`).sort();
}

describe('after a kill', () => {
  test('what the run touched is as old as before', async ({ dir }) => {
    const spool = leftovers(dir);
    const at = await afterKill(spool, firstUnlink);
    const next = await looked(spool, at);
    expect([keptOf(next), namesOf(next).sort(), next.refused]).toEqual([[], everythingElse, []]);
    // Without the journal it would be too young.
    rmSync(join(spool, 'stagesweep.'), { recursive: true });
    expect(keptOf(await looked(spool, at))).toEqual([`sync./7/${sha1(text)} changed-recently`]);
  });

  test('a pid directory is so too, though its own step was not journalled yet', async ({ dir }) => {
    const spool = leftovers(dir);
    const at = await afterKill(spool, { first: 'rename', skip: 1 }, { batchSteps: 2 });
    const next = await looked(spool, at);
    const left = ['sync./7', `sync./7/${sha1(text)}`];
    expect([keptOf(next), namesOf(next).sort(), next.refused]).toEqual([[], left, []]);
  });

  test('a pid directory whose step was journalled is so too', async ({ dir }) => {
    const spool = leftovers(dir);
    const at = await afterKill(spool, { first: 'rename', skip: 2 });
    const next = await looked(spool, at);
    expect([keptOf(next), next.refused]).toEqual([[], []]);
    expect(namesOf(next)).toContain('sync./7');
  });

  test('also when the journal lies elsewhere, and that is named again', async ({ dir }) => {
    const spool = leftovers(dir);
    const shelf = join(dir, 'shelf');
    mkdirSync(shelf);
    give(shelf);
    const directory = nodeChanges.openDirectory(bytePath(shelf), statAt(shelf));
    if ('errno' in directory) throw new Error(directory.errno);
    const journal = { directory, leaf: bytePath(`${removeContext(1).run}.0.jsonl`) };
    const at = await afterKill(spool, firstUnlink, {}, journal);
    const { files } = nodeOs({ jobs: 1 });
    const named = new EarlierRuns(nodeChanges, files, bytePath(shelf));
    expect(keptOf(await looked(spool, at, named))).toEqual([]);
    expect(keptOf(await looked(spool, at))).toHaveLength(1);
  });

  test('a second kill after the first leaves it as old as before both', async ({ dir }) => {
    const spool = leftovers(dir);
    linkSync(join(spool, 'user/glad/1.'), join(spool, 'stage./9-1000000000-1'));
    give(dir);
    const at = await afterKill(spool, firstUnlink);
    const next = await looked(spool, at);
    const [plan] = next.plan.roots;
    if (plan === undefined) throw new Error('no plan');
    untilLater(join(spool, 'probe'), plan.steps[0]);
    await killed(plan, firstUnlink, { ...removeContext(2) });
    const last = await looked(spool, at);
    expect([keptOf(last), last.refused]).toEqual([[], []]);
  });
});

describe('what no journal explains stays a change', () => {
  test('made long after the last line of the journal', async ({ dir }) => {
    const spool = leftovers(dir);
    const at = await afterKill(spool, firstUnlink);
    const long = new Date(Date.now() - 120_000);
    const journal = join(spool, 'stagesweep.', removeContext(1).run, 'journal.jsonl');
    utimesSync(journal, long, long);
    expect(keptOf(await looked(spool, at))).toHaveLength(1);
  });

  test('to the bytes of the file', async ({ dir }) => {
    const spool = leftovers(dir);
    const at = await afterKill(spool, firstUnlink);
    appendFileSync(join(spool, `sync./7/${sha1(text)}`), 'more');
    expect(keptOf(await looked(spool, at))).toEqual([`sync./7/${sha1(text)} changed-recently`]);
  });

  test('by a run that did all it had begun', async ({ dir }) => {
    const spool = leftovers(dir);
    const at = await afterKill(spool, { at: Infinity }, {}, undefined, 1);
    expect(keptOf(await looked(spool, at))).toEqual([`sync./7/${sha1(text)} changed-recently`]);
  });
});
