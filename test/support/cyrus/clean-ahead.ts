/** What `stagesweep clean --apply` does, with the real OS and a clock that is ahead: no option moves the clock. */
import { makePlan } from '../../../src/decide/make-plan.ts';
import type { DoneRoot } from '../../../src/model/clean-report.ts';
import type { TouchedInode } from '../../../src/model/child-talk.ts';
import type { PlanStep, RootPlan } from '../../../src/model/plan.ts';
import type { Report } from '../../../src/model/report.ts';
import { loadSpools } from '../../../src/steps/load-config.ts';
import { preflightRequest } from '../../../src/steps/preflight.ts';
import { recheckSteps } from '../../../src/steps/recheck-steps.ts';
import { checkDropped, removeDropped } from '../../../src/steps/remove-dropped.ts';
import { silent } from '../../../src/steps/scan-progress.ts';
import { scan } from '../../../src/steps/scan.ts';
import { touchedInodes } from '../../../src/steps/touched-inodes.ts';
import { surveyRoots } from '../../../src/steps/survey-roots.ts';
import { nodeOs } from '../../../src/system/node-os.ts';

export interface CleanedAhead {
  readonly run: string;
  readonly report: Report;
  readonly done: readonly DoneRoot[];
}

/** Built, since the process that makes the changes is a node of its own. */
const script = new URL('../../../dist/cli/clean-child.js', import.meta.url);
const minAgeSeconds = 36 * 3600;

/** Must run as root. @throws Error when something is refused or in the way */
export async function cleanAhead(
  configFile: string,
  hours: number,
  run: string,
): Promise<CleanedAhead> {
  const seconds = hours * 3600;
  const os = nodeOs({ jobs: 1, clockAheadNs: BigInt(seconds) * 1_000_000_000n });
  const defaultConfig = '/etc/imapd.conf';
  const spools = loadSpools(os.files, {
    partitions: [],
    configFiles: [configFile],
    archive: [],
    meta: [],
    cwd: '/',
    defaultConfig,
  });
  const owners = { proc: '/proc', offline: false, minAgeSeconds };
  const report = await scan(
    os,
    spools,
    {
      ...owners,
      linksIn: [],
      wholeFilesystem: false,
      enterMounts: false,
      defaultConfig,
      walker: 'auto',
      jobs: 1,
      header: { version: 'test', host: 'lab', command: [], clockAheadSeconds: seconds },
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
  if (plan.refused.length > 0) throw new Error(plan.refused.map(({ why }) => why).join('; '));
  const done: DoneRoot[] = [];
  for (const one of plan.roots) {
    const root = report.roots.find(({ path }) => path === one.root);
    if (root === undefined) throw new Error(`no root for ${one.root}`);
    const obstacles = await checkDropped(script, one, preflightRequest(one));
    if (obstacles.length > 0) throw new Error(obstacles.join('; '));
    const recheck = (batch: readonly PlanStep[], own: number): ReturnType<typeof recheckSteps> =>
      recheckSteps(os, one, batch, {
        owners: { ...owners, nowNs },
        root,
        roots: report.roots,
        spools,
        own,
      });
    const touched = touchedInodes(os.files, plan.roots.slice(0, done.length), one);
    done.push(await removed(one, { run, touched }, recheck));
  }
  return { run, report, done };
}

function removed(
  plan: RootPlan,
  order: { readonly run: string; readonly touched: readonly TouchedInode[] },
  recheck: Parameters<typeof removeDropped>[2]['recheck'],
): Promise<DoneRoot> {
  return removeDropped(
    plan,
    { ...order, version: 'test', host: 'lab' },
    { script, recheck, onResult: () => undefined, interrupted: new AbortController().signal },
  );
}
