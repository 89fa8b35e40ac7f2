/** How time and memory grow with what there is to do, as lines through what was measured. Pure. */
import type { RaceResult } from './race.ts';
import { fitLine, median, type Line, type Point } from './statistics.ts';
import { millionOrphansBytes, ourName, type Mark } from './targets.ts';

export interface Growth {
  readonly title: string;
  /** What is counted on x, and in what the slope is told. */
  readonly per: string;
  readonly unit: 'bytes' | 'ns';
  /** What a large site may have of it: to there the line is drawn. */
  readonly projectedTo: number;
  /** Medians of the runs at each size. */
  readonly points: readonly Point[];
  /** Through the medians, its error from all runs: three medians alone leave next to nothing to tell it by. */
  readonly line?: Line;
  /** The same through the two largest sizes alone. A program that warms up takes more of the first thousands than it ever will of a million. */
  readonly end?: Segment;
}

/** A line from one size to the next. */
export interface Segment extends Line {
  readonly from: number;
  readonly to: number;
}

export interface Claim {
  readonly claim: string;
  readonly found: string;
  readonly promise: string;
  readonly mark: Mark;
}

/** Names that an ordinary server may have. */
const projectedEntries = 100_000_000;
/** A crashed seeding leaves a stage file for every message. */
const projectedMessages = 1_000_000;
const projectedHosts = 1_000;
/** Flat: a byte for a name would be 100 MB there. */
const flatBytes = 1;
/** A tenth of a report of 4,000 orphans. */
const hostBytes = 400_000;
/** So many of its standard errors a figure must be away from a limit to be on one side of it. */
const errorsAway = 2;
/** A name or a host more may cost so many times what it cost between the two sizes below: n log n stays below, n² is at 10. */
const slopeGrowth = 1.5;

export interface Sizes {
  /** Names below the root, by the name of the spool. */
  readonly entriesOf: (spool: string) => number;
}

export function growthsOf(results: readonly RaceResult[], { entriesOf }: Sizes): Growth[] {
  const memory = (race: string, x: (result: RaceResult) => number): Point[][] =>
    runsOf(results, race, x, ({ peakKiB }) => peakKiB.map((peak) => peak * 1024));
  const time = (race: string, x: (result: RaceResult) => number): Point[][] =>
    runsOf(results, race, x, ({ ms }) => ms.map((one) => one * 1e6));
  const entries = ({ spool }: RaceResult): number => entriesOf(spool);
  const amount = (result: RaceResult): number => result.amount;
  return [
    growth(
      {
        title: 'memory of a scan for one orphan',
        per: 'name in the spool',
        unit: 'bytes',
        projectedTo: projectedEntries,
      },
      memory('one-worst', entries),
    ),
    growth(
      {
        title: 'memory of a scan of n orphans',
        per: 'wanted inode',
        unit: 'bytes',
        projectedTo: projectedMessages,
      },
      memory('orphans-all', amount),
    ),
    growth(
      {
        title: 'memory of an audit of n damaged messages',
        per: 'damaged message',
        unit: 'bytes',
        projectedTo: projectedMessages,
      },
      memory('audit-damaged', amount),
    ),
    growth(
      {
        title: 'time of a scan for one orphan',
        per: 'name in the spool',
        unit: 'ns',
        projectedTo: projectedEntries,
      },
      time('one-worst', entries),
    ),
    growth(
      {
        title: 'memory of a merge of n hosts',
        per: 'host',
        unit: 'bytes',
        projectedTo: projectedHosts,
      },
      memory('merge', amount),
    ),
    growth(
      { title: 'time of a merge of n hosts', per: 'host', unit: 'ns', projectedTo: projectedHosts },
      time('merge', amount),
    ),
  ];
}

export function claimsOf(growths: readonly Growth[], results: readonly RaceResult[]): Claim[] {
  const [entries, , , time, mergeMemory, mergeTime] = growths;
  const million = millionOrphans(results);
  return [
    ...(entries?.end ? [flatClaim(entries.end)] : []),
    ...(entries?.end && million?.bytes ? [projectedClaim(entries.end, million.bytes)] : []),
    ...(million ? [millionClaim(million)] : []),
    ...(time && time.points.length > 2 ? [linearClaim(time.points, 'name')] : []),
    ...(mergeMemory?.end ? [mergeClaim(mergeMemory.end)] : []),
    ...(mergeTime && mergeTime.points.length > 2 ? [linearClaim(mergeTime.points, 'host')] : []),
  ];
}

function flatClaim(end: Segment): Claim {
  const { slope, slopeError } = end;
  return {
    claim: 'memory is flat in files not wanted',
    promise: `less than ${flatBytes} byte a name`,
    ...judged(
      slope,
      slopeError,
      flatBytes,
      (value) => value.toFixed(2),
      `bytes a name ${placeOf(end)}`,
    ),
  };
}

function placeOf({ from, to }: Segment): string {
  return `from ${count(from)} to ${count(to)}`;
}

/** The report of each host has 4,000 orphans; what is kept of it are its header and its sums. */
function mergeClaim(end: Segment): Claim {
  const { slope, slopeError } = end;
  return {
    claim: 'memory of a merge is flat in hosts',
    promise: `less than ${hostBytes / 1000} kB a host`,
    ...judged(
      slope,
      slopeError,
      hostBytes,
      (value) => (value / 1000).toFixed(0),
      `kB a host ${placeOf(end)}`,
    ),
  };
}

/** @param millionBytes  what a million orphans took among two million names */
function projectedClaim(entries: Segment, millionBytes: number): Claim {
  const bytes = millionBytes + Math.max(entries.slope, 0) * projectedEntries;
  const megabytes = (value: number): string => String(Math.round(value / 1e6));
  return {
    claim: '1,000,000 wanted inodes among 100,000,000 names, projected',
    promise: `${megabytes(millionOrphansBytes)} MB`,
    ...judged(bytes, entries.slopeError * projectedEntries, millionOrphansBytes, megabytes, 'MB'),
  };
}

/** Met or missed only where the error is known and leaves no doubt. */
function judged(
  value: number,
  error: number,
  atMost: number,
  tell: (value: number) => string,
  unit: string,
): Pick<Claim, 'found' | 'mark'> {
  const isSure = Math.abs(atMost - value) > errorsAway * error;
  const found = `${tell(value)} ± ${Number.isNaN(error) ? '?' : tell(error)} ${unit}`;
  return isSure
    ? { found, mark: value < atMost ? 'met' : 'missed' }
    : { found: `${found}: too uncertain to tell; more runs or larger sizes do`, mark: 'none' };
}

interface MillionOrphans {
  readonly bytes: number;
  readonly ms: number;
  readonly wrong: string | undefined;
}

function millionOrphans(results: readonly RaceResult[]): MillionOrphans | undefined {
  const million = results.find(({ id, files }) => id === 'orphans-all' && files === 1_000_000);
  const figures = million?.figures.find(({ name }) => name === ourName);
  if (figures === undefined) return undefined;
  const { wrong, mostKiB = Number.NaN, medianMs = Number.NaN } = figures;
  return { bytes: mostKiB * 1024, ms: medianMs, wrong };
}

function millionClaim({ bytes, ms, wrong }: MillionOrphans): Claim {
  return {
    claim: '1,000,000 orphans in one pid directory',
    found: wrong ?? `${Math.round(bytes / 1e6)} MB in ${(ms / 1000).toFixed(1)} s`,
    promise: `ends, ${millionOrphansBytes / 1e6} MB`,
    mark: wrong === undefined && bytes <= millionOrphansBytes ? 'met' : 'missed',
  };
}

/** A straight line through sizes a tenfold apart fits nearly anything: what tells is whether it bends. */
function linearClaim(points: readonly Point[], each: string): Claim {
  const sorted = [...points].sort((a, b) => a.x - b.x);
  const slopes = sorted.slice(1).map((point, nth) => fitLine([sorted[nth] ?? point, point]).slope);
  const told = slopes.map(
    (slope, nth) =>
      `${count(Math.round(slope))} ns a ${each} from ${count(sorted[nth]?.x)} to ${count(sorted[nth + 1]?.x)}`,
  );
  const claim = {
    claim: `time is linear in ${each}s`,
    found: told.join('; '),
    promise: `a ${each} costs at most ${slopeGrowth} × what it cost between smaller sizes`,
  };
  // Then noise was more than what was added.
  if (slopes.some((slope) => slope <= 0)) return { ...claim, mark: 'none' };
  const isLinear = slopes.every((slope, nth) => slope <= slopeGrowth * (slopes[nth - 1] ?? slope));
  return { ...claim, mark: isLinear ? 'met' : 'missed' };
}

function count(value: number | undefined): string {
  return value?.toLocaleString('en-US') ?? '?';
}

/** @param sizes  the runs at each size */
function growth(
  what: Omit<Growth, 'points' | 'line'>,
  sizes: readonly (readonly Point[])[],
): Growth {
  const points = sizes.flatMap((runs) => {
    const [first] = runs;
    return first === undefined ? [] : [{ x: first.x, y: median(runs.map(({ y }) => y)) }];
  });
  const sorted = [...sizes].sort(([a], [b]) => (a?.x ?? 0) - (b?.x ?? 0));
  const line = lineThrough(points, sizes);
  const end = endOf(points, sorted);
  return { ...what, points, ...(line && { line }), ...(end && { end }) };
}

function lineThrough(
  points: readonly Point[],
  sizes: readonly (readonly Point[])[],
): Line | undefined {
  if (new Set(points.map(({ x }) => x)).size < 2) return undefined;
  const runs = sizes.flat();
  // Two runs always lie on a line; that says nothing of its error.
  const slopeError = runs.length > 2 ? fitLine(runs).slopeError : Number.NaN;
  return { ...fitLine(points), slopeError };
}

/** @param sizes  by size */
function endOf(
  points: readonly Point[],
  sizes: readonly (readonly Point[])[],
): Segment | undefined {
  const [from, to] = points
    .map(({ x }) => x)
    .sort((a, b) => a - b)
    .slice(-2);
  if (from === undefined || to === undefined) return undefined;
  const last = points.filter(({ x }) => x === from || x === to);
  const line = lineThrough(last, sizes.slice(-2));
  return line && { ...line, from, to };
}

/** By size, what our runs of a race needed. */
function runsOf(
  results: readonly RaceResult[],
  race: string,
  x: (result: RaceResult) => number,
  ys: (figures: RaceResult['figures'][number]) => readonly number[],
): Point[][] {
  return results.flatMap((result) => {
    if (result.id !== race || result.cache !== 'warm') return [];
    const figures = result.figures.find(({ name }) => name === ourName);
    if (figures === undefined || figures.wrong !== undefined) return [];
    const at = x(result);
    return [ys(figures).map((y) => ({ x: at, y }))];
  });
}
