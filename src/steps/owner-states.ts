/** Who has the pids of a run's owners now: undo never restores a name below the pid of a living one (safety.md 25). */
import { doubtRoot, foreignProcesses } from '../decide/doubt-root.ts';
import { ownerJudge } from '../decide/judge-owner.ts';
import type { OwnerState } from '../model/owner.ts';
import type { Root } from '../model/partition.ts';
import type { ProcessSurvey } from '../model/process.ts';
import type { ProcessesAndMounts } from './check-owners.ts';
import { readForeignMounts } from './foreign-mounts.ts';

/**
 * @param nowNs  any Cyrus process that has the pid now counts, whenever it began: it would write into the directory
 */
export function ownerStates(
  os: ProcessesAndMounts,
  root: Root,
  pids: ReadonlySet<number>,
  survey: ProcessSurvey,
  { offline, nowNs }: { readonly offline: boolean; readonly nowNs: bigint },
): [pid: number, state: OwnerState][] {
  const foreign = offline
    ? []
    : readForeignMounts(os.processes, survey.proc, foreignProcesses(survey));
  const { owners: doubt } = doubtRoot(root, survey, os.files.mounts(), foreign);
  const judge = ownerJudge({ survey, doubt, offline });
  return [...pids].map((pid) => [pid, judge(pid, nowNs).state]);
}
