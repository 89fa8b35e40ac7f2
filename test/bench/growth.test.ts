import { describe, expect, test } from 'vitest';
import { claimsOf, growthsOf, type Claim } from '../../bench/growth.ts';
import type { RaceResult } from '../../bench/race.ts';
import { ourName } from '../../bench/targets.ts';

interface Measured {
  readonly id?: string;
  readonly files: number;
  readonly ms?: readonly number[];
  readonly peaks?: readonly number[];
  readonly wrong?: string;
}

/** @param peaks bytes */
function result({ id = 'one-worst', files, ms = [1], peaks = [], wrong }: Measured): RaceResult {
  const figures = {
    name: ourName,
    ms,
    wallMs: ms,
    peakKiB: peaks.map((peak) => peak / 1024),
    ...(peaks.length === 0 ? {} : { mostKiB: Math.max(...peaks) / 1024 }),
    medianMs: ms[0] ?? 0,
    ...(wrong === undefined ? {} : { wrong }),
  };
  return {
    id,
    title: id,
    spool: String(files),
    files,
    amount: files,
    cache: 'warm',
    figures: [figures],
    comparisons: [],
  };
}

function claims(...measured: readonly Measured[]): readonly Claim[] {
  const results = measured.map(result);
  return claimsOf(growthsOf(results, { entriesOf: Number }), results);
}

function claim(words: string, ...measured: readonly Measured[]): Claim | undefined {
  return claims(...measured).find((one) => one.claim.includes(words));
}

const sizes = [10_000, 100_000, 1_000_000, 10_000_000];
/** Of 80 MB and so many a name, with half a MB of noise. */
const peaksOf =
  (slope: number) =>
  (files: number): Measured => ({
    files,
    peaks: [-1, 0, 1, 0, 1].map((noise) => 80e6 + slope * files + noise * 5e5),
  });

describe('flat memory', () => {
  test('is met, and missed, where the error leaves no doubt', () => {
    expect(claim('flat', ...sizes.map(peaksOf(0.1)))).toMatchObject({ mark: 'met' });
    expect(claim('flat', ...sizes.map(peaksOf(3)))).toMatchObject({ mark: 'missed' });
  });

  test('is told by the two largest sizes: a program warms up, and may grow later', () => {
    const peaks = (...bytes: readonly number[]): Measured[] =>
      bytes.map((peak, nth) => ({ files: sizes[nth] ?? 0, peaks: [peak - 1e5, peak, peak + 1e5] }));
    const { mark, found } = claim('flat', ...peaks(68e6, 71e6, 76e6, 78e6)) ?? {};
    expect(mark).toBe('met');
    expect(found).toMatch(/^0\.22 ± 0\.\d\d bytes a name from 1,000,000 to 10,000,000$/);
    expect(claim('flat', ...peaks(68e6, 68e6, 68e6, 98e6))).toMatchObject({ mark: 'missed' });
  });

  test('cannot be told where noise could be more than a byte a name', () => {
    const { mark, found } = claim('flat', ...sizes.slice(0, 2).map(peaksOf(0))) ?? {};
    expect(mark).toBe('none');
    expect(found).toMatch(/± \d.*too uncertain/);
  });

  test('cannot be told from one run at two sizes each', () => {
    const once = (files: number): Measured => ({ files, peaks: [80e6] });
    expect(claim('flat', once(10_000), once(1_000_000))).toMatchObject({ mark: 'none' });
  });

  test('is not upset by one peak that was out of the way', () => {
    const [first, ...others] = sizes.map(peaksOf(0));
    const odd = { files: 1_000_000, peaks: [80e6, 80e6, 80e6, 80e6, 300e6] };
    const line = growthsOf([...others.slice(0, 1), odd, first ?? odd].map(result), {
      entriesOf: Number,
    })[0]?.line;
    expect(line?.slope).toBeLessThan(1);
  });

  test('says nothing of a wrong answer', () => {
    expect(claims(...sizes.map((files) => ({ ...peaksOf(0)(files), wrong: 'no' })))).toEqual([]);
  });
});

describe('linear time', () => {
  const timed = (ns: (files: number) => number) => (files: number) => ({
    files,
    ms: [(100e6 + ns(files)) / 1e6],
  });
  test.each<[string, Claim['mark'], (files: number) => number]>([
    ['n', 'met', (files) => 300 * files],
    ['n log n', 'met', (files) => 20 * files * Math.log2(files)],
    ['n squared', 'missed', (files) => 1e-4 * files ** 2],
    // Its r² is 0.99: the largest sizes alone make the line.
    ['n to the power of 1.3', 'missed', (files) => files ** 1.3],
    ['less for more', 'none', (files) => -files],
  ])('%s: %s', (_, mark, ns) => {
    expect(claim('linear', ...sizes.slice(0, 3).map(timed(ns)))?.mark).toBe(mark);
  });

  test('needs three sizes', () => {
    expect(claim('linear', ...sizes.slice(0, 2).map(timed((files) => files)))).toBeUndefined();
  });
});

describe('a million orphans', () => {
  const all = (peak: number, wrong?: string): Measured => ({
    id: 'orphans-all',
    files: 1_000_000,
    peaks: [peak],
    ...(wrong === undefined ? {} : { wrong }),
  });
  test.each([
    [700e6, 'met'],
    [701e6, 'missed'],
    // 700 MiB, which is more.
    [700 * 2 ** 20, 'missed'],
  ])('in %d bytes: %s', (peak, mark) => {
    expect(claim('in one pid directory', all(peak))?.mark).toBe(mark);
  });

  test('among a hundred million names take what names not wanted take, too', () => {
    const { mark, found } = claim('projected', ...sizes.map(peaksOf(0.3)), all(660e6)) ?? {};
    expect(mark).toBe('met');
    expect(found).toMatch(/^690 ± \d MB$/);
    expect(claim('projected', ...sizes.map(peaksOf(0.8)), all(660e6))?.mark).toBe('missed');
  });

  test('are told wrong when the answer is', () => {
    expect(claim('in one pid directory', all(1, 'it found 7'))).toMatchObject({
      found: 'it found 7',
      mark: 'missed',
    });
  });
});

describe('a merge', () => {
  const hosts = [25, 50, 100];
  const merged = (perHost: number, msOf: (count: number) => number): Measured[] =>
    hosts.map((files) => ({
      id: 'merge',
      files,
      ms: [msOf(files)],
      peaks: [-1, 0, 1].map((noise) => 180e6 + perHost * files + noise * 1e6),
    }));

  test('is flat while a host costs a small part of its report', () => {
    const linear = (count: number): number => 500 * count;
    expect(claim('merge', ...merged(100_000, linear))).toMatchObject({ mark: 'met' });
    expect(claim('merge', ...merged(4_600_000, linear))).toMatchObject({ mark: 'missed' });
  });

  test('that compares every host with every other is not linear', () => {
    const hostsOf = (msOf: (count: number) => number): Claim | undefined =>
      claim('linear in hosts', ...merged(0, msOf));
    expect(hostsOf((count) => 500 * count)).toMatchObject({ mark: 'met' });
    expect(hostsOf((count) => 5 * count ** 2)).toMatchObject({ mark: 'missed' });
  });
});
