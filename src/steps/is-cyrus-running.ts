/** Is this a server in use? Asked only to be gentle: nothing is concluded from the answer. */
import { isCyrusProgram } from '../decide/cyrus-program.ts';
import type { Processes } from '../system/os.ts';

/** @param proc the procfs to ask */
export function isCyrusRunning(processes: Processes, proc: string): boolean {
  const survey = processes.survey(proc);
  return [...survey.processes.values()].some(
    (process) => process.isKernelThread !== true && isCyrusProgram(process),
  );
}
