import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseIndexHeader, wholeRecords } from '../../src/parse/index-header.ts';
import { indexRecords } from '../../src/parse/index-record.ts';
import { indexLayouts } from '../../src/parse/index-layout.ts';
import { composeIndex, decompose, layoutOf } from '../support/index-writer.ts';

const root = new URL('../../fixtures/index/', import.meta.url);
const indexes = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.index'),
);
const read = (name: string) => readFileSync(new URL(name, root));
/** As JSON has it: big integers are strings. */
const asJson = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (_key, each: unknown) =>
      typeof each === 'bigint' ? String(each) : each,
    ),
  );
describe.each(indexes)('the real index %s', (name) => {
  const bytes = read(name);
  const header = parseIndexHeader(bytes);
  const records = [...indexRecords(bytes.subarray(header.startOffset), header)];
  const expected = JSON.parse(read(`${name}.json`).toString()) as {
    header: object;
    records: object[];
  };

  it('has the header that Cyrus reads', () => {
    expect(asJson(header)).toMatchObject(expected.header);
    expect(header.crcValid ?? true).toBe(true);
  });

  it('has the records that Cyrus reads', () => {
    expect(asJson(records)).toMatchObject(expected.records);
  });

  it('has whole and sound records', () => {
    expect(wholeRecords(header, bytes.length)).toBe(header.recordCount);
    expect(records.map((record) => record.fault)).toEqual(records.map(() => undefined));
  });

  it('is composed again byte for byte from the fields of the table', () => {
    const { minorVersion } = header;
    const layout = layoutOf(minorVersion);
    const rows = records.map((record) =>
      decompose(layout.record, bytes.subarray(record.at, record.at + layout.recordSize)),
    );
    const again = composeIndex(minorVersion, decompose(layout.header, bytes), rows);
    expect(again.equals(bytes.subarray(0, again.length))).toBe(true);
  });
});

it('a real file stands for every version but 3, 18 and the hybrid', () => {
  const versions = indexes.map((name) => parseIndexHeader(read(name)).minorVersion);
  expect([...new Set([3, 18, ...versions])].sort((a, b) => a - b)).toEqual(
    indexLayouts.map((layout) => layout.minorVersion),
  );
});
