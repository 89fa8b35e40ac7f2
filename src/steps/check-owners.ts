/** Who made each stage file, whether he is gone, and what the file therefore is: safety.md 4 to 9. */
import { isCyrusProgram } from '../decide/cyrus-program.ts';
import { doubtRoot, foreignProcesses, type RootDoubts } from '../decide/doubt-root.ts';
import { noOwner, ownerJudge, type OwnerJudge } from '../decide/judge-owner.ts';
import { judgeStageFile, type StageFileFacts } from '../decide/judge-stage-file.ts';
import { programOf } from '../decide/process-words.ts';
import type { BytePath } from '../model/byte-path.ts';
import type { Finding } from '../model/finding.ts';
import { inodeKey, type FileStat } from '../model/inode.ts';
import type { Liveness } from '../model/owner.ts';
import type { Root } from '../model/partition.ts';
import type { Holder, OpenFiles, ProcessSurvey } from '../model/process.ts';
import type { StageDirectory, StageFile } from '../model/stage.ts';
import type { Judgement } from '../model/verdict.ts';
import type { Files, Processes } from '../system/os.ts';
import { readForeignMounts } from './foreign-mounts.ts';

export interface OwnerSettings {
  /** The procfs to ask. */
  readonly proc: string;
  readonly offline: boolean;
  readonly minAgeSeconds: number;
  /** The instant of the run, by which all ages are counted. */
  readonly nowNs: bigint;
  /** The ctime that counts, where an unfinished run has moved it: steps/earlier-runs.ts. */
  readonly ctimeOf?: (stat: FileStat) => bigint;
}

/** What this step needs of the OS. */
export interface ProcessesAndMounts {
  readonly processes: Processes;
  readonly files: Pick<Files, 'mounts'>;
}

export interface CheckedOwners {
  /** In the order of the files; equal ones are one object. */
  readonly owners: readonly Liveness[];
  readonly judgements: readonly Judgement[];
  /**
   * Of a pid directory itself. Any Cyrus process of its pid has it, whenever that began: a session makes its directory
   * once, and its later uploads fail without one.
   */
  readonly ownerOfDirectory: (directory: StageDirectory, changedNs: bigint) => Liveness;
  /** stage-reused-pid, one for each such directory. */
  readonly findings: readonly Finding[];
  /** By the path of the root. */
  readonly doubts: ReadonlyMap<BytePath, RootDoubts>;
  /** Asked for the inodes only that would be orphans otherwise. */
  readonly open: OpenFiles;
}

/**
 * The survey comes after the files were listed: a process that makes a file after that makes it too young.
 *
 * @param files  of the areas in `roots`
 * @param survey the one look at the process table of this run
 */
export function checkOwners(
  os: ProcessesAndMounts,
  files: readonly StageFile[],
  roots: readonly Root[],
  settings: OwnerSettings,
  survey: ProcessSurvey = os.processes.survey(settings.proc),
): CheckedOwners {
  const { ctimeOf = changedNsOf } = settings;
  const doubts = doubtRoots(os, roots, settings, survey);
  const judges = new Map<BytePath, OwnerJudge>();
  for (const [path, { owners: doubt }] of doubts) {
    judges.set(path, ownerJudge({ survey, doubt, offline: settings.offline }));
  }
  const owners = files.map((file) => {
    const judge = judges.get(file.directory.root);
    if (judge === undefined) throw new Error(`no root for ${file.directory.root}`);
    return file.ownerPid === undefined ? noOwner : judge(file.ownerPid, ctimeOf(file.stat));
  });

  const share = judgementSharer();
  const factsOf = (file: StageFile, index: number): StageFileFacts => ({
    grammar: file.grammar,
    kind: file.stat.kind,
    owner: owners[index] ?? noOwner,
    uid: file.stat.uid,
    holders: [],
    uninspectableUids: nobody,
    ageNs: settings.nowNs - ctimeOf(file.stat),
    minAgeSeconds: settings.minAgeSeconds,
  });
  const judgements = files.map((file, index) => share(judgeStageFile(factsOf(file, index))));

  const open = os.processes.openFiles(settings.proc, orphanInodes(files, judgements));
  const uninspectableUids =
    survey.hidden !== undefined && !settings.offline
      ? 'any'
      : new Set(open.uninspectable.map((holder) => holder.uid));
  const tell = holderTeller();
  // Nearly always, and then every orphan was judged by this already.
  const isNobodyAtWork =
    open.holders.size === 0 && uninspectableUids !== 'any' && uninspectableUids.size === 0;
  files.forEach((file, index) => {
    if (isNobodyAtWork || judgements[index]?.verdict !== 'orphan') return;
    const holders = open.holders.get(inodeKey(file.stat)) ?? [];
    const judgement = share(
      judgeStageFile({ ...factsOf(file, index), holders, uninspectableUids }),
    );
    judgements[index] = judgement;
    const owner = owners[index] ?? noOwner;
    if (holders.length > 0) owners[index] = tell(owner, 'open in process', holders);
    else if (judgement.reasons.includes('process-not-inspectable')) {
      const hidden = open.uninspectable.filter(({ uid }) => uid === file.stat.uid);
      owners[index] = tell(owner, 'whether it is open cannot be seen of process', hidden);
    }
  });
  const ownerOfDirectory = (directory: StageDirectory, changedNs: bigint): Liveness => {
    const judge = judges.get(directory.root);
    if (directory.pid === undefined || judge === undefined) return noOwner;
    const owner = judge(directory.pid, changedNs);
    const process = survey.processes.get(directory.pid);
    if (owner.state !== 'reused' || process === undefined || !isCyrusProgram(process)) return owner;
    return { state: 'alive', evidence: `process ${process.pid} is ${programOf(process)}` };
  };
  const findings = reusedPids(files, owners, survey);
  return { owners, judgements, ownerOfDirectory, findings, doubts, open };
}

function changedNsOf({ changedNs }: FileStat): bigint {
  return changedNs;
}

const nobody: ReadonlySet<number> = new Set();

/** Adds to the evidence which processes it is about; files of one owner and the same processes share one. */
function holderTeller(): (owner: Liveness, what: string, holders: readonly Holder[]) => Liveness {
  const known = new Map<string, Liveness>();
  return (owner, what, holders) => {
    if (holders.length === 0) return owner;
    const names = holders.slice(0, holdersTold).map(({ pid, comm }) => `${pid} (${comm})`);
    const more = holders.length > names.length ? ` and ${holders.length - names.length} more` : '';
    const evidence = `${owner.evidence}; ${what} ${names.join(', ')}${more}`;
    const key = `${owner.state} ${evidence}`;
    const one = known.get(key) ?? { state: owner.state, evidence };
    known.set(key, one);
    return one;
  };
}

const holdersTold = 3;

function doubtRoots(
  os: ProcessesAndMounts,
  roots: readonly Root[],
  { offline, proc }: OwnerSettings,
  survey: ProcessSurvey,
): Map<BytePath, RootDoubts> {
  // Offline answers every doubt about owners, and then hundreds of containers need not be asked.
  const foreign = offline ? [] : readForeignMounts(os.processes, proc, foreignProcesses(survey));
  const own = foreign.length === 0 ? [] : os.files.mounts();
  return new Map(roots.map((root) => [root.path, doubtRoot(root, survey, own, foreign)]));
}

/** A million keys are made only when somebody has a file open that could be one of them. */
function orphanInodes(
  files: readonly StageFile[],
  judgements: readonly Judgement[],
): ReadonlySet<string> | (() => ReadonlySet<string>) {
  if (!judgements.some(({ verdict }) => verdict === 'orphan')) return nothing;
  return () => {
    const keys = new Set<string>();
    files.forEach((file, index) => {
      if (judgements[index]?.verdict === 'orphan') keys.add(inodeKey(file.stat));
    });
    return keys;
  };
}

const nothing: ReadonlySet<string> = new Set();

/** The rearmed bug in waiting: a live Cyrus process will write into a directory that holds stale files. */
function reusedPids(
  files: readonly StageFile[],
  owners: readonly Liveness[],
  survey: ProcessSurvey,
): Finding[] {
  const stale = new Map<StageDirectory, number>();
  files.forEach((file, index) => {
    if (file.directory.pid === undefined || owners[index]?.state !== 'reused') return;
    stale.set(file.directory, (stale.get(file.directory) ?? 0) + 1);
  });
  return [...stale].flatMap(([directory, count]): Finding[] => {
    const process = survey.processes.get(directory.pid ?? 0);
    if (process?.executable === undefined || !isCyrusProgram(process)) return [];
    const detail = `process ${process.pid} is ${programOf(process)}; stale files in its directory: ${count}`;
    return [{ code: 'stage-reused-pid', path: directory.path, detail }];
  });
}

/** A million files have a dozen different judgements. */
function judgementSharer(): (judgement: Judgement) => Judgement {
  const known = new Map<string, Judgement>();
  return (judgement) => {
    const key = `${judgement.verdict} ${judgement.reasons.join(' ')}`;
    const one = known.get(key);
    if (one === undefined) known.set(key, judgement);
    return one ?? judgement;
  };
}
