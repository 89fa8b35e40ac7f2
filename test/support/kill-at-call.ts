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
  /** Beginning of the call's name: `rename` is rename, renameat and renameat2. */
  readonly call: string;
  /** Counted from 1, by every thread for itself and every call of that name. Absent: nobody is killed. */
  readonly when?: number;
  /** Who runs the program, when that is not root: then it has no child. */
  readonly uid?: number;
  /** Takes strace's words. */
  readonly log: string;
}

export interface Struck {
  readonly wasKilled: boolean;
  /** The call of which nothing was done, with its arguments; empty when nobody was killed. */
  readonly at: string;
  /** What strace wrote. */
  readonly calls: string;
}

/** Returns when every process of the program has ended. */
export async function strike(
  { call, when, uid, log }: Blow,
  args: readonly string[],
): Promise<Struck> {
  const inject = when === undefined ? [] : ['-e', `inject=/^${call}:signal=SIGKILL:when=${when}`];
  const words = ['-f', '--seccomp-bpf', '-qq', '-s', '40', '-o', log, '-e', `trace=/^${call}`];
  await new Promise<void>((resolve, reject) => {
    const child = spawn(strace, [...words, ...inject, process.execPath, program, ...args], {
      cwd: '/',
      stdio: 'ignore',
      ...(uid === undefined ? {} : { uid, gid: uid }),
    });
    child.once('error', reject);
    child.once('close', () => {
      resolve();
    });
  });
  const calls = readFileSync(log, 'latin1');
  // A call that is not carried out has no result: `rename("…", "…") = ?`.
  const at = /^\d+ +(\w+\(.*\)) += \?$/m.exec(calls)?.[1] ?? '';
  return { wasKilled: calls.includes('+++ killed by SIGKILL'), at, calls };
}
