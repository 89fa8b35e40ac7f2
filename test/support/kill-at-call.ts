/**
 * The built program as root starts it. The process that makes the changes runs under strace, which kills it at the
 * entry of one chosen system call.
 */
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { program } from './run-cli.ts';

const strace = '/usr/bin/strace';

/** What is missing on this machine; empty when a run can be killed. */
export function whyNoKill(): readonly string[] {
  return [
    ...(existsSync(strace) ? [] : ['strace']),
    // Only root's program has a process of its own for the changes.
    ...(process.getuid?.() === 0 ? [] : ['root']),
  ];
}

export interface Blow {
  /** Names of one call, as strace takes them; `?` before those that not every machine has. */
  readonly calls: string;
  /** Counted from 1. Absent: nobody is killed. */
  readonly when?: number;
}

export interface Struck {
  readonly wasKilled: boolean;
  /** Line by line, the calls that were made; the last one not, when it was killed. */
  readonly made: readonly string[];
}

/**
 * @param dir  of the owner of the spool; takes a script and what strace writes
 * @returns    when the program and its processes have ended
 */
export async function strike(dir: string, blow: Blow, args: readonly string[]): Promise<Struck> {
  const log = join(dir, 'strace.log');
  const wrapper = join(dir, 'node');
  writeFileSync(wrapper, wrapperText(dir, log, blow));
  chmodSync(wrapper, 0o755);
  const asNode = `data:text/javascript,process.execPath=${JSON.stringify(wrapper)}`;
  await new Promise<void>((resolve, reject) => {
    const child = spawn(process.execPath, ['--import', asNode, program, ...args], {
      cwd: '/',
      stdio: 'ignore',
    });
    child.once('error', reject);
    child.once('close', () => {
      resolve();
    });
  });
  const lines = readFileSync(log, 'latin1').split('\n');
  return {
    wasKilled: lines.includes('+++ killed by SIGKILL +++'),
    made: lines.filter((line) => /^\w+\(/.test(line)),
  };
}

/** The first process only looks whether a removal would work; the second removes. */
function wrapperText(dir: string, log: string, { calls, when }: Blow): string {
  const inject = when === undefined ? '' : `-e 'inject=${calls}:signal=SIGKILL:when=${when}'`;
  return [
    '#!/bin/sh',
    `if /bin/mkdir '${dir}/looked' 2>/dev/null; then exec '${process.execPath}' "$@"; fi`,
    // Without -f: the removal is done on the main thread, and no other one is counted.
    `exec ${strace} -q -s 40 -o '${log}' -e 'trace=${calls}' ${inject} '${process.execPath}' "$@"`,
    '',
  ].join('\n');
}
