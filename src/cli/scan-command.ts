/** stagesweep scan */
import { resolve } from 'node:path';
import { exitStatus } from '../decide/exit-status.ts';
import { bytePath } from '../model/byte-path.ts';
import { EarlierRuns } from '../steps/earlier-runs.ts';
import { loadSpools } from '../steps/load-config.ts';
import { scan } from '../steps/scan.ts';
import { nodeChanges } from '../system/anchor.ts';
import { nodeOs } from '../system/node-os.ts';
import { hostName, programVersion } from '../system/program.ts';
import type { Args } from './args.ts';
import { write } from './output.ts';
import { startProgress } from './progress.ts';
import { outputMode, rendering } from './rendered.ts';
import type { Settings } from './settings.ts';
import { defaultConfig, spoolRequest } from './spool-request.ts';

export async function scanCommand(
  args: Args,
  settings: Settings,
  interrupted: AbortSignal,
): Promise<number> {
  const os = nodeOs({ jobs: settings.jobs, interrupted });
  const cwd = process.cwd();
  const spools = loadSpools(os.files, spoolRequest(args, args.operands));
  const rendered = await rendering(settings);
  const progress = await startProgress(settings.progress);
  try {
    const report = await scan(
      os,
      spools,
      {
        ...settings,
        defaultConfig,
        earlier: new EarlierRuns(nodeChanges, os.files),
        linksIn: args.linksIn.map((path) => bytePath(resolve(cwd, path))),
        wholeFilesystem: args.wholeFilesystem,
        enterMounts: args.enterMounts,
        header: {
          version: programVersion(),
          host: settings.host ?? hostName(),
          command: process.argv.slice(2),
        },
      },
      progress,
    );
    progress.stop();
    await write(settings.output, rendered(report), outputMode(settings));
    return exitStatus(report, settings.failOn);
  } finally {
    progress.stop();
  }
}
