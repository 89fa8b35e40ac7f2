/** The processes that run now, for whoever breaks the benchmark off: what they make must not outlive it. */
import type { ChildProcess } from 'node:child_process';

const running = new Set<ChildProcess>();

export function tracked(child: ChildProcess): ChildProcess {
  running.add(child);
  const forget = (): void => {
    running.delete(child);
  };
  child.once('exit', forget);
  child.once('error', forget);
  return child;
}

export function killChildren(): void {
  for (const child of running) child.kill('SIGKILL');
}
