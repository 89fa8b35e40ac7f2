/** Everything that the tests of clean compare, taken from one lab: before, cleaned, undone, cleaned again, purged. */
import type { CyrusLab } from '../cyrus-lab.ts';
import { cleanAhead, type CleanedAhead } from './clean-ahead.ts';
import { cleanPartition, type StoppedView } from './clean-partition.ts';
import { askReconstruct } from './cyrus-checks.ts';
import { stagedFiles, type StagedFile } from './inventory.ts';
import { messageNames, type MessageNames } from './message-names.ts';
import { allowMoreProcesses } from './more-processes.ts';
import { createUser, fill, replicate } from './replication.ts';
import { runProgram, type ProgramRun } from './run-scan.ts';
import { ends, type End } from './situation.ts';
import { Traffic } from './traffic.ts';
import { waitUntil } from './wait-until.ts';

export interface RunningView {
  readonly before: readonly StagedFile[];
  readonly cleaned: readonly StagedFile[];
  readonly outcomes: readonly string[];
  readonly stopped: readonly string[];
  /** One for every root. */
  readonly undo: ProgramRun;
  /** How many roots the run cleaned. */
  readonly roots: number;
  readonly names: Readonly<Record<'before' | 'cleaned' | 'undone', MessageNames>>;
  /** Of reconstruct -n -G. */
  readonly faults: Readonly<Record<'before' | 'cleaned', readonly string[]>>;
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
  const { status, output } = await replicate(lab, newUser, 'imap');
  if (status !== 0) throw new Error(output);
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
  // By its id: every root of the configuration that has the run, in one command.
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
      roots: cleaned[end].done.length,
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
    outcomes: done.flatMap(({ results }) =>
      results.map(({ outcome, detail }) =>
        outcome === 'refused' || outcome === 'failed' ? `${outcome}: ${detail ?? ''}` : outcome,
      ),
    ),
    stopped: done.flatMap(({ stopped }) => stopped ?? []),
  };
}
