/** stagesweep check: one line and the exit status of a monitoring plugin. */
import { resolve } from 'node:path';
import { doubtSavedReport } from '../decide/doubt-saved-report.ts';
import { judgeCheck, pluginCodes, type CheckFacts } from '../decide/judge-check.ts';
import { bytePath } from '../model/byte-path.ts';
import { check } from '../steps/check.ts';
import { liveHolder } from '../steps/live-holder.ts';
import { loadSpools } from '../steps/load-config.ts';
import { loadReport, loadReportFrom } from '../steps/load-report.ts';
import { nodeChanges } from '../system/anchor.ts';
import { nodeOs } from '../system/node-os.ts';
import type { Os } from '../system/os.ts';
import { nodeIdentities } from '../system/process-identity.ts';
import { hostName, programVersion } from '../system/program.ts';
import type { Args } from './args.ts';
import { checkProgress } from './check-progress.ts';
import { checkOrder, type CheckOrder } from './check-settings.ts';
import { write } from './output.ts';
import { outputMode, rendering } from './rendered.ts';
import type { Settings } from './settings.ts';
import { defaultConfig, spoolRequest } from './spool-request.ts';

export async function checkCommand(
  args: Args,
  settings: Settings,
  interrupted: AbortSignal,
): Promise<number> {
  const { policy, saved } = checkOrder(args);
  const { jobs, bytesPerSecond } = settings;
  const os = nodeOs({
    jobs,
    interrupted,
    ...(bytesPerSecond === undefined ? {} : { bytesPerSecond }),
  });
  const rendered = await rendering(settings);
  const facts =
    saved === undefined ? await lookNow(os, args, settings) : await readSaved(os, saved);
  const judged = { ...facts.report, check: judgeCheck(facts, policy) };
  await write(settings.output, rendered(judged), outputMode(settings));
  return pluginCodes[judged.check.status];
}

async function lookNow(os: Os, args: Args, settings: Settings): Promise<CheckFacts> {
  const cwd = process.cwd();
  const spools = loadSpools(os.files, spoolRequest(args, args.operands));
  const progress = checkProgress(settings.progress);
  const { minAgeSeconds, offline, proc, walker, jobs } = settings;
  try {
    const report = await check(
      os,
      spools,
      {
        minAgeSeconds,
        offline,
        proc,
        walker,
        jobs,
        defaultConfig,
        linksIn: args.linksIn.map((path) => bytePath(resolve(cwd, path))),
        wholeFilesystem: args.wholeFilesystem,
        enterMounts: args.enterMounts,
        isDeep: args.deep,
        header: {
          version: programVersion(),
          host: settings.host ?? hostName(),
          command: process.argv.slice(2),
        },
      },
      {
        changes: nodeChanges,
        lockHolder: ({ anchor }) => liveHolder(anchor, nodeIdentities),
      },
      progress,
    );
    return { report, doubts: [] };
  } finally {
    progress.stop();
  }
}

async function readSaved(
  os: Os,
  { path, maxAgeSeconds }: NonNullable<CheckOrder['saved']>,
): Promise<CheckFacts> {
  const report =
    path === '-'
      ? await loadReportFrom('standard input', process.stdin)
      : loadReport(os.files, bytePath(resolve(path)));
  return { report, doubts: doubtSavedReport(report, os.clock.nowNs(), maxAgeSeconds) };
}
