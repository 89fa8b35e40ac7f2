import { expect, test } from 'vitest';
import { UsageError } from '../../src/model/errors.ts';
import { parseRate } from '../../src/parse/rate.ts';

test.each([
  ['500K', 512_000],
  ['20M', 20_971_520],
  ['1.5g', 1_610_612_736],
  ['20MiB/s', 20_971_520],
])('a rate of %s is %i bytes a second', (text, rate) => {
  expect(parseRate(text, '--bwlimit')).toBe(rate);
});

test.each(['', '20', '0K', '-1M', '1T', 'M', '1e3M', '1M x'])('%j is no rate', (text) => {
  expect(() => parseRate(text, '--bwlimit')).toThrow(UsageError);
});
