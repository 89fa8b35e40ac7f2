/** The command line on one partition of an instance that has ended: clean, history, undo, clean again, purge. */
import { stagedFiles } from './inventory.ts';
import type { Instance } from './instance.ts';
import { listOf, numberOf, objectOf, stringOf } from './json-value.ts';
import { messageNames, type MessageNames } from './message-names.ts';
import { runProgram, type ProgramRun } from './run-scan.ts';

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

/** By directories and without a configuration, as on a mounted backup: the host may run another Cyrus. */
export async function cleanPartition(instance: Instance, name: string): Promise<StoppedView> {
  const at = (leaf: string): string => `${instance.home}/${leaf}`;
  const isApart = name === 'spool' && instance.roots.includes(at('archive'));
  const beside = isApart ? ['--archive', at('archive'), '--meta', at('meta')] : [];
  const others = instance.roots.filter((root) => root !== at(name) && !beside.includes(root));
  // Where undo finds messages that lost a stage name in another root.
  const elsewhere = isApart ? ['--archive', at('archive')] : [];
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
  const undo = await onRuns(run, 'undo', '--offline', ...elsewhere);
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
  const { run, refused, obstacles, notes } = objectOf(JSON.parse(stdout));
  if (run === undefined) throw new Error(JSON.stringify({ refused, obstacles, notes }));
  return stringOf(run);
}
