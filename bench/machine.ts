/** Where a figure was taken: all that it depends on, and no name of a host or a path. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, release, totalmem } from 'node:os';

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly kernel: string;
  readonly filesystem: string;
  readonly node: string;
  readonly stagesweep: string;
  readonly isRoot: boolean;
}

/** @param directory on the filesystem of the spools */
export function describeMachine(directory: string): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    filesystem: execFileSync('findmnt', ['-n', '-o', 'FSTYPE', '--target', directory], {
      encoding: 'utf8',
    }).trim(),
    node: process.version,
    stagesweep: packageVersion(),
    isRoot: process.getuid?.() === 0,
  };
}

export function machineLine(machine: Machine): string {
  const { cpu, cores, memoryGiB, kernel, filesystem, node, stagesweep } = machine;
  return `${cpu}, ${cores} cores, ${memoryGiB} GiB, Linux ${kernel}, ${filesystem}, Node ${node}, stagesweep ${stagesweep}`;
}

function packageVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  const found: unknown = JSON.parse(text);
  if (typeof found !== 'object' || found === null || !('version' in found)) return 'unknown';
  return String(found.version);
}
