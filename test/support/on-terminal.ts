/** Runs the built program on a terminal of its own, which script(1) gives it. */
import { spawnSync } from 'node:child_process';
import { program } from './run-cli.ts';

const isThere = spawnSync('script', ['--version']).status === 0;

/** Empty where script is there. */
export const whyNoTerminal = isThere ? '' : ' (skipped: needs script, of the package bsdutils)';

/**
 * @param typed  what is typed into it
 * @returns      what the terminal shows: standard output and error
 */
export function onTerminal(
  words: readonly string[],
  typed = '',
): { readonly status: number | null; readonly output: string } {
  const quoted = [process.execPath, program, ...words].map((word) => `'${word}'`).join(' ');
  // A terminal of script's has no width, and without one there is no progress.
  const line = `stty columns 100 rows 40; exec ${quoted}`;
  const { status, stdout } = spawnSync('script', ['-qec', line, '/dev/null'], {
    input: typed,
    encoding: 'utf8',
    timeout: 120_000,
    // Without CI, in which spinners do not turn.
    env: { PATH: process.env['PATH'], TERM: 'xterm' },
  });
  return { status, output: stdout };
}
