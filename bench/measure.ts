/** One run of a whole program: how long, how much memory, what it said. */
import { spawn } from 'node:child_process';
import { accessSync, closeSync, constants, openSync, readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { tracked } from './children.ts';

export interface Command {
  readonly argv: readonly [string, ...string[]];
  /** Standard input comes from this file. */
  readonly input?: string;
}

export interface Run {
  readonly wallMs: number;
  /** Of the largest process of a pipeline, KiB; undefined where GNU time is missing. */
  readonly peakKiB?: number;
  readonly status: number;
}

/**
 * GNU time stands between, because the kernel counts what a process was before exec as well: a child of this one would
 * never have needed less than this Node does.
 */
const gnuTime = '/usr/bin/time';

export function hasGnuTime(): boolean {
  try {
    accessSync(gnuTime, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * @param output  file that takes standard output: a pipe into this process would be measured as well
 * @throws        Error when the program cannot be started or is killed
 */
export async function measure(command: Command, output: string): Promise<Run> {
  const usage = `${output}.usage`;
  const isTimed = hasGnuTime();
  const [program, ...args] = isTimed
    ? ([gnuTime, '-o', usage, '-f', '%M', ...command.argv] as const)
    : command.argv;
  const input = openSync(command.input ?? '/dev/null', 'r');
  const target = openSync(output, 'w');
  const errors = openSync(`${output}.errors`, 'w');
  try {
    const started = performance.now();
    const status = await new Promise<number>((resolve, reject) => {
      const child = tracked(
        spawn(program, args, { stdio: [input, target, errors], env: environment() }),
      );
      child.once('error', reject);
      child.once('exit', (code, signal) => {
        if (code === null) reject(new Error(`${command.argv[0]} was ended by ${String(signal)}`));
        else resolve(code);
      });
    });
    const wallMs = performance.now() - started;
    return { wallMs, status, ...(isTimed ? { peakKiB: peakOf(usage) } : {}) };
  } finally {
    for (const fd of [input, target, errors]) closeSync(fd);
  }
}

/** Without what a machine sets for every Node: certificates to load, for one, take longer than Node's own start. */
function environment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('NODE_'));
  return Object.fromEntries(kept);
}

/** The last line: a status other than 0 is told in a line before. */
function peakOf(usage: string): number {
  return Number(readFileSync(usage, 'utf8').trimEnd().split('\n').at(-1));
}
