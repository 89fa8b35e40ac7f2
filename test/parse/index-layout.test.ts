import { describe, expect, it } from 'vitest';
import { fieldBytes, type Fields } from '../../src/parse/index-field.ts';
import { indexLayoutOf, indexLayouts } from '../../src/parse/index-layout.ts';

/** Offsets as Cyrus's mailbox.h has them, typed in by hand: size, digest, modseq, CRC of the record, CRC of the header. */
const known: [
  number,
  number | undefined,
  number | undefined,
  number | undefined,
  number | undefined,
  number | undefined,
][] = [
  [3, 12, undefined, undefined, undefined, undefined],
  [6, 12, undefined, undefined, undefined, undefined],
  [7, 12, 60, undefined, undefined, undefined],
  [8, 12, 60, 72, undefined, undefined],
  [9, 12, 60, 72, undefined, undefined],
  [10, 12, 60, 80, undefined, undefined],
  [12, 12, 60, 80, 92, 124],
  [13, 12, 60, 80, 100, 124],
  [14, 12, 60, 80, 100, 156],
  [15, 12, 60, 80, 100, 156],
  [16, 12, 60, 80, 108, 156],
  [17, 12, 60, 80, 108, 156],
  [18, 12, 60, 80, 108, 156],
  [19, 12, 60, 80, 108, 156],
  [20, 24, 60, 80, 140, 188],
];

const spans = (fields: Fields<string>): [number, number][] =>
  Object.values(fields)
    .flatMap((field) =>
      field ? [[field.at, field.at + fieldBytes[field.kind]] as [number, number]] : [],
    )
    .sort(([a], [b]) => a - b);
const areApart = (fields: Fields<string>, size: number): boolean =>
  spans(fields).every(([, end], index, all) => end <= (all[index + 1]?.[0] ?? size));

describe.each(indexLayouts)('index version $minorVersion', (layout) => {
  it('has fields that do not overlap and lie in their record', () => {
    expect(areApart(layout.header, layout.headerSize)).toBe(true);
    expect(areApart(layout.record, layout.recordSize)).toBe(true);
  });

  it('leaves no byte of its record without a name', () => {
    const named = spans(layout.record).reduce((sum, [start, end]) => sum + end - start, 0);
    expect(named).toBe(layout.recordSize);
  });

  it('ends header and record with their CRC, where it has one', () => {
    const { headerCrc } = layout.header;
    const { recordCrc } = layout.record;
    expect([headerCrc?.at, recordCrc?.at]).toEqual(
      layout.minorVersion < 12
        ? [undefined, undefined]
        : [layout.headerSize - 4, layout.recordSize - 4],
    );
  });
});

it.each(known)('version %d has its fields where Cyrus has them', (version, ...offsets) => {
  const { record, header } = indexLayoutOf(version) ?? { record: {}, header: {} };
  const digest = record.guid ?? record.uuid;
  const found = [record.size, digest, record.modseq, record.recordCrc, header.headerCrc];
  expect(found.map((field) => field?.at)).toEqual(offsets);
});

it.each([0, 1, 2, 4, 5, 11, 21, 0xffffffff])('version %d was never released', (version) => {
  expect(indexLayoutOf(version)).toBeUndefined();
});
