import fc from 'fast-check';
import { expect, test } from 'vitest';
import { age, bytes, clockTime, count, isoTime, many } from '../../src/report/quantities.ts';

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1.0 KiB'],
  [102_348, '99.9 KiB'],
  [102_349, '100 KiB'],
  [1_048_575, '1.0 MiB'],
  [5 * 1024 ** 4, '5.0 TiB'],
])('%d bytes', (value, expected) => {
  expect(bytes(value)).toBe(expected);
});

test.each([
  [-1, 'future'],
  [0, '0 s'],
  [303, '5 min 3 s'],
  [273_600, '3 d 4 h'],
  [259_200 + 59, '3 d'],
  [88_128_000, '1,020 d'],
])('an age of %d s', (seconds, expected) => {
  expect(age(seconds)).toBe(expected);
});

test.each([
  [0, '0'],
  [999, '999'],
  [1000, '1,000'],
  [1_234_567, '1,234,567'],
])('%d has its thousands marked', (value, expected) => {
  expect(count(value)).toBe(expected);
});

test('one is singular', () => {
  expect([many(1, 'entry', 'entries'), many(2, 'entry', 'entries'), many(0, 'file')]).toEqual([
    '1 entry',
    '2 entries',
    '0 files',
  ]);
});

test('a time keeps its nanoseconds', () => {
  expect(isoTime(1_239_703_200_123_456_789n)).toBe('2009-04-14T10:00:00.123456789Z');
});

test('a time before 1970 is rounded towards the past', () => {
  expect(isoTime(-1n)).toBe('1969-12-31T23:59:59.999999999Z');
});

test('a time is the one that Date has, in every year that it can print', () => {
  const milliseconds = fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 });
  fc.assert(
    fc.property(milliseconds, (ms) => {
      const expected = new Date(ms).toISOString().replace('Z', '000000Z');
      return isoTime(BigInt(ms) * 1_000_000n) === expected;
    }),
  );
});

test('people get seconds and the zone', () => {
  expect(clockTime(1_239_703_200_999_999_999n)).toBe('2009-04-14 10:00:00 UTC');
});
