import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseIsoTime } from '../../src/parse/iso-time.ts';
import { isoTime } from '../../src/report/quantities.ts';

test('every time that a report writes is read back to the nanosecond', () => {
  // Some 31 million years to either side: the years of others have more digits than any file.
  const bound = { min: -(10n ** 24n), max: 10n ** 24n };
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
