/**
 * Kills a Cyrus process at one chosen system call, so that a crash leaves the same thing every time.
 *
 * strace is attached to every process of a program (none may be in a session), since any of them may take the connection; each
 * counts for itself. The signal is injected at the entry of the call: with SIGKILL the call is not carried
 * out, with SIGTERM it is, and the process ends when it next asks for signals.
 */
import { spawn } from 'node:child_process';
import type { Instance } from './instance.ts';
import { atRest, isRunning } from './process-table.ts';
import { waitUntil } from './wait-until.ts';

export interface Blow {
  readonly comm: string;
  readonly syscall: 'link' | 'unlink' | 'write' | 'fsync';
  /** Counted from 1, of the calls that match. */
  readonly when: number;
  readonly signal: 'SIGKILL' | 'SIGTERM';
  /** Only calls that name this path, or a descriptor of it. @param pid of the process that is traced */
  readonly path?: (pid: number) => string;
}

/**
 * @param action  makes one of the waiting processes work; it may fail, since its server dies under it
 * @returns       the pid of the process that died
 */
export async function strike(
  instance: Instance,
  blow: Blow,
  action: () => Promise<unknown>,
): Promise<number> {
  const pids = await instance.processes(blow.comm);
  await atRest(pids);
  const tracer = spawn('/usr/bin/strace', straceArguments(blow, pids), {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const gone = new Promise<void>((resolve) =>
    tracer.once('close', () => {
      resolve();
    }),
  );
  let told = '';
  tracer.stderr.setEncoding('latin1').on('data', (chunk: string) => (told += chunk));
  try {
    await waitUntil(`strace attached to ${blow.comm}`, () =>
      pids.every((pid) => told.includes(`Process ${pid} attached`)),
    );
    await action().catch(() => undefined);
    return await waitUntil(`${blow.signal} at ${blow.syscall} of ${blow.comm}`, () =>
      pids.find((pid) => !isRunning(pid)),
    ).catch((why: unknown) => {
      throw new Error(`the blow did not fall; strace said:\n${told}`, { cause: why });
    });
  } finally {
    // strace lets go of the living before it ends; the next strike may want them.
    tracer.kill('SIGINT');
    await gone;
  }
}

function straceArguments(blow: Blow, pids: readonly number[]): string[] {
  // Links are made by link(2) in 3.6 and by linkat(2) in 3.13.
  const calls = {
    link: 'link,linkat',
    unlink: 'unlink,unlinkat',
    write: 'write',
    fsync: 'fsync,fdatasync',
  }[blow.syscall];
  return [
    '-e',
    `trace=${calls}`,
    '-e',
    `inject=${calls}:signal=${blow.signal}:when=${blow.when}`,
    ...(blow.path === undefined ? [] : pids.flatMap((pid) => ['-P', blow.path?.(pid) ?? ''])),
    ...pids.flatMap((pid) => ['-p', String(pid)]),
  ];
}
