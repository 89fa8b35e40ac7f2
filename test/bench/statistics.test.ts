import { describe, expect, test } from 'vitest';
import { fitLine, median, pairedRatio, valueAt } from '../../bench/statistics.ts';

describe('the median', () => {
  test.each([
    [[3], 3],
    [[9, 1, 5], 5],
    [[10, 2, 4, 100], 7],
  ])('of %j is %d', (values, expected) => {
    expect(median(values)).toBe(expected);
  });

  test('of nothing is an error', () => {
    expect(() => median([])).toThrow(RangeError);
  });
});

describe('a ratio of pairs', () => {
  test('is the median of the ratios, not the ratio of the medians', () => {
    // The machine was ten times as slow in the second round, for both.
    expect(pairedRatio([1, 20, 3], [2, 20, 2])).toEqual({
      median: 1,
      least: 0.5,
      most: 1.5,
      pairs: 3,
    });
  });

  test('leaves out the runs without a partner', () => {
    expect(pairedRatio([1, 2, 3, 4, 5], [2, 2])).toMatchObject({ median: 0.75, pairs: 2 });
  });

  test('of no pair is an error', () => {
    expect(() => pairedRatio([1], [])).toThrow(RangeError);
  });
});

describe('a fitted line', () => {
  test('goes through points that lie on one, without an error', () => {
    const line = fitLine([0, 10, 1_000_000].map((x) => ({ x, y: 5 + 3 * x })));
    expect(line.slope).toBeCloseTo(3, 9);
    expect(line.intercept).toBeCloseTo(5, 3);
    expect(line.r2).toBeCloseTo(1, 9);
    expect(line.slopeError).toBeLessThan(1e-6);
    expect(valueAt(line, 7)).toBeCloseTo(26, 3);
  });

  test('has the standard error of its slope', () => {
    // By hand: xx = 5, xy = 6, yy = 10, so that 10 - 1.2 × 6 = 2.8 are left.
    const line = fitLine([
      { x: 0, y: 1 },
      { x: 1, y: 0 },
      { x: 2, y: 3 },
      { x: 3, y: 4 },
    ]);
    expect(line.slope).toBeCloseTo(1.2, 12);
    expect(line.slopeError).toBeCloseTo(Math.sqrt(2.8 / 2 / 5), 12);
    expect(line.r2).toBeCloseTo(1 - 2.8 / 10, 12);
  });

  test('of values that do not vary explains them all', () => {
    expect(fitLine([0, 1, 2].map((x) => ({ x, y: 4 })))).toMatchObject({ slope: 0, r2: 1 });
  });

  test('needs two places', () => {
    expect(() => fitLine([1, 2].map((y) => ({ x: 3, y })))).toThrow(RangeError);
  });
});
