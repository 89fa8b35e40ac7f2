import { FormatError } from '../../src/model/errors.ts';
import { describe, expect, it } from 'vitest';
import { parseIndexHeader, wholeRecords } from '../../src/parse/index-header.ts';
import { indexLayouts } from '../../src/parse/index-layout.ts';
import { composeIndexHeader } from '../support/index-writer.ts';

const versions = indexLayouts.map((layout) => layout.minorVersion);

describe.each(versions)('the header of index version %d', (version) => {
  const header = parseIndexHeader(
    composeIndexHeader(version, {
      generation: 7,
      recordCount: 5,
      lastUid: 4_000_000_000,
      uidValidity: 1_186_000_000,
      lastAppendDate: version === 20 ? 1_186_000_000_123_456_789n : 1_186_000_000,
    }),
  );

  it('gives its numbers', () => {
    expect(header).toMatchObject({
      minorVersion: version,
      generation: 7,
      recordCount: 5,
      lastUid: 4_000_000_000,
      uidValidity: 1_186_000_000,
    });
  });

  it('gives times in nanoseconds', () => {
    expect(header.lastAppendNs).toBe(
      version === 20 ? 1_186_000_000_123_456_789n : 1_186_000_000_000_000_000n,
    );
  });

  it('knows of its CRC from 2.4 on', () => {
    expect(header.crcValid).toBe(version < 12 ? undefined : true);
  });
});

it('up to 2.3 every record exists, since expunged ones leave the file', () => {
  expect(parseIndexHeader(composeIndexHeader(10, { recordCount: 5 })).exists).toBe(5);
  expect(parseIndexHeader(composeIndexHeader(12, { recordCount: 5, exists: 2 })).exists).toBe(2);
});

it('a header with a wrong CRC is read, and says so', () => {
  expect(parseIndexHeader(composeIndexHeader(17, { headerCrc: 1 })).crcValid).toBe(false);
});

it('a mailbox that is deleted and not yet gone is known by its option', () => {
  expect(parseIndexHeader(composeIndexHeader(17, { options: 0x80000000 })).isDeleted).toBe(true);
  expect(parseIndexHeader(composeIndexHeader(17, { options: 0x60000001 })).isDeleted).toBe(false);
});

it.each([
  [0, 0],
  [23, 0],
  [24, 0],
  [159, 0],
])('a file of %d bytes has no header of version 17', (length, at) => {
  const bytes = composeIndexHeader(17, {}).subarray(0, length);
  expect(() => parseIndexHeader(bytes)).toThrow(`at byte ${at}`);
});

it.each([
  ['version', { minorVersion: 11 }, 8],
  ['version', { minorVersion: 0xffffffff }, 8],
  ['start offset', { startOffset: 128 }, 12],
  ['record size', { recordSize: 0 }, 16],
  ['record size', { recordSize: 144 }, 16],
])('an unknown %s is refused: %j', (_what, values, at) => {
  expect(() => parseIndexHeader(composeIndexHeader(17, values))).toThrow(`(at byte ${at})`);
});

describe('records that are there whole', () => {
  const header = parseIndexHeader(composeIndexHeader(9, { recordCount: 3 }));

  it.each([
    [96 + 3 * 80, 3],
    [96 + 3 * 80 - 1, 2],
    [96 + 4 * 80, 3],
    [96, 0],
    [0, 0],
  ])('in a file of %d bytes are %d', (size, count) => {
    expect(wholeRecords(header, size)).toBe(count);
  });

  it('are few in a small file that claims four thousand million', () => {
    const hostile = parseIndexHeader(composeIndexHeader(9, { recordCount: 0xffffffff }));
    expect(wholeRecords(hostile, 96 + 80)).toBe(1);
  });
});

describe('sizes up to 2.3 are those in the file', () => {
  it('a half-upgraded index with longer header and records is read by its own sizes', () => {
    const header = parseIndexHeader(composeIndexHeader(9, { startOffset: 128, recordSize: 88 }));
    expect(wholeRecords(header, 128 + 2 * 88)).toBe(Math.min(header.recordCount, 2));
    expect([header.startOffset, header.recordSize]).toEqual([128, 88]);
  });
  it.each([{ startOffset: 80 }, { startOffset: 4096 }, { recordSize: 40 }, { recordSize: 5000 }])(
    'sizes that no version had are refused: %j',
    (values) => {
      expect(() => parseIndexHeader(composeIndexHeader(9, values))).toThrow(FormatError);
    },
  );
});
