/** How time and memory grow with what there is to do, as lines through what was measured. Pure. */
import type { RaceResult } from './race.ts';
import { fitLine, valueAt, type Line, type Point } from './statistics.ts';
import { millionOrphansMiB, ourName, type Mark } from './targets.ts';

export interface Growth {
  readonly title: string;
  /** What is counted on x, and in what the slope is told. */
  readonly per: string;
  readonly unit: 'bytes' | 'ns';
  readonly points: readonly Point[];
  /** Absent below two sizes. */
  readonly line?: Line;
}

export interface Claim {
  readonly claim: string;
  readonly found: string;
  readonly promise: string;
  readonly mark: Mark;
}

/** Memory of the hundred million names that an ordinary server may have, MiB, above what it needs for none. */
const projectedEntries = 100_000_000;
/** Flat: a byte for a name would be 100 MB there. */
const flatBytes = 1;

export interface Sizes {
  /** Names below the root, by the name of the spool. */
  readonly entriesOf: (spool: string) => number;
}

export function growthsOf(results: readonly RaceResult[], { entriesOf }: Sizes): Growth[] {
  const memory = (race: string, x: (result: RaceResult) => number): Point[] =>
    pointsOf(results, race, x, ({ mostKiB }) =>
      mostKiB === undefined ? undefined : mostKiB * 1024,
    );
  const entries = ({ spool }: RaceResult): number => entriesOf(spool);
  const amount = (result: RaceResult): number => result.amount;
  return [
    growth(
      'memory of a scan for one orphan',
      'name in the spool',
      'bytes',
      memory('one-worst', entries),
    ),
    growth('memory of a scan of n orphans', 'wanted inode', 'bytes', memory('orphans-all', amount)),
    growth(
      'memory of an audit of n damaged messages',
      'damaged message',
      'bytes',
      memory('audit-damaged', amount),
    ),
    growth(
      'time of a scan for one orphan',
      'name in the spool',
      'ns',
      pointsOf(results, 'one-worst', entries, ({ medianMs }) => medianMs * 1e6),
    ),
  ];
}

export function claimsOf(growths: readonly Growth[], results: readonly RaceResult[]): Claim[] {
  const [entries, wanted, , time] = growths;
  const claims: Claim[] = [];
  if (entries?.line) {
    const { slope } = entries.line;
    claims.push({
      claim: 'memory is flat in files not wanted',
      found: `${slope.toFixed(3)} bytes a name`,
      promise: `less than ${flatBytes} byte a name`,
      mark: slope < flatBytes ? 'met' : 'missed',
    });
  }
  if (entries?.line && wanted?.line) {
    const bytes =
      valueAt(wanted.line, 1_000_000) + Math.max(entries.line.slope, 0) * projectedEntries;
    claims.push({
      claim: '1,000,000 wanted inodes among 100,000,000 names, projected',
      found: `${Math.round(bytes / 2 ** 20)} MiB`,
      promise: `${millionOrphansMiB} MiB`,
      mark: bytes / 2 ** 20 <= millionOrphansMiB ? 'met' : 'missed',
    });
  }
  const million = results.find(({ id, files }) => id === 'orphans-all' && files === 1_000_000);
  const figures = million?.figures.find(({ name }) => name === ourName);
  if (figures !== undefined) {
    const { wrong, mostKiB = Number.NaN, medianMs } = figures;
    claims.push({
      claim: '1,000,000 orphans in one pid directory',
      found: wrong ?? `${Math.round(mostKiB / 1024)} MiB in ${(medianMs / 1000).toFixed(1)} s`,
      promise: `ends, ${millionOrphansMiB} MiB`,
      mark: wrong === undefined && mostKiB / 1024 <= millionOrphansMiB ? 'met' : 'missed',
    });
  }
  if (time?.line && time.points.length > 2) {
    claims.push({
      claim: 'time is linear in names',
      found: `${time.line.slope.toFixed(0)} ns a name, r² ${time.line.r2.toFixed(4)}`,
      promise: 'r² above 0.98',
      mark: time.line.r2 > 0.98 ? 'met' : 'missed',
    });
  }
  return claims;
}

function growth(title: string, per: string, unit: Growth['unit'], points: Point[]): Growth {
  const isLine = new Set(points.map(({ x }) => x)).size > 1;
  return { title, per, unit, points, ...(isLine ? { line: fitLine(points) } : {}) };
}

function pointsOf(
  results: readonly RaceResult[],
  race: string,
  x: (result: RaceResult) => number,
  y: (figures: RaceResult['figures'][number]) => number | undefined,
): Point[] {
  return results.flatMap((result) => {
    if (result.id !== race || result.cache !== 'warm') return [];
    const figures = result.figures.find(({ name }) => name === ourName);
    const value = figures === undefined || figures.wrong !== undefined ? undefined : y(figures);
    return value === undefined ? [] : [{ x: x(result), y: value }];
  });
}
