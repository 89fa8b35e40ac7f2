import { describe, expect, test } from 'vitest';
import type { CheckItemName } from '../../src/model/check.ts';
import { UsageError } from '../../src/model/errors.ts';
import {
  indexVersionOf,
  seriesKnown,
  seriesOf,
  upgradeRows,
} from '../../src/decide/upgrade-rules.ts';

const about = (item: CheckItemName, to: (typeof seriesKnown)[number]): string[] =>
  upgradeRows(to)
    .filter(({ items, state }) => state !== 'OK' && items.includes(item))
    .map(({ state }) => state);

describe('a version to upgrade to', () => {
  test.each([
    ['2.4', '2.4'],
    ['2.4.22', '2.4'],
    ['3.12', '3.12'],
    ['3.0.18', '3.0'],
    ['3.6.1-4+deb12u4', '3.6'],
    ['3.13.7+300', '3.13'],
  ])('%s is of the series %s', (text, series) => {
    expect(seriesOf(text)).toBe(series);
  });

  test.each(['4.0', '3', '3.7', '2.3', 'newest', '', '3.1'])('%j is not known here', (text) => {
    expect(() => seriesOf(text)).toThrow(UsageError);
  });

  test('that is not known is answered with those that are', () => {
    expect(() => seriesOf('9.9')).toThrow(
      'known are 2.4, 2.5, 3.0, 3.2, 3.4, 3.6, 3.8, 3.10, 3.12, 3.13',
    );
  });
});

describe('the table of upgrades', () => {
  test('calls cyrus.expunge of 2.3 critical for every later series: its messages are deleted', () => {
    for (const to of seriesKnown) expect(about('old_expunges', to)).toEqual(['CRITICAL']);
  });

  test('warns of linked leftovers only where an existing upload is opened without an unlink', () => {
    expect(seriesKnown.filter((to) => about('orphans', to).length > 0)).toEqual(['2.4', '3.13']);
  });

  test('tells that wrong bytes spread from 3.6 up to 3.10, where they are compared', () => {
    const twice = seriesKnown.filter((to) => about('damaged', to).length === 2);
    expect(twice).toEqual(['3.6', '3.8']);
  });

  test('names its source in every row', () => {
    for (const to of seriesKnown) {
      for (const { source, why } of upgradeRows(to)) expect([source, why]).not.toContain('');
    }
  });

  test('has index versions that only go up', () => {
    const versions = seriesKnown.map(indexVersionOf);
    expect(versions).toEqual(versions.toSorted((a, b) => a - b));
  });
});
