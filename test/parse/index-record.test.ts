import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MessageRecord } from '../../src/model/mailbox.ts';
import { parseIndexHeader } from '../../src/parse/index-header.ts';
import { indexLayouts } from '../../src/parse/index-layout.ts';
import { indexRecords, parseIndexRecord } from '../../src/parse/index-record.ts';
import {
  composeIndex,
  composeIndexHeader,
  composeRecord,
  layoutOf,
  type HeaderValues,
  type RecordValues,
} from '../support/index-writer.ts';

const versions = indexLayouts.map((layout) => layout.minorVersion);
const recordsOf = (bytes: Uint8Array): MessageRecord[] => {
  const header = parseIndexHeader(bytes);
  return [...indexRecords(bytes.subarray(header.startOffset), header)];
};
const only = (version: number, values: RecordValues, header: HeaderValues = {}) =>
  recordsOf(composeIndex(version, header, [{ uid: 1, ...values }]))[0];
const second = 1_000_000_000n;

describe.each(versions)('a record of index version %d', (version) => {
  const { record: fields } = layoutOf(version);
  const digits = version < 7 ? 0 : version < 10 ? 24 : 40;
  const scale = version === 20 ? 1n : second;

  it('comes back as it was composed', () => {
    const word = fc.nat(0xffffffff);
    const hex = fc.string({
      unit: fc.constantFrom('1', '4', '9', 'a', 'f'),
      minLength: digits,
      maxLength: digits,
    });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 0xffffffff }),
        word,
        word,
        word,
        word,
        word,
        word,
        hex,
        (uid, size, headerSize, date, updated, cacheOffset, flags, digest) => {
          const composed: RecordValues = {
            uid,
            size,
            headerSize,
            internalDate: date,
            sentDate: date,
            lastUpdated: updated,
            cacheOffset,
            systemFlags: flags,
            ...(fields.uuid ? { uuid: digest } : {}),
            ...(fields.guid ? { guid: digest } : {}),
            ...(fields.cacheVersion ? { cacheVersion: 0x00020003 } : {}),
            ...(fields.cacheCrc ? { cacheCrc: size } : {}),
          };
          expect(only(version, composed)).toEqual({
            at: layoutOf(version).headerSize,
            messageUid: uid,
            sizeBytes: size,
            headerSizeBytes: headerSize,
            internalDateNs: BigInt(date) * scale,
            sentDateNs: BigInt(date) * scale,
            lastUpdatedNs: BigInt(updated) * scale,
            timePrecisionNs: scale,
            ...(fields.uuid ? { uuid: digest } : {}),
            ...(fields.guid ? { guid: digest } : {}),
            cacheOffset: fields.cacheVersion ? cacheOffset + 2 * 2 ** 32 : cacheOffset,
            cacheVersion: fields.cacheVersion ? 3 : 0,
            ...(fields.cacheCrc ? { cacheCrc: size } : {}),
            systemFlags: flags & 0xffff,
            isExpunged: flags >= 2 ** 31,
            isUnlinked: Math.floor(flags / 2 ** 30) % 2 === 1,
            isArchived: Math.floor(flags / 2 ** 29) % 2 === 1,
          });
        },
      ),
      { numRuns: 50 },
    );
  });

  it('tells a wrong byte where it has a CRC', () => {
    const bytes = composeIndex(version, {}, [{ uid: 1 }, { uid: 2 }]);
    bytes[layoutOf(version).headerSize + 12] = 0xff;
    expect(recordsOf(bytes).map((record) => record.fault)).toEqual([
      version < 12 ? undefined : 'crc',
      undefined,
    ]);
  });
});

describe('a digest of zeroes', () => {
  it('is no GUID', () => {
    expect(only(17, { guid: '00'.repeat(20) })).not.toHaveProperty('guid');
  });

  it('is no UUID', () => {
    expect(only(9, { uuid: '00'.repeat(12) })).not.toHaveProperty('uuid');
  });
});

describe('a size past 32 bits', () => {
  it('is read in version 20', () => {
    expect(only(20, { size: 5n * 2n ** 32n })?.sizeBytes).toBe(5 * 2 ** 32);
  });

  it('that no file can have does no harm', () => {
    expect(only(20, { size: 2n ** 64n - 1n })?.sizeBytes).toBe(2 ** 64);
  });
});

it('uids that do not ascend are told, and the records after them are read', () => {
  const bytes = composeIndex(17, {}, [{ uid: 5 }, { uid: 5 }, { uid: 6 }, { uid: 2 }]);
  expect(recordsOf(bytes).map((record) => record.fault)).toEqual([
    undefined,
    'uid-order',
    undefined,
    'uid-order',
  ]);
});

it('a record of zeroes in a file without CRCs is told by its uid', () => {
  expect(recordsOf(composeIndex(9, {}, [{ uid: 1 }, {}]))[1]?.fault).toBe('uid-zero');
});

it('what lies behind the counted records is not read', () => {
  expect(recordsOf(composeIndex(9, { recordCount: 1 }, [{ uid: 1 }, { uid: 2 }]))).toHaveLength(1);
});

it('a file that was cut short gives its whole records', () => {
  const bytes = composeIndex(9, {}, [{ uid: 1 }, { uid: 2 }, { uid: 3 }]);
  expect(recordsOf(bytes.subarray(0, -1)).map((record) => record.messageUid)).toEqual([1, 2]);
});

it('a small file that claims four thousand million records gives those that it has', () => {
  expect(recordsOf(composeIndex(9, { recordCount: 0xffffffff }, [{ uid: 1 }]))).toHaveLength(1);
});

it('records are read from the middle of a file, with their offsets in the file', () => {
  const bytes = composeIndex(9, {}, [{ uid: 1 }, { uid: 2 }, { uid: 3 }]);
  const header = parseIndexHeader(bytes);
  const part = bytes.subarray(96 + 80);
  expect([...indexRecords(part, header, 1)].map(({ at, messageUid }) => [at, messageUid])).toEqual([
    [176, 2],
    [256, 3],
  ]);
});

it('a record that is not there is a FormatError with its offset in the file', () => {
  const header = parseIndexHeader(composeIndexHeader(9, {}));
  expect(() => parseIndexRecord(new Uint8Array(79), header, 0, 96)).toThrow('(at byte 96)');
});

it('cyrus.expunge of 2.3 is read like an index', () => {
  expect(only(9, { uid: 77, size: 935 })).toMatchObject({ messageUid: 77, sizeBytes: 935 });
});

describe('a version 19 header before records of 144 bytes', () => {
  const header = composeIndexHeader(19, { recordSize: 144, recordCount: 2 });
  const values: RecordValues = { uid: 9, size: 1234, guid: 'ab'.repeat(20) };

  it('is read with the fields of version 19, as Cyrus does', () => {
    const rows = [9, 10].map((uid) => composeRecord(layoutOf(19), { ...values, uid }, 144));
    expect(recordsOf(Buffer.concat([header, ...rows]))).toMatchObject([
      { messageUid: 9, sizeBytes: 1234 },
      { messageUid: 10, sizeBytes: 1234 },
    ]);
  });

  it('is read with those of version 20 where only their CRC is right', () => {
    const rows = [9, 10].map((uid) => composeRecord(layoutOf(20), { ...values, uid }));
    expect(recordsOf(Buffer.concat([header, ...rows]))).toMatchObject([
      { messageUid: 9, sizeBytes: 1234, timePrecisionNs: 1n },
      { messageUid: 10, sizeBytes: 1234 },
    ]);
  });

  it('has a fault where neither is', () => {
    expect(recordsOf(Buffer.concat([header, Buffer.alloc(288, 1)]))[0]?.fault).toBe('crc');
  });
});
