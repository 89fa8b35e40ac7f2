/** stagesweep clean: the plan, and with --apply what it says. */
import { resolve } from 'node:path';
import { cleanStatus } from '../decide/clean-status.ts';
import { makePlan, stepsOf, tooMany } from '../decide/make-plan.ts';
import { bytePath } from '../model/byte-path.ts';
import type { CleanReport } from '../model/clean-report.ts';
import type { SavedReport } from '../model/saved-report.ts';
import { renderCleanCsv } from '../report/clean-csv.ts';
import { renderCleanJson, renderCleanJsonl } from '../report/clean-json.ts';
import { renderCleanTable, questionOf } from '../report/clean-table.ts';
import { doneLines } from '../report/done-table.ts';
import { EarlierRuns } from '../steps/earlier-runs.ts';
import { loadSpools } from '../steps/load-config.ts';
import { loadSavedReport, notesOnSaved } from '../steps/load-saved-report.ts';
import { scan } from '../steps/scan.ts';
import { surveyRoots } from '../steps/survey-roots.ts';
import { nodeChanges } from '../system/anchor.ts';
import { nodeOs } from '../system/node-os.ts';
import { hostName, programVersion } from '../system/program.ts';
import { absoluteWords } from './absolute-words.ts';
import type { Args } from './args.ts';
import { ask } from './ask.ts';
import { carryOut, newRun, obstaclesOf, type Campaign } from './carry-out.ts';
import { cleanSettingsOf, type CleanSettings } from './clean-settings.ts';
import { startOutput, type Output } from './output.ts';
import { startProgress } from './progress.ts';
import { startRemoving } from './removing-progress.ts';
import type { Settings } from './settings.ts';
import { defaultConfig, spoolRequest } from './spool-request.ts';

export async function cleanCommand(
  args: Args,
  settings: Settings,
  interrupted: AbortSignal,
): Promise<number> {
  const isTerminal = process.stdin.isTTY && process.stderr.isTTY;
  const wanted = cleanSettingsOf(args, settings, isTerminal);
  const os = nodeOs({ jobs: settings.jobs, interrupted });
  const cwd = process.cwd();
  // Before the scan, which takes long: a file that is no report is told at once.
  const saved = wanted.from === undefined ? undefined : loadSavedReport(os.files, wanted.from, cwd);
  const spools = loadSpools(os.files, spoolRequest(args, args.operands));
  const journalDirectory =
    wanted.journal === undefined ? undefined : bytePath(resolve(cwd, wanted.journal));
  const earlier = new EarlierRuns(nodeChanges, os.files, journalDirectory);
  const host = settings.host ?? hostName();
  const version = programVersion();
  const progress = await startProgress(settings.progress);
  try {
    const scanned = await scan(
      os,
      spools,
      {
        ...settings,
        defaultConfig,
        earlier,
        linksIn: args.linksIn.map((path) => bytePath(resolve(cwd, path))),
        wholeFilesystem: args.wholeFilesystem,
        enterMounts: args.enterMounts,
        header: { version, host, command: absoluteWords(process.argv.slice(2), cwd) },
      },
      progress,
    );
    progress.stop();
    const report = {
      ...scanned,
      notes: [
        ...scanned.notes,
        ...(saved === undefined ? [] : notesOnSaved(saved, host, scanned.roots)),
      ],
    };
    const plan = makePlan(
      {
        rows: report.stageFiles,
        pidDirectories: report.pidDirectories ?? [],
        surveys: surveyRoots(os.files, report.roots),
        nowNs: report.header.startedNs,
      },
      policyOf(wanted, settings, saved),
    );
    const campaign: Campaign = {
      os,
      spools,
      roots: report.roots,
      owners: { ...settings, nowNs: report.header.startedNs, ctimeOf: earlier.ctimeOf },
      journalDirectory,
      version,
      // The journal stays on this machine: it has the machine's own name.
      host: hostName(),
    };
    const refusal = tooMany(plan, wanted.maxDelete);
    const planned: CleanReport = {
      report,
      plan,
      obstacles: await obstaclesOf(campaign, plan),
      ...(refusal === undefined ? {} : { refusal }),
    };
    const output = startOutput(settings.output);
    const clean = wanted.apply
      ? await applied(planned, campaign, wanted, settings).catch((error: unknown) => {
          output.abandon();
          throw error;
        })
      : planned;
    await told(clean, output, settings);
    return cleanStatus(clean, settings.failOn);
  } finally {
    progress.stop();
  }
}

function policyOf(
  { only, pids, maxDelete }: CleanSettings,
  { minAgeSeconds }: Settings,
  saved: SavedReport | undefined,
): Parameters<typeof makePlan>[1] {
  return { only, pids, maxDelete, minAgeSeconds, saved };
}

/** The same report when nothing may be done, is to be done, or is wanted after all. */
async function applied(
  planned: CleanReport,
  campaign: Campaign,
  { isAsking }: CleanSettings,
  settings: Settings,
): Promise<CleanReport> {
  const { plan, obstacles, refusal } = planned;
  if (stepsOf(plan) === 0 || obstacles.length > 0 || refusal !== undefined) return planned;
  const { interrupted, clock } = campaign.os;
  if (isAsking) {
    // The plan itself goes where a person reads who is asked, even when the report goes to a file.
    for (const piece of renderCleanTable(planned, settings)) {
      process.stderr.write(piece);
    }
    const isSure = await ask(questionOf(plan), interrupted);
    interrupted.throwIfAborted();
    if (!isSure) return { ...planned, refusal: 'the answer was not yes: nothing was changed' };
  }
  interrupted.throwIfAborted();
  const run = newRun(clock.nowNs());
  const progress = await startRemoving(settings.progress, stepsOf(plan));
  try {
    const roots = await carryOut(campaign, plan, run, () => {
      progress.done();
    });
    return { ...planned, done: { run, roots } };
  } finally {
    progress.stop();
  }
}

/** What was done must be told, wherever: without its run's id nobody can take it back. */
async function told(clean: CleanReport, output: Output, settings: Settings): Promise<void> {
  try {
    await output.write(rendered(clean, settings));
  } catch (error) {
    if (clean.done !== undefined) {
      for (const line of doneLines(clean, settings)) process.stderr.write(`${line}\n`);
    }
    throw error;
  }
}

function rendered(clean: CleanReport, settings: Settings): Iterable<string> {
  if (settings.format === 'json') return renderCleanJson(clean);
  if (settings.format === 'jsonl') return renderCleanJsonl(clean);
  if (settings.format === 'csv') return renderCleanCsv(clean);
  return renderCleanTable(clean, settings);
}
