import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseIsoTime } from '../../src/parse/iso-time.ts';
import { isoTime } from '../../src/report/quantities.ts';

test('every time that a report writes is read back to the nanosecond', () => {
  // Years 0 to 9999: others are written with a sign, which no file has.
  const bound = { min: -62_167_219_200_000_000_000n, max: 253_402_300_799_999_999_999n };
  fc.assert(
    fc.property(fc.bigInt(bound), (ns) => {
      expect(parseIsoTime(isoTime(ns))).toBe(ns);
    }),
  );
});

test.each([
  '2007-02-29T10:00:00.000000000Z',
  '2007-13-01T10:00:00.000000000Z',
  '2007-02-21T24:00:00.000000000Z',
  '2007-02-21T10:00:00Z',
  '2007-02-21T10:00:00.000000000+01:00',
  ' 2007-02-21T10:00:00.000000000Z',
  '',
])('%j is no time', (text) => {
  expect(parseIsoTime(text)).toBeUndefined();
});
