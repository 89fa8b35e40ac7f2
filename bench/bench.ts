/** `npm run bench`: makes spools, runs the races, prints the tables, keeps the figures. */
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cyrusRace, missingCyrus } from './cyrus-race.ts';
import { fillCyrus } from './cyrus-spool.ts';
import { canDropCaches } from './drop-caches.ts';
import { provideSpool, type Spool } from './generate-spool.ts';
import { claimsOf, growthsOf } from './growth.ts';
import { keepResults } from './keep-results.ts';
import { describeMachine, machineLine } from './machine.ts';
import { hasGnuTime } from './measure.ts';
import { readOptions, usage, type BenchOptions } from './options.ts';
import { isPresent, searchPeers, digestPeers, type Search } from './peers.ts';
import { runRacesOf } from './plan-races.ts';
import { runRace, type Race, type RaceResult } from './race.ts';
import { removeTree } from './remove-tree.ts';
import { markdownTables, terminalTables } from './results-table.ts';
import { describe, nameOf, realMessage, type SpoolDescription } from './spool-shape.ts';
import { stage, unstage } from './stage-set.ts';
import { startRace } from './start-race.ts';

const startedAt = performance.now();

function say(text: string): void {
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  process.stderr.write(`${seconds} s: ${text}\n`);
}

class Bench {
  readonly #options: BenchOptions;
  readonly #scratch: string;
  readonly #results: RaceResult[] = [];
  readonly #entries = new Map<string, number>();
  #small: Search | undefined;

  constructor(options: BenchOptions) {
    this.#options = options;
    mkdirSync(options.directory, { recursive: true });
    this.#scratch = mkdtempSync(join(tmpdir(), 'stagesweep-bench-scratch-'));
  }

  async run(): Promise<boolean> {
    const { races } = this.#options;
    try {
      if (races.includes('start')) await this.#race(startRace());
      const small = await this.#smallSearch();
      for (const spool of this.#spools()) await this.#racesOf(spool, small);
      if (races.includes('cyrus')) await this.#cyrus();
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
    return wanted.filter(({ shape }) => {
      if (shape === 'audit') return races.includes('audit');
      if (shape === 'one-pid') return races.includes('memory');
      if (shape !== 'many') return races.includes('shapes');
      return races.some((race) => race === 'one' || race === 'many' || race === 'memory');
    });
  }

  async #racesOf(description: SpoolDescription, small: Search): Promise<void> {
    const { directory, races, isCold } = this.#options;
    const spool = await provideSpool(directory, description, say);
    this.#entries.set(nameOf(spool), spool.entries);
    try {
      await runRacesOf({
        spool,
        small,
        scratch: this.#scratch,
        groups: new Set(races),
        isCold: isCold && canDropCaches(),
        run: (race) => this.#race(race),
      });
    } finally {
      await this.#discard(spool);
    }
  }

  /** What was there before stays: somebody made it to have it. */
  async #discard(spool: Spool): Promise<void> {
    if (!this.#options.keep && !spool.isReused) await removeTree(spool.home);
  }

  async #race(race: Race): Promise<void> {
    say(`${race.title} (${race.spool}, ${race.cache})`);
    const { runs, isQuick } = this.#options;
    const settings = { runs, warmsUp: !isQuick, scratch: this.#scratch };
    this.#results.push(await runRace(race, settings));
  }

  /** A few mailboxes with one orphan, to bring programs into memory and nothing else. */
  async #smallSearch(): Promise<Search> {
    if (this.#small) return this.#small;
    const spool = await provideSpool(this.#scratch, describe('many', 200), () => undefined);
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
    say('filling a real Cyrus');
    try {
      await this.#race(cyrusRace(await fillCyrus(home, this.#options.auditMessages / 2)));
    } finally {
      await removeTree(home);
    }
  }

  /** @returns whether every answer was right; a promise that was missed is told, and is no failure of the harness */
  async #tell(): Promise<boolean> {
    const { results, name, directory, runs, isQuick } = this.#options;
    const machine = describeMachine(directory);
    const growths = growthsOf(this.#results, {
      entriesOf: (spool) => this.#entries.get(spool) ?? Number.NaN,
    });
    const claims = claimsOf(growths, this.#results);
    const takenOn = new Date().toISOString().slice(0, 10);
    const spools = Object.fromEntries(this.#entries);
    const value = { schema: 'stagesweep.bench/1', takenOn, isQuick, runs, machine, spools };
    await keepResults(
      results,
      name,
      { ...value, races: this.#results, claims, growths },
      markdownTables(machine, runs, takenOn, this.#results, claims, growths),
    );
    process.stdout.write(`${machineLine(machine)}\n\n`);
    process.stdout.write(`${terminalTables(this.#results, claims, growths)}\n`);
    for (const remark of this.#remarks()) process.stdout.write(`${remark}\n`);
    return this.#results.every(({ figures }) => figures.every(({ wrong }) => wrong === undefined));
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
      ...(isQuick ? ['--quick: none of this is a measurement.'] : []),
      ...absent.map(({ name }) => `not here, so not compared: ${name}`),
      ...(hasGnuTime() ? [] : ['no figures of memory: needs the Debian package time']),
      ...(isCold && !canDropCaches() ? ['no cold cache: only root can drop caches'] : []),
      ...(races.includes('cyrus')
        ? missingCyrus().map((name) => `no reconstruct: needs ${name}`)
        : []),
      ...wrong.map((text) => `WRONG ANSWER: ${text}`),
    ];
  }
}

if (process.argv.includes('--help')) {
  process.stdout.write(`${usage}\n`);
} else {
  const bench = new Bench(readOptions(process.argv.slice(2)));
  if (!(await bench.run())) process.exitCode = 1;
}
