/** Runs contestants in turns, A B A B, and compares run with run. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Contestant } from './contestant.ts';
import { dropCaches } from './drop-caches.ts';
import { measure } from './measure.ts';
import { median, pairedRatio, type PairedRatio } from './statistics.ts';
import { markOf, targetOf, type CacheState, type Mark } from './targets.ts';

export interface Race {
  readonly id: string;
  readonly title: string;
  /** Name of the spool. */
  readonly spool: string;
  /** Message files in it. */
  readonly files: number;
  /** How many of what the race is about: wanted inodes, messages of an audit, damaged messages. */
  readonly amount: number;
  readonly cache: CacheState;
  readonly contestants: readonly Contestant[];
  /** Changes the spool before each run, and says who then runs: the same names in the same order. */
  readonly before?: (run: number) => readonly Contestant[];
  /** Names: ours, and who it is compared with. */
  readonly pairs: readonly (readonly [ours: string, peer: string])[];
  /** At most so many rounds, where one takes minutes. */
  readonly runsAtMost?: number;
}

export interface Figures {
  readonly name: string;
  readonly version?: string;
  /** What is compared, run by run: the whole process, or the phase that it told. */
  readonly ms: readonly number[];
  readonly wallMs: readonly number[];
  readonly peakKiB: readonly number[];
  /** Absent when it never came to an end. */
  readonly medianMs?: number;
  readonly mostKiB?: number;
  /** Share of the names of the spool that a search had read when it knew enough. */
  readonly searched?: number;
  /** Of a census. */
  readonly passes?: number;
  /** Why its time does not count. */
  readonly wrong?: string;
}

export interface Comparison {
  readonly ours: string;
  readonly peer: string;
  /** Absent when an answer was wrong. */
  readonly ratio?: PairedRatio;
  readonly atMost?: number;
  readonly mark: Mark;
}

export interface RaceResult extends Omit<Race, 'contestants' | 'pairs' | 'runsAtMost' | 'before'> {
  readonly figures: readonly Figures[];
  readonly comparisons: readonly Comparison[];
}

export interface RaceSettings {
  readonly runs: number;
  /** One run of each that does not count comes first. */
  readonly warmsUp: boolean;
  /** Where outputs are kept until they are checked. */
  readonly scratch: string;
}

interface Lane {
  contestant: Contestant;
  readonly ms: number[];
  readonly wallMs: number[];
  readonly peakKiB: number[];
  readonly searched: number[];
  readonly passes: number[];
  wrong?: string;
}

export async function runRace(race: Race, settings: RaceSettings): Promise<RaceResult> {
  const { contestants, before, pairs, runsAtMost = settings.runs, ...what } = race;
  const lanes = contestants.map(laneOf);
  if (settings.warmsUp && race.cache === 'warm' && runsAtMost > 1) {
    for (const contestant of contestants) {
      if (contestant.runsAtMost === undefined) {
        await measureOnce(laneOf(contestant), race, settings);
      }
    }
  }
  for (let run = 0; run < Math.min(settings.runs, runsAtMost); run += 1) {
    prepare(lanes, () => before?.(run));
    for (const lane of inTurn(lanes, run)) {
      // Who cannot answer is not run again: a wrong answer is often the slowest.
      const hasRun = run >= (lane.contestant.runsAtMost ?? settings.runs);
      if (lane.wrong === undefined && !hasRun) await measureOnce(lane, race, settings);
    }
  }
  const figures = lanes.map(figuresOf);
  return {
    ...what,
    figures,
    comparisons: pairs.flatMap(([ours, peer]) => compare(race, figures, ours, peer)),
  };
}

/** Another one begins each round, so that nobody always comes after the same other. */
function inTurn<T>(lanes: readonly T[], run: number): T[] {
  const first = run % Math.max(lanes.length, 1);
  return [...lanes.slice(first), ...lanes.slice(0, first)];
}

function prepare(lanes: readonly Lane[], before: () => readonly Contestant[] | undefined): void {
  try {
    before()?.forEach((contestant, nth) => {
      const lane = lanes[nth];
      if (lane) lane.contestant = contestant;
    });
  } catch (error) {
    for (const lane of lanes) lane.wrong ??= `the spool could not be made ready: ${String(error)}`;
  }
}

function laneOf(contestant: Contestant): Lane {
  return { contestant, ms: [], wallMs: [], peakKiB: [], searched: [], passes: [] };
}

/** Never throws: one program that falls over must not take hours of others with it. */
async function measureOnce(
  lane: Lane,
  race: Pick<Race, 'cache'>,
  settings: RaceSettings,
): Promise<void> {
  try {
    await runOnce(lane, race, settings);
  } catch (error) {
    lane.wrong = String(error);
  }
}

async function runOnce(
  lane: Lane,
  { cache }: Pick<Race, 'cache'>,
  { scratch }: RaceSettings,
): Promise<void> {
  const output = join(scratch, 'output');
  const { contestant } = lane;
  if (cache === 'cold') {
    await dropCaches();
    // The spool is cold, the programs are not: what is compared is how the spool is read.
    if (contestant.small) await measure(contestant.small, output);
  }
  const run = await measure(contestant.command, output);
  const wrong = await contestant.check(output, run);
  if (wrong !== undefined) lane.wrong = wrong;
  lane.wallMs.push(run.wallMs);
  lane.ms.push(contestant.told?.(output) ?? run.wallMs);
  if (run.peakKiB !== undefined) lane.peakKiB.push(run.peakKiB);
  if (contestant.searched) lane.searched.push(contestant.searched(output));
  if (contestant.passes) lane.passes.push(contestant.passes(output));
  await rm(output);
}

function figuresOf({ contestant, ms, wallMs, peakKiB, searched, passes, wrong }: Lane): Figures {
  const { name, version } = contestant;
  return {
    name,
    ...(version === undefined ? {} : { version }),
    ms,
    wallMs,
    peakKiB,
    ...(ms.length === 0 ? {} : { medianMs: median(ms) }),
    ...(peakKiB.length === 0 ? {} : { mostKiB: Math.max(...peakKiB) }),
    ...(searched.length === 0 ? {} : { searched: median(searched) }),
    ...(passes.length === 0 ? {} : { passes: Math.max(...passes) }),
    ...(wrong === undefined ? {} : { wrong }),
  };
}

/** Nothing when one of the two did not run here. */
function compare(
  race: Race,
  figures: readonly Figures[],
  ours: string,
  peer: string,
): Comparison[] {
  const own = figures.find(({ name }) => name === ours);
  const other = figures.find(({ name }) => name === peer);
  if (own === undefined || other === undefined) return [];
  const isRight = own.wrong === undefined && other.wrong === undefined;
  const hasBoth = own.ms.length > 0 && other.ms.length > 0;
  const ratio = isRight && hasBoth ? pairedRatio(own.ms, other.ms) : undefined;
  const { id, files, cache } = race;
  const target = targetOf({ race: id, files, cache, ours, peer });
  return [
    {
      ours,
      peer,
      ...(ratio === undefined ? {} : { ratio }),
      ...(target === undefined ? {} : { atMost: target.atMost }),
      mark: markOf(target, ratio?.median),
    },
  ];
}
