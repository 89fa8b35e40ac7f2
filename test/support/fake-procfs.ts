/** A directory that looks like a procfs: for mounts, namespaces and clocks that this machine cannot be given. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface FakeProcess {
  readonly pid: number;
  readonly comm?: string;
  readonly state?: string;
  readonly threads?: number;
  readonly flags?: number;
  /** Ticks of 10 ms after boot. */
  readonly startTicks?: number;
  readonly uid?: number;
  /** null: the link is missing, as for one whose program may not be read. */
  readonly exe?: string | null;
  /** One pid for each namespace; null leaves the line out, as Linux did before 4.1. */
  readonly pids?: readonly number[] | null;
  readonly namespace?: string;
  readonly arguments?: string;
  /** Files that a test wants to be missing: stat, status, cmdline. */
  readonly without?: readonly string[];
}

export interface FakeKernel {
  readonly bootSeconds: number;
  readonly uptimeSeconds: number;
  /** What `self` points to. */
  readonly self?: number;
}

export function writeProcfs(
  directory: string,
  kernel: FakeKernel,
  processes: readonly FakeProcess[],
): void {
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'stat'), `cpu  1 2 3\nbtime ${kernel.bootSeconds}\nprocesses 9\n`);
  writeFileSync(join(directory, 'uptime'), `${kernel.uptimeSeconds.toFixed(2)} 100.00\n`);
  if (kernel.self !== undefined) symlinkSync(String(kernel.self), join(directory, 'self'));
  for (const process of processes) writeProcess(directory, process);
}

export function statLine(process: FakeProcess): string {
  const { pid, comm = 'sync_server', state = 'S', threads = 1, flags = 0 } = process;
  // Fields 4 to 22 of proc(5): flags is the 9th, num_threads the 20th, starttime the 22nd.
  return `${pid} (${comm}) ${state} 1 1 1 0 -1 ${flags} 0 0 0 0 0 0 0 0 20 0 ${threads} 0 ${process.startTicks ?? 100} 0 0\n`;
}

function writeProcess(root: string, process: FakeProcess): void {
  const directory = join(root, String(process.pid));
  mkdirSync(directory, { recursive: true });
  const uid = process.uid ?? 96;
  const pids = process.pids === undefined ? [process.pid] : process.pids;
  const files = {
    stat: statLine(process),
    status:
      `Name:\t${process.comm ?? 'sync_server'}\nUid:\t0\t${uid}\t0\t0\n` +
      (pids === null ? '' : `NSpid:\t${pids.join('\t')}\n`),
    cmdline: process.arguments ?? '',
  };
  for (const [name, text] of Object.entries(files)) {
    if (process.without?.includes(name) !== true)
      writeFileSync(join(directory, name), text, 'latin1');
  }
  const exe = process.exe === undefined ? '/usr/lib/cyrus/bin/sync_server' : process.exe;
  if (exe !== null) symlinkSync(exe, join(directory, 'exe'));
  if (process.namespace !== undefined) {
    mkdirSync(join(directory, 'ns'));
    symlinkSync(`pid:[${process.namespace}]`, join(directory, 'ns/pid'));
  }
}
