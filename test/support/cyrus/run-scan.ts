/** The built program as an administrator starts it, and its scan with a clock that is ahead. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { renderJson } from '../../../src/report/json.ts';
import { loadSpools } from '../../../src/steps/load-config.ts';
import { silent } from '../../../src/steps/scan-progress.ts';
import { scan } from '../../../src/steps/scan.ts';
import { nodeOs } from '../../../src/system/node-os.ts';
import { readReport, type Scanned } from './scanned.ts';

export interface ProgramRun {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const program = fileURLToPath(new URL('../../../bin/stagesweep.js', import.meta.url));

export function runProgram(args: readonly string[]): Promise<ProgramRun> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 30_000,
      killSignal: 'SIGKILL',
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
    child.once('error', reject);
    child.once('close', (status) => {
      resolve({ status, stdout, stderr });
    });
  });
}

/** What `stagesweep scan` will say of the same disk and the same processes in so many hours. */
export async function scanAhead(configFile: string, hours: number): Promise<Scanned> {
  const seconds = hours * 3600;
  const os = nodeOs({ jobs: 1, clockAheadNs: BigInt(seconds) * 1_000_000_000n });
  const spools = loadSpools(os.files, {
    partitions: [],
    configFiles: [configFile],
    archive: [],
    meta: [],
    cwd: '/',
    defaultConfig: '/etc/imapd.conf',
  });
  const report = await scan(
    os,
    spools,
    {
      linksIn: [],
      wholeFilesystem: false,
      enterMounts: false,
      minAgeSeconds: 36 * 3600,
      offline: false,
      proc: '/proc',
      defaultConfig: '/etc/imapd.conf',
      walker: 'auto',
      jobs: 1,
      header: { version: 'test', host: 'lab', command: [], clockAheadSeconds: seconds },
    },
    silent,
  );
  return readReport([...renderJson(report)].join(''));
}
