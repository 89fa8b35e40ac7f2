/** The sudden end of a process in whose session we are. */
import { isRunning } from './process-table.ts';
import { waitUntil } from './wait-until.ts';

export async function abandon(pid: number): Promise<number> {
  process.kill(pid, 'SIGKILL');
  await waitUntil(`the end of process ${pid}`, () => !isRunning(pid));
  return pid;
}
