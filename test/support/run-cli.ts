/** Runs the built program as a user does. */
import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import { checkoutRoot } from './checkout-copy.ts';
import { productionDirectories } from './local-registry.ts';

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
  const started = rest.uid === undefined ? program : programOf(rest.uid);
  return spawnSync(process.execPath, [...node, started, ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: { PATH: process.env['PATH'], ...env },
    ...rest,
  });
}

let copied: string | undefined;
afterAll(() => {
  if (copied !== undefined) rmSync(copied, { recursive: true, force: true });
});

/** A checkout in root's home is closed to others: for them there is a copy. */
function programOf(uid: number): string {
  if (spawnSync('test', ['-r', program], { uid }).status === 0) return program;
  copied ??= copyProgram();
  return join(copied, 'bin/stagesweep.js');
}

function copyProgram(): string {
  const home = mkdtempSync(join(tmpdir(), 'stagesweep-program-'));
  const parts = ['bin', 'dist/program', 'package.json'];
  const dependencies = productionDirectories(checkoutRoot).map((path) =>
    relative(checkoutRoot, path),
  );
  for (const part of [...parts, ...dependencies]) {
    cpSync(join(checkoutRoot, part), join(home, part), { recursive: true });
  }
  spawnSync('chmod', ['-R', 'go+rX', home]);
  return home;
}
