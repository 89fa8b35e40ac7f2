import { expect, test } from 'vitest';
import { UsageError } from '../../src/model/errors.ts';
import { parseDuration } from '../../src/parse/duration.ts';

test('a duration is a whole number and a unit', () => {
  expect(['90s', '10m', '36h', '7d', '0s'].map((text) => parseDuration(text, '--min-age'))).toEqual(
    [90, 600, 129_600, 604_800, 0],
  );
});

test.each(['', '36', 'h', '-1h', '1.5h', '1w', '1e3s', '99999999999s'])(
  'anything else is refused by name: %j',
  (text) => {
    expect(() => parseDuration(text, '--min-age')).toThrow(UsageError);
    expect(() => parseDuration(text, '--min-age')).toThrow('--min-age');
  },
);
