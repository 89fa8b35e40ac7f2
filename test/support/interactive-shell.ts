/** Presses keys in a real interactive shell on a terminal of its own, and reads what stands on its line then. */
import { spawnSync } from 'node:child_process';
import { delimiter, dirname } from 'node:path';

export interface Typing {
  /** With its arguments, so that no startup file of this machine takes part. */
  readonly shell: string;
  /** Lines that the shell reads before the keys. */
  readonly startup: readonly string[];
  readonly cwd: string;
  /** Where programs are looked for before this process's PATH. */
  readonly path: string;
}

const marker = 'LINE';
const startOfLine = '\x01';
const tab = '\t';

/** @returns the command line after `text` and one Tab, as the shell's own echo prints it */
export function lineAfterTab(text: string, { shell, startup, cwd, path }: Typing): string {
  const keys = [...startup, `${text}${tab}${startOfLine}echo ${marker} `, 'exit', ''].join('\n');
  const { stdout } = spawnSync('script', ['--quiet', '--command', shell, '/dev/null'], {
    cwd,
    input: keys,
    encoding: 'utf8',
    timeout: 30_000,
    env: {
      PATH: [path, dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter),
      HOME: cwd,
      TERM: 'dumb',
      PS1: '$ ',
    },
  });
  const lines = stdout.split(/[\r\n]+/).filter((line) => line.startsWith(`${marker} `));
  return (
    lines
      .at(-1)
      ?.slice(marker.length + 1)
      .trim() ?? `no line in ${JSON.stringify(stdout)}`
  );
}
