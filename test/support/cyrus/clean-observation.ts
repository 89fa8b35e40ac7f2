/** Everything that the tests of clean compare, taken from one lab: before, cleaned, undone, cleaned again, purged. */
import type { CyrusLab } from '../cyrus-lab.ts';
import { cleanAhead, type CleanedAhead } from './clean-ahead.ts';
import { askReconstruct } from './cyrus-checks.ts';
import { stagedFiles, type StagedFile } from './inventory.ts';
import type { Instance } from './instance.ts';
import { listOf, numberOf, objectOf, stringOf } from './json-value.ts';
import { messageNames, type MessageNames } from './message-names.ts';
import { allowMoreProcesses } from './more-processes.ts';
import { createUser, fill } from './replication.ts';
import { runProgram, type ProgramRun } from './run-scan.ts';
import { ends, type End } from './situation.ts';
import { Traffic } from './traffic.ts';
import { waitUntil } from './wait-until.ts';

export interface RunningView {
  readonly before: readonly StagedFile[];
  readonly cleaned: readonly StagedFile[];
  readonly outcomes: readonly string[];
  readonly stopped: readonly string[];
  readonly undo: ProgramRun;
  readonly names: Readonly<Record<'before' | 'cleaned' | 'undone', MessageNames>>;
  /** Of reconstruct -n -G. */
  readonly faults: Readonly<Record<'before' | 'cleaned', readonly string[]>>;
}

export interface StoppedView {
  readonly clean: ProgramRun;
  readonly undo: ProgramRun;
  readonly purge: ProgramRun;
  readonly staged: Readonly<Record<'before' | 'cleaned' | 'again', readonly string[]>>;
  readonly names: Readonly<Record<'before' | 'undone' | 'purged', MessageNames>>;
  /** Of the first run, as history has it: after it, and after its undo. */
  readonly states: readonly string[];
  /** In the quarantine after the purge, by history. */
  readonly heldFiles: number;
}

export interface CleanObservation {
  readonly livePids: ReadonlySet<number>;
  readonly trafficErrors: readonly string[];
  readonly roundsBesides: number;
  readonly running: Readonly<Record<End, RunningView>>;
  readonly stopped: readonly StoppedView[];
}

/** Of whom there was nothing before. */
const newUser = 'zoe';
const runs: Readonly<Record<End, string>> = {
  master: '20261124T034800Z-0000000a',
  replica: '20261124T034801Z-0000000b',
};

/** Leaves the lab stopped. */
export async function observeClean(lab: CyrusLab): Promise<CleanObservation> {
  const livePids = new Set(lab.situations.flatMap(({ isLive, pid }) => (isLive ? [pid] : [])));
  for (const end of ends) allowMoreProcesses(lab[end]);
  await createUser(lab.master, newUser);
  await fill(lab.master, newUser, 1);
  const each = async <T>(look: (end: End) => Promise<T>): Promise<Record<End, T>> => ({
    master: await look('master'),
    replica: await look('replica'),
  });
  const staged = await each((end) => Promise.resolve(stagedFiles(lab[end])));
  const names = await each((end) => Promise.resolve(messageNames(lab[end])));
  const faults = await each((end) => askReconstruct(lab[end]));

  const traffic = new Traffic(lab, newUser);
  const rounds = async (count: number): Promise<void> => {
    const wanted = traffic.rounds + count;
    await waitUntil(`round ${wanted} of the traffic`, () => traffic.rounds >= wanted);
  };
  await rounds(1);
  const cleaned = await each((end) => cleanAhead(lab[end].configFile, 40, runs[end]));
  await rounds(1);
  await traffic.end();
  const first = traffic.rounds;
  const isOfTraffic = (end: End, { ownerPid }: StagedFile): boolean =>
    !livePids.has(ownerPid) && !staged[end].some((one) => one.ownerPid === ownerPid);
  const afterwards = await each((end) =>
    Promise.resolve(stagedFiles(lab[end]).filter((file) => !isOfTraffic(end, file))),
  );
  const namesCleaned = await each((end) => Promise.resolve(messageNames(lab[end])));
  const faultsCleaned = await each((end) => askReconstruct(lab[end]));

  const again = new Traffic(lab, newUser);
  const undo = await each((end) =>
    runProgram(['undo', runs[end], '-C', lab[end].configFile, '--apply', '--yes', '--json']),
  );
  await again.end();
  const undone = await each((end) => Promise.resolve(messageNames(lab[end])));
  const running = await each((end): Promise<RunningView> =>
    Promise.resolve({
      before: staged[end],
      cleaned: afterwards[end],
      ...doneBy(cleaned[end]),
      undo: undo[end],
      names: { before: names[end], cleaned: namesCleaned[end], undone: undone[end] },
      faults: { before: faults[end], cleaned: faultsCleaned[end] },
    }),
  );
  await lab.stop();
  const stopped: StoppedView[] = [];
  for (const end of ends) {
    for (const name of ['spool', 'second']) stopped.push(await cleanPartition(lab[end], name));
  }
  return {
    livePids,
    trafficErrors: [...traffic.errors, ...again.errors],
    roundsBesides: first + again.rounds,
    running,
    stopped,
  };
}

function doneBy({ done }: CleanedAhead): Pick<RunningView, 'outcomes' | 'stopped'> {
  return {
    outcomes: done.flatMap(({ results }) => results.map(({ outcome }) => outcome)),
    stopped: done.flatMap(({ stopped }) => stopped ?? []),
  };
}

/** By directories and without a configuration, as on a mounted backup: the host may run another Cyrus. */
async function cleanPartition(instance: Instance, name: string): Promise<StoppedView> {
  const at = (leaf: string): string => `${instance.home}/${leaf}`;
  const isApart = name === 'spool' && instance.roots.includes(at('archive'));
  const beside = isApart ? ['--archive', at('archive'), '--meta', at('meta')] : [];
  const others = instance.roots.filter((root) => root !== at(name) && !beside.includes(root));
  const spool = [at(name), ...beside];
  const offline = ['--offline', '--min-age', '0s'];
  const clean = (): Promise<ProgramRun> =>
    runProgram([
      ...['clean', ...spool, ...others.flatMap((root) => ['--links-in', root])],
      ...[...offline, '--apply', '--yes', '--json'],
    ]);
  const roots = isApart ? [at(name), at('archive')] : [at(name)];
  const staged = (): string[] =>
    stagedFiles(instance)
      .map(({ path }) => path)
      .filter((path) => roots.some((root) => path.startsWith(`${root}/`)));
  /** One clean has one run in every root that it worked in. */
  const onRuns = async (run: string, verb: string, ...more: string[]): Promise<ProgramRun> => {
    const told = await history();
    const places = told.filter((one) => one.run === run).map(({ root }) => root);
    let last: ProgramRun = { status: 64, stdout: '', stderr: `no such run: ${run}` };
    for (const root of places) {
      last = await runProgram([
        verb,
        `${root}/stagesweep./${run}`,
        ...more,
        '--apply',
        '--yes',
        '--json',
      ]);
      if (last.status !== 0) return last;
    }
    return last;
  };
  const history = async (): Promise<ToldRun[]> =>
    toldRuns((await runProgram(['history', ...spool, '--json'])).stdout);
  const stateOf = async (run: string): Promise<string> =>
    [
      ...new Set((await history()).filter((one) => one.run === run).map(({ state }) => state)),
    ].join();

  const before = { staged: staged(), names: messageNames(instance) };
  const cleaned = await clean();
  const run = runOf(cleaned);
  const states = [await stateOf(run)];
  const stagedCleaned = staged();
  const undo = await onRuns(run, 'undo', '--offline');
  states.push(await stateOf(run));
  const undone = messageNames(instance);
  const again = await clean();
  const stagedAgain = staged();
  const purge = await onRuns(runOf(again), 'purge', '--evidence');
  const held = (await history()).map(({ heldFiles }) => heldFiles);
  return {
    clean: cleaned,
    undo,
    purge,
    staged: { before: before.staged, cleaned: stagedCleaned, again: stagedAgain },
    names: { before: before.names, undone, purged: messageNames(instance) },
    states,
    heldFiles: held.reduce((sum, count) => sum + count, 0),
  };
}

interface ToldRun {
  readonly run: string;
  readonly root: string;
  readonly state: string;
  readonly heldFiles: number;
}

function toldRuns(json: string): ToldRun[] {
  return listOf(objectOf(JSON.parse(json))['runs']).map((value) => {
    const run = objectOf(value);
    return {
      run: stringOf(run['run']),
      root: stringOf(run['root']),
      state: stringOf(run['state']),
      heldFiles: numberOf(run['heldFiles']),
    };
  });
}

function runOf({ stdout, stderr }: ProgramRun): string {
  if (stdout === '') throw new Error(stderr);
  return stringOf(objectOf(JSON.parse(stdout))['run']);
}
