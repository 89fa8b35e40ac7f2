/** Runs a scan in the test's own process, on a real spool, 40 hours from now. */
import type { Report } from '../../src/model/report.ts';
import { loadSpools } from '../../src/steps/load-config.ts';
import { silent } from '../../src/steps/scan-progress.ts';
import { scan } from '../../src/steps/scan.ts';
import { nodeOs } from '../../src/system/node-os.ts';
import type { Os } from '../../src/system/os.ts';

/**
 * No process is one that may not be inspected: see the demo.
 *
 * @param config   an imapd.conf
 * @param onPause  happens instead of a pause, with the number of the pause, from 1
 */
export async function runScan(
  config: string,
  onPause: (number: number) => void = () => undefined,
): Promise<Report> {
  const real = nodeOs({ jobs: 1, clockAheadNs: 40n * 3600n * 1_000_000_000n });
  const openFiles = () => ({ holders: new Map(), uninspectable: [] });
  const os = pausing({ ...real, processes: { ...real.processes, openFiles } }, onPause);
  const spools = loadSpools(os.files, {
    partitions: [],
    configFiles: [config],
    archive: [],
    meta: [],
    cwd: '/',
    defaultConfig: '/nonexistent',
  });
  return scan(
    os,
    spools,
    {
      linksIn: [],
      wholeFilesystem: false,
      enterMounts: false,
      minAgeSeconds: 36 * 3600,
      offline: false,
      proc: '/proc',
      defaultConfig: '/nonexistent',
      walker: 'node',
      jobs: 1,
      header: { version: 'test', host: 'test', command: [] },
    },
    silent,
  );
}

/** An Os whose pauses take no time; something happens instead of each. */
export function pausing(os: Os, onPause: (number: number) => void): Os {
  let pauses = 0;
  const pause = (): Promise<void> => {
    pauses += 1;
    onPause(pauses);
    return Promise.resolve();
  };
  return { ...os, clock: { ...os.clock, pause } };
}
