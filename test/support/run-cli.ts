/** Runs the built program as a user does. */
import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const program = fileURLToPath(new URL('../../bin/stagesweep.js', import.meta.url));

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Arguments of node itself. */
  readonly node?: readonly string[];
  readonly uid?: number;
}

export function run(args: readonly string[], options: RunOptions = {}): SpawnSyncReturns<string> {
  const { node = [], env = {}, ...rest } = options;
  return spawnSync(process.execPath, [...node, program, ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: { PATH: process.env['PATH'], ...env },
    ...rest,
  });
}
