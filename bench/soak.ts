/**
 * `npm run soak`: rounds of scan, clean and undo or purge beside a process that uses the spool, for five minutes or as
 * long as is asked. Ends with status 1 when a message was lost, a step failed, or memory or descriptors grow.
 */
import { chownSync, mkdirSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ChurnProcess, type Owner } from './start-churn.ts';
import { keepResults } from './keep-results.ts';
import { leakOf, type LeakVerdict } from './leak.ts';
import { describeMachine, machineLine } from './machine.ts';
import { removeTree } from './remove-tree.ts';
import { checkSpool } from './soak-checks.ts';
import { scanAndClean, workOnRun } from './soak-cleaner.ts';

const usage = `npm run soak -- [--minutes 5 | --hour] [--directory DIR] [--results DIR] [--name soak]
`;

interface Round {
  readonly verb: 'undo' | 'purge';
  readonly seconds: number;
  readonly isComplete: boolean;
  readonly stageFiles: number;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly operations: number;
  readonly names: number;
  readonly rssMiB: number;
  readonly heapMiB: number;
  readonly descriptors: number;
}

/** Nobody's: as root the spool is given to a user that no real process has. */
const soakUser: Owner = { uid: 54_322, gid: 54_322 };
/** Growth over all rounds that is taken for the breathing of the heap, MiB. */
const rssTolerated = 24;
const heapTolerated = 6;
const faultsShown = 20;

class Soak {
  readonly #root: string;
  readonly #owner: Owner | undefined;
  readonly rounds: Round[] = [];
  readonly faults: string[] = [];

  constructor(home: string) {
    this.#root = join(home, 'spool');
    this.#owner = process.geteuid?.() === 0 ? soakUser : undefined;
    for (const directory of ['', 'sync.', 'stage.', 'user']) {
      const path = join(this.#root, directory);
      mkdirSync(path, { mode: 0o700, recursive: true });
      if (this.#owner) chownSync(path, this.#owner.uid, this.#owner.gid);
    }
    if (this.#owner) chownSync(home, this.#owner.uid, this.#owner.gid);
  }

  async run(milliseconds: number): Promise<void> {
    const until = performance.now() + milliseconds;
    const churn = await ChurnProcess.start(this.#root, this.#owner);
    try {
      churn.resume([]);
      while (performance.now() < until && this.faults.length === 0) await this.#round(churn);
    } finally {
      await churn.end();
    }
  }

  async #round(churn: ChurnProcess): Promise<void> {
    const started = performance.now();
    // Two rounds of three put everything back, the third makes room.
    const verb = this.rounds.length % 3 === 2 ? 'purge' : 'undo';
    const cleaned = await scanAndClean(this.#root);
    this.faults.push(...cleaned.faults, ...this.#wrongVerdicts(churn.pid, cleaned.report));
    const { run } = cleaned;
    const undone =
      run === undefined ? { outcomes: {}, faults: [] } : await workOnRun(this.#root, run, verb);
    this.faults.push(...undone.faults);
    const { operations, known } = await churn.pause();
    const { faults, gone, names } = checkSpool(this.#root, known);
    this.faults.push(...faults);
    if (verb === 'undo') {
      this.faults.push(...gone.map((path) => `stage file ${path} was not put back`));
    }
    this.rounds.push({
      verb,
      isComplete: cleaned.report.complete,
      stageFiles: cleaned.report.stageFiles.length,
      outcomes: { ...cleaned.outcomes, ...undone.outcomes },
      operations,
      names,
      ...measureSelf(),
      seconds: (performance.now() - started) / 1000,
    });
    churn.resume(gone);
  }

  /** What a living process has in hand is no orphan, however fast it comes and goes. */
  #wrongVerdicts(
    pid: number,
    { stageFiles }: Awaited<ReturnType<typeof scanAndClean>>['report'],
  ): string[] {
    return stageFiles
      .filter(({ file, verdict }) => file.ownerPid === pid && verdict === 'orphan')
      .map(({ file }) => `${file.leaf} of the living process ${pid} was called an orphan`);
  }
}

/** After a collection, so that what is measured is what is held. */
function measureSelf(): Pick<Round, 'rssMiB' | 'heapMiB' | 'descriptors'> {
  globalThis.gc?.();
  const { rss, heapUsed, external } = process.memoryUsage();
  return {
    rssMiB: rss / 2 ** 20,
    heapMiB: (heapUsed + external) / 2 ** 20,
    descriptors: readdirSync('/proc/self/fd').length,
  };
}

function summary(
  rounds: readonly Round[],
  leaks: Readonly<Record<string, LeakVerdict>>,
  faults: readonly string[],
): string {
  const last = rounds.at(-1);
  const counts: Record<string, number> = {};
  for (const { outcomes } of rounds) {
    for (const [outcome, count] of Object.entries(outcomes)) {
      counts[outcome] = (counts[outcome] ?? 0) + count;
    }
  }
  const complete = rounds.filter(({ isComplete }) => isComplete).length;
  const steps = Object.entries(counts).map(([outcome, count]) => `${count} ${outcome}`);
  const told = Object.entries(leaks).map(([name, leak]) =>
    leak.isJudged
      ? `${name}: ${leak.grows ? 'GROWS' : 'steady'}, ${leak.perRound.toFixed(3)} a round by the fitted line`
      : `${name}: too few rounds to tell`,
  );
  return [
    `${rounds.length} rounds beside ${last?.operations ?? 0} operations, ${complete} complete; ${steps.join(', ') || 'no steps'}`,
    `last round: ${last?.rssMiB.toFixed(0) ?? '-'} MiB resident, ${last?.descriptors ?? '-'} descriptors, ${last?.names ?? '-'} files checked`,
    ...told,
    ...(faults.length === 0
      ? ['no message lost, every link count right']
      : [`${faults.length} FAULTS`, ...faults.slice(0, faultsShown)]),
    '',
  ].join('\n');
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      help: { type: 'boolean', default: false },
      minutes: { type: 'string', default: '5' },
      hour: { type: 'boolean', default: false },
      directory: { type: 'string', default: tmpdir() },
      results: { type: 'string', default: fileURLToPath(new URL('./results', import.meta.url)) },
      name: { type: 'string', default: 'soak' },
    },
  });
  const minutes = values.hour ? 60 : Number(values.minutes);
  if (values.help || !(minutes > 0)) {
    process.stdout.write(usage);
    if (!values.help) process.exitCode = 64;
    return;
  }
  const home = mkdtempSync(join(resolve(values.directory), 'stagesweep-soak-'));
  try {
    const machine = describeMachine(home);
    const soak = new Soak(home);
    await soak.run(minutes * 60_000);
    const { rounds, faults } = soak;
    const leaks = {
      'resident memory (MiB)': leakOf(
        rounds.map(({ rssMiB }) => rssMiB),
        rssTolerated,
      ),
      'heap (MiB)': leakOf(
        rounds.map(({ heapMiB }) => heapMiB),
        heapTolerated,
      ),
      descriptors: leakOf(
        rounds.map(({ descriptors }) => descriptors),
        1,
      ),
    };
    const takenOn = new Date().toISOString().slice(0, 10);
    const value = { schema: 'stagesweep.soak/1', takenOn, minutes, machine, leaks, faults, rounds };
    await keepResults(resolve(values.results), values.name, value);
    process.stdout.write(`${machineLine(machine)}\n${summary(rounds, leaks, faults)}`);
    if (faults.length > 0 || Object.values(leaks).some(({ grows }) => grows)) process.exitCode = 1;
  } finally {
    await removeTree(home);
  }
}

await main();
