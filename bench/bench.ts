/** `npm run bench`: makes spools, runs the races, prints the tables, keeps the figures. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { killChildren } from './children.ts';
import { cyrusRace, missingCyrus } from './cyrus-race.ts';
import { fillCyrus } from './cyrus-spool.ts';
import { canDropCaches } from './drop-caches.ts';
import { isKept, provideSpool } from './generate-spool.ts';
import { claimsOf, growthsOf, type Claim, type Growth } from './growth.ts';
import { keepResults } from './keep-results.ts';
import { describeMachine, machineLine } from './machine.ts';
import { hasGnuTime } from './measure.ts';
import { fleetReports, mergeRace } from './merge-race.ts';
import { readOptions, usage, type BenchOptions } from './options.ts';
import { isPresent, searchPeers, digestPeers, type Search } from './peers.ts';
import { runRacesOf } from './plan-races.ts';
import { runRace, type Race, type RaceResult } from './race.ts';
import { removeTree } from './remove-tree.ts';
import { markdownTables, offlineRemark, terminalTables } from './results-table.ts';
import { describe, nameOf, realMessage, type SpoolDescription } from './spool-shape.ts';
import { stage, unstage } from './stage-set.ts';
import { startRace } from './start-race.ts';

const startedAt = performance.now();
/** Appended over IMAP, one after another. */
const cyrusMessages = 20_000;
const racesOfMany = ['one', 'many', 'memory', 'audit'] as const;

function say(text: string): void {
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  process.stderr.write(`${seconds} s: ${text}\n`);
}

class Bench {
  readonly #options: BenchOptions;
  readonly #scratch: string;
  readonly #results: RaceResult[] = [];
  /** What could not even begin, in words. */
  readonly #failures: string[] = [];
  readonly #entries = new Map<string, number>();
  /** What was made here and is to go, also when this is broken off. */
  readonly #made: Set<string>;
  #small: Search | undefined;

  constructor(options: BenchOptions) {
    this.#options = options;
    mkdirSync(options.directory, { recursive: true });
    this.#scratch = mkdtempSync(join(tmpdir(), 'stagesweep-bench-scratch-'));
    this.#made = new Set([this.#scratch]);
  }

  /** Leaves nothing behind: millions of files are more than a person would look for in a temporary directory. */
  abandon(): void {
    killChildren();
    for (const path of this.#made) spawnSync('rm', ['-rf', '--', path]);
  }

  async run(): Promise<boolean> {
    const { races } = this.#options;
    try {
      if (races.includes('start')) await this.#race(startRace());
      if (races.includes('merge')) await this.#merges();
      const small = await this.#smallSearch();
      const spools = this.#spools();
      // A million of their orphans take longer than most other races together.
      const last = spools.filter(({ shape }) => shape === 'one-pid');
      for (const spool of spools) if (!last.includes(spool)) await this.#racesOf(spool, small);
      if (races.includes('cyrus')) await this.#cyrus();
      for (const spool of last) await this.#racesOf(spool, small);
      return await this.#tell();
    } finally {
      await removeTree(this.#scratch);
    }
  }

  /** By size, so that the first figures come soon. */
  #spools(): SpoolDescription[] {
    const { sizes, shapes, races, auditMessages } = this.#options;
    const wanted: SpoolDescription[] = sizes.flatMap((files) =>
      shapes.filter((shape) => shape !== 'audit').map((shape) => describe(shape, files)),
    );
    if (shapes.includes('audit')) wanted.push(describe('audit', auditMessages));
    return wanted.filter(({ shape, files }) => {
      if (shape === 'audit') return races.includes('audit');
      // Nothing was promised for more orphans than that, and ten million take an hour to make.
      if (shape === 'one-pid') return races.includes('memory') && files <= 1_000_000;
      if (shape !== 'many') return races.includes('shapes');
      return racesOfMany.some((race) => races.includes(race));
    });
  }

  async #racesOf(description: SpoolDescription, small: Search): Promise<void> {
    const { directory, races, isCold } = this.#options;
    const { keep } = this.#options;
    const home = join(directory, nameOf(description));
    try {
      // A kept one is no business of abandon().
      if (!isKept(directory, description)) this.#made.add(home);
      const spool = await provideSpool(directory, description, keep, say);
      if (spool.isKept) this.#made.delete(home);
      this.#entries.set(nameOf(spool), spool.entries);
      await runRacesOf({
        spool,
        small,
        scratch: this.#scratch,
        groups: new Set(races),
        isCold: isCold && canDropCaches(),
        run: (race) => this.#race(race),
      });
    } catch (error) {
      const failure = `${nameOf(description)}: ${String(error)}`;
      this.#failures.push(failure);
      say(failure);
    } finally {
      await this.#discard(home);
    }
  }

  async #discard(home: string): Promise<void> {
    if (this.#made.has(home)) await removeTree(home);
    this.#made.delete(home);
  }

  async #race(race: Race): Promise<void> {
    say(`${race.title} (${race.spool}, ${race.cache})`);
    const { runs, isQuick } = this.#options;
    const settings = { runs, warmsUp: !isQuick, scratch: this.#scratch };
    this.#results.push(await runRace(race, settings));
    // After each, since the last may be hours away.
    await this.#keep();
  }

  async #merges(): Promise<void> {
    for (const hosts of this.#options.hosts) {
      say(`writing the reports of ${hosts} hosts`);
      const directory = join(this.#scratch, `fleet-${hosts}`);
      await this.#race(mergeRace(fleetReports(directory, hosts)));
      await removeTree(directory);
    }
  }

  /** A few mailboxes with one orphan, to bring programs into memory and nothing else. */
  async #smallSearch(): Promise<Search> {
    if (this.#small) return this.#small;
    const spool = await provideSpool(this.#scratch, describe('many', 200), false, () => undefined);
    unstage(spool);
    const staged = stage(spool, [realMessage(spool, 150)]);
    this.#small = { root: spool.root, staged, scratch: spool.home };
    return this.#small;
  }

  async #cyrus(): Promise<void> {
    const missing = missingCyrus();
    if (missing.length > 0) {
      say(`no race against reconstruct: needs ${missing.join(', ')}`);
      return;
    }
    const home = join(this.#options.directory, 'cyrus');
    await removeTree(home);
    this.#made.add(home);
    say('filling a real Cyrus');
    try {
      const messages = Math.min(this.#options.auditMessages, cyrusMessages);
      await this.#race(cyrusRace(await fillCyrus(home, messages)));
    } catch (error) {
      this.#failures.push(`cyrus: ${String(error)}`);
    } finally {
      await this.#discard(home);
    }
  }

  /** @returns whether every answer was right; a promise that was missed is told, and is no failure of the harness */
  async #tell(): Promise<boolean> {
    const { growths, claims } = await this.#keep();
    process.stdout.write(`${machineLine(describeMachine(this.#options.directory))}\n\n`);
    const tables = terminalTables(this.#options.runs, this.#results, claims, growths);
    process.stdout.write(`${tables}\n`);
    for (const remark of this.#remarks()) process.stdout.write(`${remark}\n`);
    const isRight = this.#results.every(({ figures }) =>
      figures.every(({ wrong }) => wrong === undefined),
    );
    return isRight && this.#failures.length === 0;
  }

  async #keep(): Promise<{ growths: Growth[]; claims: Claim[] }> {
    const { results, name, directory, runs, isQuick } = this.#options;
    const machine = describeMachine(directory);
    const growths = growthsOf(this.#results, {
      entriesOf: (spool) => this.#entries.get(spool) ?? Number.NaN,
    });
    const claims = claimsOf(growths, this.#results);
    const failures = this.#failures;
    const takenOn = new Date().toISOString().slice(0, 10);
    const spools = Object.fromEntries(this.#entries);
    const value = { schema: 'stagesweep.bench/1', takenOn, isQuick, runs, machine, spools };
    await keepResults(
      results,
      name,
      { ...value, races: this.#results, claims, growths, failures },
      markdownTables(machine, runs, takenOn, this.#results, claims, growths),
    );
    return { growths, claims };
  }

  #remarks(): string[] {
    const { isQuick, isCold, races } = this.#options;
    const absent = [...searchPeers, ...digestPeers].filter((peer) => !isPresent(peer));
    const wrong = this.#results.flatMap(({ id, spool, figures }) =>
      figures.flatMap((one) =>
        one.wrong === undefined ? [] : [`${id} on ${spool}: ${one.name}: ${one.wrong}`],
      ),
    );
    return [
      offlineRemark,
      ...(isQuick ? ['--quick: none of this is a measurement.'] : []),
      ...absent.map(({ name }) => `not here, so not compared: ${name}`),
      ...(hasGnuTime() ? [] : ['no figures of memory: needs the Debian package time']),
      ...(isCold && !canDropCaches() ? ['no cold cache: only root can drop caches'] : []),
      ...(races.includes('cyrus')
        ? missingCyrus().map((name) => `no reconstruct: needs ${name}`)
        : []),
      ...wrong.map((text) => `WRONG ANSWER: ${text}`),
      ...this.#failures.map((text) => `FAILED: ${text}`),
    ];
  }
}

if (process.argv.includes('--help')) {
  process.stdout.write(`${usage}\n`);
} else {
  const bench = new Bench(readOptions(process.argv.slice(2)));
  for (const [signal, status] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    process.once(signal, () => {
      say('broken off; removing the spools');
      bench.abandon();
      process.exit(status);
    });
  }
  if (!(await bench.run())) process.exitCode = 1;
}
