import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isAlert, rangeText } from '../../src/model/check.ts';
import { UsageError } from '../../src/model/errors.ts';
import { parseAlertRange } from '../../src/parse/alert-range.ts';

const alerts = (text: string, ...values: number[]): boolean[] =>
  values.map((value) => isAlert(value, parseAlertRange(text, '--warn-orphans', 'count')));

// The table of the Monitoring Plugins Development Guidelines, "Threshold and Ranges".
describe('a range of the guidelines', () => {
  test('10 alerts below 0 and above 10', () => {
    expect(alerts('10', -1, 0, 10, 11)).toEqual([true, false, false, true]);
  });
  test('10: alerts below 10', () => {
    expect(alerts('10:', 9, 10, 1e9)).toEqual([true, false, false]);
  });
  test('~:10 alerts above 10', () => {
    expect(alerts('~:10', -1e9, 10, 11)).toEqual([false, false, true]);
  });
  test('10:20 alerts outside of the two', () => {
    expect(alerts('10:20', 9, 10, 20, 21)).toEqual([true, false, false, true]);
  });
  test('@10:20 alerts from one to the other', () => {
    expect(alerts('@10:20', 9, 10, 20, 21)).toEqual([false, true, true, false]);
  });
  test('~: never alerts', () => {
    expect(alerts('~:', -1e9, 0, 1e9)).toEqual([false, false, false]);
  });
});

describe('the ends of a range', () => {
  test.each([
    ['7d', 'seconds', 604_800],
    ['90', 'seconds', 90],
    ['2G', 'bytes', 2 * 1024 ** 3],
    ['1.5K', 'bytes', 1536],
  ] as const)('%s of %s is %d', (text, kind, to) => {
    expect(parseAlertRange(text, '--crit-x', kind)).toEqual({ from: 0, to, isInverted: false });
  });

  test.each(['', '@', 'ten', '1:2:3', '10;20', '5K', '36h', '~', '0x10', '1e3', ' 5'])(
    '%j is no range of a number',
    (text) => {
      expect(() => parseAlertRange(text, '--warn-orphans', 'count')).toThrow(UsageError);
    },
  );

  test('must not be the wrong way round', () => {
    expect(() => parseAlertRange('20:10', '--warn-orphans', 'count')).toThrow(
      '--warn-orphans 20:10: its first end is above its second',
    );
  });
});

test('a range that is written for performance data means the same when it is read', () => {
  const end = fc.integer({ min: -1000, max: 1000 });
  const range = fc
    .record({
      ends: fc.tuple(end, end),
      open: fc.constantFrom('', 'from', 'to'),
      inverted: fc.boolean(),
    })
    .map(({ ends: [a, b], open, inverted }) => ({
      from: open === 'from' ? -Infinity : Math.min(a, b),
      to: open === 'to' ? Infinity : Math.max(a, b),
      isInverted: inverted,
    }));
  fc.assert(
    fc.property(range, (one) => {
      expect(parseAlertRange(rangeText(one), '--warn-x', 'count')).toEqual(one);
    }),
  );
});
