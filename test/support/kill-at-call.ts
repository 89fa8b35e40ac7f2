/** The built program under strace, which kills it at the entry of one chosen system call. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { program } from './run-cli.ts';

export const strace = '/usr/bin/strace';

/** Why no run can be killed here; empty when it can. */
export function whyNoKill(): readonly string[] {
  return [
    ...(existsSync(strace) ? [] : ['strace']),
    // The drop of root's rights is part of what is killed.
    ...(process.getuid?.() === 0 ? [] : ['root']),
  ];
}

export interface Blow {
  /** Names of one call, as strace takes them; `?` before those that not every machine has. */
  readonly calls: string;
  /** Counted from 1, by every thread for itself. Absent: nobody is killed. */
  readonly when?: number;
  /** Who runs the program, when that is not root: then it needs no child. */
  readonly uid?: number;
  /** Takes strace's words. */
  readonly log: string;
}

export interface Struck {
  readonly wasKilled: boolean;
  /** The call that was not carried out, with the beginning of its arguments. */
  readonly at: string;
  /** What strace wrote. */
  readonly told: string;
}

/**
 * Without --seccomp-bpf, with which strace 6.1 injects nothing into the processes that it follows.
 *
 * @returns when every process of the program has ended
 */
export async function strike(
  { calls, when, uid, log }: Blow,
  args: readonly string[],
): Promise<Struck> {
  const words = ['-f', '-qq', '-s', '40', '-o', log, '-e', `trace=${calls}`];
  const inject = when === undefined ? [] : ['-e', `inject=${calls}:signal=SIGKILL:when=${when}`];
  await new Promise<void>((resolve, reject) => {
    const child = spawn(strace, [...words, ...inject, process.execPath, program, ...args], {
      cwd: '/',
      stdio: 'ignore',
      // Of many threads each makes few calls, so that those of the main thread are told by their number.
      env: { PATH: process.env['PATH'], UV_THREADPOOL_SIZE: '32' },
      ...(uid === undefined ? {} : { uid, gid: uid }),
    });
    child.once('error', reject);
    child.once('close', () => {
      resolve();
    });
  });
  const told = readFileSync(log, 'latin1');
  const at = /^\d+ +(\w+\(.*?)(?: <unfinished \.\.\.>|\) += \?)$/m.exec(told)?.[1] ?? '';
  return { wasKilled: told.includes('+++ killed by SIGKILL +++'), at, told };
}
