/**
 * `npm run soak`: rounds of scan, clean and undo or purge beside a process that uses the spool, for five minutes or as
 * long as is asked. Ends with status 1 when a message was lost, a step failed, or memory or descriptors grow.
 */
import { chownSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ChurnProcess, type Owner } from './start-churn.ts';
import { keepResults } from './keep-results.ts';
import { nowMs } from './churn-talk.ts';
import { leakOf, roundsAtLeast, type LeakVerdict } from './leak.ts';
import { describeMachine, machineLine } from './machine.ts';
import { removeTree } from './remove-tree.ts';
import { checkSpool, takenByChurn } from './soak-checks.ts';
import { scanAndClean, workOnRun, type Worked } from './soak-cleaner.ts';

const usage = `npm run soak -- [--minutes 5 | --hour] [--directory DIR] [--results DIR] [--name soak]
`;

interface Round {
  readonly verb: 'undo' | 'purge';
  readonly seconds: number;
  readonly isComplete: boolean;
  readonly stageFiles: number;
  /** Steps of the clean by what became of them, and of the undo or purge after it. */
  readonly cleaned: Readonly<Record<string, number>>;
  readonly worked: Readonly<Record<string, number>>;
  /** Stage files that could not be put back, since the churn itself had taken their messages away. */
  readonly takenByChurn: number;
  readonly operations: number;
  readonly names: number;
  readonly rssMiB: number;
  /** What JavaScript holds, outside of its heap too. */
  readonly heapMiB: number;
  readonly descriptors: number;
}

/** Nobody's: as root the spool is given to a user that no real process has. */
const soakUser: Owner = { uid: 54_322, gid: 54_322 };
/** Growth over all rounds that is taken for the breathing of the heap, MiB. */
const rssTolerated = 24;
const heapTolerated = 6;
const faultsShown = 20;
/** A shorter soak tries the harness, and says so. */
const judgedFromMs = 120_000;

class Soak {
  readonly #root: string;
  readonly #owner: Owner | undefined;
  #churn: ChurnProcess | undefined;
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
    this.#churn = churn;
    try {
      churn.resume([]);
      while (this.faults.length === 0 && this.#goesOn(until, milliseconds)) {
        await this.#round(churn);
      }
    } finally {
      await churn.end();
    }
    const { length } = this.rounds;
    if (this.faults.length === 0 && length < roundsAtLeast && milliseconds >= judgedFromMs) {
      this.faults.push(
        `only ${length} rounds: a leak cannot be told from fewer than ${roundsAtLeast}`,
      );
    }
  }

  /** Ends the process beside, at once. */
  async abandon(): Promise<void> {
    await this.#churn?.kill();
  }

  /** On a slow machine as much again, until there are rounds enough to judge. */
  #goesOn(until: number, milliseconds: number): boolean {
    const now = performance.now();
    if (now < until) return true;
    const mayGoOn = milliseconds >= judgedFromMs && now < until + milliseconds;
    return mayGoOn && this.rounds.length < roundsAtLeast;
  }

  async #round(churn: ChurnProcess): Promise<void> {
    const started = performance.now();
    const scannedAt = nowMs();
    // Two rounds of three put everything back, the third makes room.
    const verb = this.rounds.length % 3 === 2 ? 'purge' : 'undo';
    const cleaned = await scanAndClean(this.#root);
    this.faults.push(...cleaned.faults, ...this.#wrongVerdicts(churn.pid, cleaned.report));
    const { run } = cleaned;
    const worked: Worked =
      run === undefined
        ? { outcomes: {}, faults: [], lost: [] }
        : await workOnRun(this.#root, run, verb);
    this.faults.push(...worked.faults);
    const { operations, known } = await churn.pause();
    const { faults, gone, names } = checkSpool(this.#root, known);
    this.faults.push(...faults);
    const taken = takenByChurn(worked.lost, known, scannedAt);
    const notTaken = worked.lost.filter((path) => !taken.has(path));
    this.faults.push(...notTaken.map((path) => `undo of ${path}: a mailbox has it all the time`));
    if (verb === 'undo') {
      const missed = gone.filter((path) => !worked.lost.includes(path));
      this.faults.push(...missed.map((path) => `stage file ${path} was not put back`));
    }
    this.rounds.push({
      verb,
      isComplete: cleaned.report.complete,
      stageFiles: cleaned.report.stageFiles.length,
      cleaned: cleaned.outcomes,
      worked: worked.outcomes,
      takenByChurn: taken.size,
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
  const complete = rounds.filter(({ isComplete }) => isComplete).length;
  const taken = rounds.reduce((sum, one) => sum + one.takenByChurn, 0);
  const byVerb = (verb: Round['verb']): string =>
    stepsOf(rounds.filter((round) => round.verb === verb).map(({ worked }) => worked));
  const told = Object.entries(leaks).map(([name, leak]) =>
    leak.isJudged
      ? `${name}: ${leak.grows ? 'GROWS' : 'steady'}, ${leak.perRound.toFixed(3)} a round by the fitted line`
      : `${name}: not judged, fewer than ${roundsAtLeast} rounds`,
  );
  return [
    `${rounds.length} rounds beside ${last?.operations ?? 0} operations, ${complete} complete`,
    `clean: ${stepsOf(rounds.map(({ cleaned }) => cleaned))}; undo: ${byVerb('undo')}; purge: ${byVerb('purge')}`,
    `${taken} could not be put back since the churn had taken the message away itself`,
    `last round: ${last?.rssMiB.toFixed(0) ?? '-'} MiB resident, ${last?.descriptors ?? '-'} descriptors, ${last?.names ?? '-'} files checked`,
    ...told,
    ...(faults.length === 0
      ? ['no message lost, every link count right']
      : [`${faults.length} FAULTS`, ...faults.slice(0, faultsShown)]),
    '',
  ].join('\n');
}

function stepsOf(rounds: readonly Readonly<Record<string, number>>[]): string {
  const counts: Record<string, number> = {};
  for (const outcomes of rounds) {
    for (const [outcome, count] of Object.entries(outcomes)) {
      counts[outcome] = (counts[outcome] ?? 0) + count;
    }
  }
  const steps = Object.entries(counts).map(([outcome, count]) => `${count} ${outcome}`);
  return steps.join(', ') || 'no steps';
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
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        void soak.abandon().then(() => {
          rmSync(home, { recursive: true, force: true, maxRetries: 5 });
          process.exit(signal === 'SIGINT' ? 130 : 143);
        });
      });
    }
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
    const short =
      minutes * 60_000 < judgedFromMs ? 'a soak this short need not be judged for leaks\n' : '';
    process.stdout.write(`${machineLine(machine)}\n${short}${summary(rounds, leaks, faults)}`);
    if (faults.length > 0 || Object.values(leaks).some(({ grows }) => grows)) process.exitCode = 1;
  } finally {
    await removeTree(home);
  }
}

await main();
