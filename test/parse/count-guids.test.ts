import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { countZeroGuids, hasGuids } from '../../src/parse/count-guids.ts';
import { parseIndexHeader } from '../../src/parse/index-header.ts';
import { indexRecords } from '../../src/parse/index-record.ts';
import { composeIndex } from '../support/index-writer.ts';

const zerosIn = (index: Buffer): number => {
  const header = parseIndexHeader(index);
  return countZeroGuids(index.subarray(header.startOffset), header);
};

test.each([10, 12, 13, 17, 19, 20])('a GUID of zeros only is none, in version %d', (version) => {
  const index = composeIndex(version, {}, [
    { uid: 1, guid: '00' },
    { uid: 2, guid: `${'00'.repeat(19)}01` },
    { uid: 3, guid: 'ff' },
    { uid: 4, guid: '00' },
  ]);
  expect(zerosIn(index)).toBe(2);
});

test.each([3, 6, 7, 8, 9])('no record of version %d can have one', (version) => {
  expect([hasGuids(version), zerosIn(composeIndex(version, {}, [{ uid: 1 }, { uid: 2 }]))]).toEqual(
    [false, 2],
  );
});

test('a record that is cut off does not count', () => {
  const index = composeIndex(12, {}, [{ uid: 1 }, { uid: 2 }]);
  expect(zerosIn(index.subarray(0, index.length - 1))).toBe(1);
});

describe('a real index', () => {
  const fixtures = new URL('../../fixtures/index/cyrus-3.6.1/', import.meta.url);
  const names = readdirSync(fixtures).filter((name) => /\.v\d+\.index$/.test(name));

  test.each(names)('%s has as many without a digest as its parsed records', (name) => {
    const index = readFileSync(new URL(name, fixtures));
    const header = parseIndexHeader(index);
    const records = [...indexRecords(index.subarray(header.startOffset), header)];
    expect(records.length).toBeGreaterThan(0);
    expect(zerosIn(index)).toBe(records.filter(({ guid }) => guid === undefined).length);
  });
});
