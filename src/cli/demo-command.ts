/** stagesweep demo: the incident of 2007 on a spool of its own, and what a scan says of it. */
import { exitStatus } from '../decide/exit-status.ts';
import { loadSpools } from '../steps/load-config.ts';
import { scan } from '../steps/scan.ts';
import { buildDemoSpool, type DemoSpool } from '../system/demo-spool.ts';
import type { OpenFiles, ProcessSurvey } from '../model/process.ts';
import { nodeOs } from '../system/node-os.ts';
import type { Os } from '../system/os.ts';
import { hostName, programVersion } from '../system/program.ts';
import type { Args } from './args.ts';
import { write } from './output.ts';
import { startProgress } from './progress.ts';
import { outputMode, rendering } from './rendered.ts';
import type { Settings } from './settings.ts';

/** Its files are seconds old and ctime cannot be set back, so the clock goes forward past --min-age. */
const hoursAhead = 40;

export async function demoCommand(
  args: Args,
  settings: Settings,
  interrupted: AbortSignal,
): Promise<number> {
  const demo = buildDemoSpool();
  const cleanUp = (): void => {
    if (!args.keep) demo.remove();
  };
  process.once('exit', cleanUp);
  const os = demoOs(settings.jobs, interrupted);
  const spools = loadSpools(os.files, {
    partitions: [demo.root],
    configFiles: [],
    archive: [],
    meta: [],
    cwd: process.cwd(),
    // The demo's spool belongs to no configuration of this host.
    defaultConfig: '/nonexistent/imapd.conf',
  });
  const rendered = await rendering(settings);
  const progress = await startProgress(settings.progress);
  const report = await scan(
    os,
    spools,
    {
      ...settings,
      defaultConfig: '/nonexistent/imapd.conf',
      linksIn: [],
      wholeFilesystem: false,
      enterMounts: false,
      header: {
        version: programVersion(),
        host: hostName(),
        // The next steps are commands for this spool, never for the one of this host's imapd.conf.
        command: ['scan', '--offline', '--min-age', '0s', demo.root],
        clockAheadSeconds: hoursAhead * 3600,
      },
    },
    progress,
  );
  progress.stop();
  const tells = settings.format === 'table' && settings.output === undefined;
  if (tells) await write(undefined, [story(demo)]);
  await write(settings.output, rendered(report), outputMode(settings));
  if (tells) await write(undefined, [moral(demo, args.keep)]);
  // Findings are what a demo is for: only an incomplete answer is a failure here.
  return exitStatus(report, settings.failOn) === 2 ? 2 : 0;
}

/**
 * The real one but for its clock, which is ahead, and for processes: the demo's spool is that of a host on which no
 * Cyrus runs. Its files were made a moment ago in a directory that only we may enter; asking the processes of whoever
 * tries the demo (an ssh session of his that may not be inspected, a container) would make every file `undecided`.
 */
function demoOs(jobs: number, interrupted: AbortSignal): Os {
  const os = nodeOs({
    jobs,
    clockAheadNs: BigInt(hoursAhead * 3600) * 1_000_000_000n,
    interrupted,
  });
  const survey = (proc: string): ProcessSurvey => ({
    proc,
    processes: new Map(),
    bootedNs: 0n,
    clockSkewSeconds: 0,
    isHostNamespace: true,
  });
  const openFiles = (): OpenFiles => ({ holders: new Map(), uninspectable: [] });
  return { ...os, processes: { ...os.processes, survey, openFiles } };
}

function story(demo: DemoSpool): string {
  return `stagesweep demo: a spool with real hard links in ${demo.root}

What happened on it, in the order of the system calls of Cyrus IMAP 2.3.7:
  1. sync_server, pid ${demo.reusedPid}, receives a message for alice as sync./${demo.reusedPid}/0.,
     links it to user/alice/11. and crashes. The stage name stays behind.
  2. A month later another sync_server gets the pid ${demo.reusedPid}. It opens sync./${demo.reusedPid}/0. with
     O_TRUNC for a message to bob: that file is alice's message. Her bytes are gone.
  3. It links the file to user/bob/7. and crashes too. One inode, two users, one of them
     reads the other's mail, and no index record has changed.
Beside it: an upload of Cyrus 2.4 that was cut while it rewrote carol's message, one that
never arrived, and deliveries of which only a harmless link was left.

These files are seconds old. The scan runs with its clock ${hoursAhead} hours ahead, so that
they count as old; only the demo does that.

`;
}

function moral(demo: DemoSpool, keep: boolean): string {
  const where = keep
    ? `The spool stays: ${demo.root}`
    : 'The spool is removed again. With --keep it stays, and the commands above work on it.';
  return `
Look at sync./${demo.reusedPid}/0. above: alice's and bob's messages are one file.
${where}
`;
}
