/**
 * Scan, clean, undo and purge within one process that lives through all rounds: a command would end, and its leaks with
 * it. The clock is 40 hours ahead, since no option moves it and what was left a moment ago must be old enough; the
 * owners are judged as ever, so what belongs to a living process stays.
 */
import { randomBytes } from 'node:crypto';
import { makePlan } from '../src/decide/make-plan.ts';
import { asBytes, utf8Of } from '../src/model/byte-path.ts';
import type { DoneRoot } from '../src/model/clean-report.ts';
import type { PlanStep, RootPlan } from '../src/model/plan.ts';
import type { Report } from '../src/model/report.ts';
import type { RunOutcome, RunStep } from '../src/model/run.ts';
import type { RunRequest, RunVerb } from '../src/model/run-talk.ts';
import { findRoots } from '../src/steps/find-roots.ts';
import { findRuns, ownerPidsOf } from '../src/steps/find-runs.ts';
import { loadSpools } from '../src/steps/load-config.ts';
import { ownerStates } from '../src/steps/owner-states.ts';
import { recheckSteps } from '../src/steps/recheck-steps.ts';
import { removeDropped } from '../src/steps/remove-dropped.ts';
import { removeHere } from '../src/steps/remove-here.ts';
import { scan } from '../src/steps/scan.ts';
import { silent } from '../src/steps/scan-progress.ts';
import { surveyRoots } from '../src/steps/survey-roots.ts';
import { workDropped, workHere } from '../src/steps/work-on-run.ts';
import { nodeChanges } from '../src/system/anchor.ts';
import { nodeOs } from '../src/system/node-os.ts';
import type { Os } from '../src/system/os.ts';
import { nodeIdentities } from '../src/system/process-identity.ts';

const aheadSeconds = 40 * 3600;
const minAgeSeconds = 36 * 3600;
const jobs = 2;
const isRoot = process.geteuid?.() === 0;
const built = (name: string): URL => new URL(`../dist/cli/${name}.js`, import.meta.url);
const owners = { proc: '/proc', offline: false, minAgeSeconds };

export interface Cleaned {
  readonly report: Report;
  /** Absent when there was nothing to do. */
  readonly run?: string;
  /** Steps by what became of them. */
  readonly outcomes: Readonly<Record<string, number>>;
  readonly faults: readonly string[];
}

export async function scanAndClean(root: string): Promise<Cleaned> {
  const os = osAhead();
  const spools = spoolsOf(os, root);
  const report = await scan(
    os,
    spools,
    {
      ...owners,
      linksIn: [],
      wholeFilesystem: false,
      enterMounts: false,
      defaultConfig: '/nonexistent',
      walker: 'auto',
      jobs,
      header: { version: 'soak', host: 'soak', command: [], clockAheadSeconds: aheadSeconds },
    },
    silent,
  );
  const nowNs = report.header.startedNs;
  const plan = makePlan(
    {
      rows: report.stageFiles,
      pidDirectories: report.pidDirectories ?? [],
      surveys: surveyRoots(os.files, report.roots),
      nowNs,
    },
    { only: undefined, pids: new Set(), maxDelete: undefined, minAgeSeconds, saved: undefined },
  );
  const [one] = plan.roots;
  const refused = plan.refused.map(({ why }) => `clean refuses: ${why}`);
  if (one === undefined) return { report, outcomes: {}, faults: refused };
  const run = newRun(os.clock.nowNs());
  const done = await remove(os, report, spools, one, run, nowNs);
  const stopped = done.stopped === undefined ? [] : [`clean stopped: ${done.stopped}`];
  return {
    report,
    run,
    outcomes: countsOf(done.results.map(({ outcome }) => outcome)),
    faults: [...refused, ...stopped],
  };
}

export interface Worked extends Pick<Cleaned, 'outcomes' | 'faults'> {
  /** Below the root: stage files that an undo could not bring back since no mailbox has them, which may be right. */
  readonly lost: readonly string[];
}

/** Of linkMessage(): what an undo says of a message that was expunged, moved or renamed since. */
const lostWords = 'no mailbox has it any more';

/** Undoes or purges the run, after a look as the command has it. */
export async function workOnRun(root: string, run: string, verb: RunVerb): Promise<Worked> {
  const looked = await work(root, run, verb, false);
  const shownAsLast = looked.flatMap(({ steps }) =>
    steps.flatMap(({ isLast, sequence }) =>
      isLast === true && sequence !== undefined ? [sequence] : [],
    ),
  );
  const outcomes = await work(root, run, verb, true, shownAsLast);
  const steps = outcomes.flatMap((outcome) => outcome.steps);
  const isLost = ({ outcome, detail }: RunStep): boolean =>
    outcome === 'cannot' && detail === lostWords;
  const failed = steps.filter(
    (step) => step.outcome === 'failed' || (step.outcome === 'cannot' && !isLost(step)),
  );
  return {
    lost: steps.filter(isLost).map(({ path }) => (utf8Of(path) ?? '?').slice(root.length + 1)),
    outcomes: countsOf(steps.map(({ outcome }) => outcome)),
    faults: [
      ...outcomes.flatMap(({ refusals }) => refusals.map((why) => `${verb} refuses: ${why}`)),
      ...failed.map(({ path, detail }) => `${verb} of ${utf8Of(path) ?? '?'}: ${detail ?? ''}`),
    ],
  };
}

function remove(
  os: Os,
  report: Report,
  spools: ReturnType<typeof loadSpools>,
  plan: RootPlan,
  run: string,
  nowNs: bigint,
): Promise<Pick<DoneRoot, 'stopped' | 'results'>> {
  const [root] = report.roots;
  if (root === undefined) throw new Error('a report without a root');
  const recheck = (batch: readonly PlanStep[], own?: number): ReturnType<typeof recheckSteps> =>
    recheckSteps(os, plan, batch, {
      owners: { ...owners, nowNs },
      root,
      roots: report.roots,
      spools,
      ...(own === undefined ? {} : { own }),
    });
  const order = { run, version: 'soak', host: 'soak' };
  const nobody = (): void => undefined;
  if (isRoot) {
    const { interrupted } = os;
    const context = { script: built('clean-child'), recheck, onResult: nobody, interrupted };
    return removeDropped(plan, order, context);
  }
  const { files, clock } = os;
  const system = { changes: nodeChanges, identities: nodeIdentities, files, clock, randomHex };
  return removeHere(system, plan, order, (batch) => recheck(batch), nobody);
}

async function work(
  root: string,
  run: string,
  verb: RunVerb,
  apply: boolean,
  shownAsLast: readonly number[] = [],
): Promise<RunOutcome[]> {
  const os = osAhead();
  const spools = spoolsOf(os, root);
  const survey = os.processes.survey(owners.proc);
  const { roots } = findRoots(os.files, spools.partitions, spools.scanned);
  const outcomes: RunOutcome[] = [];
  for (const place of findRuns(os.files, nodeChanges, roots, asBytes(run))) {
    const home = roots.find(({ path }) => path === place.root);
    const area = surveyRoots(os.files, roots)[0]?.areas[0];
    if (home === undefined || area === undefined) throw new Error('a run without its root');
    const pids = verb === 'purge' ? new Set<number>() : ownerPidsOf(nodeChanges, place);
    const nowNs = os.clock.nowNs();
    const request: RunRequest = {
      verb,
      place,
      apply,
      owners: ownerStates(os, home, pids, survey, { offline: false, nowNs }),
      messageRoots: roots.map(({ path, dev, ino }) => ({ root: path, rootId: { dev, ino } })),
      takesEvidence: true,
      shownAsLast,
    };
    const { uid, gid } = area.stat;
    const system = { changes: nodeChanges, clock: os.clock, identities: nodeIdentities, randomHex };
    outcomes.push(
      isRoot
        ? await workDropped(built('run-child'), { uid, gid }, request, os.interrupted)
        : await workHere(system, request),
    );
  }
  return outcomes;
}

function osAhead(): Os {
  return nodeOs({ jobs, clockAheadNs: BigInt(aheadSeconds) * 1_000_000_000n });
}

function spoolsOf(os: Os, root: string): ReturnType<typeof loadSpools> {
  return loadSpools(os.files, {
    partitions: [root],
    configFiles: [],
    archive: [],
    meta: [],
    cwd: '/',
    defaultConfig: '/nonexistent',
  });
}

function newRun(nowNs: bigint): string {
  const time = new Date(Number(nowNs / 1_000_000n)).toISOString();
  return `${time.slice(0, 19).replace(/[-:]/g, '')}Z-${randomHex()}`;
}

function randomHex(): string {
  return randomBytes(4).toString('hex');
}

function countsOf(outcomes: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const outcome of outcomes) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}
