import { describe, expect, test } from 'vitest';
import { leakOf, roundsAtLeast } from '../../bench/leak.ts';

const rounds = (count: number, value: (round: number) => number): number[] =>
  Array.from({ length: count }, (_, round) => value(round));
/** The same in every run, and without a direction. */
const noise = (round: number): number => ((round * 7) % 5) - 2;

describe('a figure', () => {
  test('that grows a little every round is a leak', () => {
    const { grows, perRound, growth } = leakOf(
      rounds(40, (round) => 100 + 2 * round + noise(round)),
      24,
    );
    expect(grows).toBe(true);
    expect(perRound).toBeCloseTo(2, 0);
    expect(growth).toBeGreaterThan(24);
  });

  test('that breathes is none', () => {
    expect(
      leakOf(
        rounds(40, (round) => 100 + 8 * noise(round)),
        1,
      ).grows,
    ).toBe(false);
  });

  test('that grows by less than is tolerated is none', () => {
    expect(
      leakOf(
        rounds(40, (round) => 100 + 0.1 * round),
        24,
      ).grows,
    ).toBe(false);
  });

  test('that grows at first and then stands is none', () => {
    expect(
      leakOf(
        rounds(40, (round) => 100 + 20 * Math.min(round, 11)),
        24,
      ).grows,
    ).toBe(false);
  });

  test('that falls is none', () => {
    expect(
      leakOf(
        rounds(40, (round) => 500 - 9 * round),
        24,
      ).grows,
    ).toBe(false);
  });

  test('of too few rounds is not judged', () => {
    const few = rounds(roundsAtLeast - 1, (round) => 100 * round);
    expect(leakOf(few, 1)).toMatchObject({ isJudged: false, grows: false });
    expect(leakOf([...few, 100 * few.length], 1)).toMatchObject({ isJudged: true, grows: true });
  });
});
