/** What became of the process that made a stage file: safety.md 5 to 7. */
import type { Liveness, OwnerState } from '../model/owner.ts';
import type { ProcessFacts, ProcessSurvey } from '../model/process.ts';
import { isCyrusProgram } from './cyrus-program.ts';
import { printable, programOf, spanOf } from './process-words.ts';

/** Slack between the clock of processes and the clock of files. */
const toleranceSeconds = 600;
const toleranceNs = BigInt(toleranceSeconds) * 1_000_000_000n;

export interface OwnerContext {
  readonly survey: ProcessSurvey;
  /** Why no owner in this root can be judged from here, in words; see doubt-root.ts. */
  readonly doubt: string | undefined;
  /** The operator says that nobody uses the spool. */
  readonly offline: boolean;
}

/** @param changedNs the stage file's ctime: linking and writing set it, so the owner was there then */
export type OwnerJudge = (pid: number, changedNs: bigint) => Liveness;

/** Of a name that tells no owner. */
export const noOwner: Liveness = { state: 'unknown', evidence: 'its name tells no owner' };
const noProcess: Liveness = { state: 'dead', evidence: 'no such process' };
const olderThanBoot: Liveness = { state: 'reused', evidence: 'older than the last boot' };
const unused: Liveness = { state: 'dead', evidence: 'nobody uses this spool (--offline)' };

/**
 * A judge for all files of one root. What is the same for many files comes back as the same object: a million
 * stage files of one process share one.
 *
 * Precedence: what casts doubt on every owner, then what is known of the one process. A doubt also beats a Cyrus
 * program of that pid, which may be a stranger there: "alive" would pass leftovers over in silence.
 */
export function ownerJudge({ survey, doubt, offline }: OwnerContext): OwnerJudge {
  if (offline) return () => unused;
  const general = doubt ?? doubtOf(survey);
  if (general !== undefined) {
    const unknown: Liveness = { state: 'unknown', evidence: general };
    return () => unknown;
  }
  const absent: Liveness =
    survey.hidden === undefined
      ? noProcess
      : { state: 'unknown', evidence: `no such process to be seen, but ${survey.hidden}` };
  const judges = new Map<number, (changedNs: bigint) => Liveness>();
  return (pid, changedNs) => {
    const process = survey.processes.get(pid);
    if (process === undefined) return absent;
    let judge = judges.get(pid);
    if (judge === undefined) {
      judge = processJudge(process, survey.bootedNs ?? 0n);
      judges.set(pid, judge);
    }
    return judge(changedNs);
  };
}

/** Doubts about the procfs as a whole. A procfs with another clock may be another machine's. */
function doubtOf(survey: ProcessSurvey): string | undefined {
  if (survey.bootedNs === undefined)
    return survey.hidden ?? 'the time of the last boot is not known';
  const skew = Math.abs(survey.clockSkewSeconds);
  // Written so that a skew that is no number is a doubt too.
  if (skew <= toleranceSeconds) return undefined;
  const span = Number.isFinite(skew)
    ? spanOf(BigInt(Math.trunc(skew)) * 1_000_000_000n)
    : 'unknown';
  return `the clock of ${survey.proc} and ours are ${span} apart`;
}

function processJudge(process: ProcessFacts, bootedNs: bigint): (changedNs: bigint) => Liveness {
  const name = `process ${process.pid}`;
  if (process.state === 'Z' || process.state === 'X') {
    const zombie: Liveness = { state: 'dead', evidence: `${name} has ended (a zombie)` };
    return () => zombie;
  }
  const shared = sharing();
  return (changedNs) => {
    if (changedNs < bootedNs - toleranceNs) return olderThanBoot;
    const lead = changedNs - process.startedNs;
    if (lead < -toleranceNs) {
      return shared('reused', `${name} started ${spanOf(-lead)} after the file`);
    }
    if (process.isKernelThread === true) {
      return shared('reused', `${name} is ${programOf(process)}`);
    }
    if (process.executable === undefined) {
      const comm = printable(process.comm);
      return shared('unknown', `the program of ${name} (${comm}) cannot be read: run as root`);
    }
    const program = programOf(process);
    if (!isCyrusProgram(process))
      return shared('reused', `${name} is ${program}, no Cyrus program`);
    // Within the tolerance it may seem to have started after its own file.
    const when = lead >= 0n ? `${spanOf(lead)} before` : 'about the time of';
    return shared('alive', `${name} is ${program}, started ${when} the file`);
  };
}

/** One object for each pair of state and evidence. */
function sharing(): (state: OwnerState, evidence: string) => Liveness {
  const known = new Map<string, Liveness>();
  return (state, evidence) => {
    let one = known.get(evidence);
    if (one === undefined) {
      one = { state, evidence };
      known.set(evidence, one);
    }
    return one;
  };
}
