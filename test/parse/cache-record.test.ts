import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  cacheItems,
  measureCacheRecord,
  parseCacheGeneration,
  parseCacheRecord,
  parseSection,
} from '../../src/parse/cache-record.ts';
import { composeCache, composeCacheRecord, composeSection } from '../support/mailbox-writer.ts';

const record = composeCacheRecord('(envelope)', composeSection(100, 835), 'subject');

describe('a cache record', () => {
  it('gives the items that were put in', () => {
    const { bytes, offsets } = composeCache(7, [
      composeCacheRecord('(x)', composeSection(1, 2)),
      record,
    ]);
    const { items } = parseCacheRecord(bytes, offsets[1]);
    expect(Buffer.from(items.envelope).toString()).toBe('(envelope)');
    expect(Buffer.from(items.subject).toString()).toBe('subject');
    expect(parseSection(items.section)).toEqual({ headerBytes: 100, contentBytes: 835 });
  });

  it('has ten items, named in their order', () => {
    expect(Object.keys(parseCacheRecord(record).items)).toEqual(cacheItems);
  });

  it('counts the padding of its last item', () => {
    expect(parseCacheRecord(Buffer.concat([record, Buffer.from('next')])).lengthBytes).toBe(
      record.length,
    );
    expect(() => parseCacheRecord(record.subarray(0, -1))).toThrow(/at byte/);
  });

  it('says where in the file it goes wrong', () => {
    const bytes = Buffer.from(record);
    bytes.writeUInt32BE(0xffffffff, 0);
    expect(() => parseCacheRecord(bytes, 0, 4096)).toThrow('(at byte 4100)');
  });

  it('is measured from as little of it as there is, without reading too far', () => {
    fc.assert(
      fc.property(fc.nat(record.length), (length) => {
        const measured = measureCacheRecord(record.subarray(0, length));
        expect(measured.bytes).toBeLessThanOrEqual(record.length);
        expect(measured.isAll).toBe(measured.bytes === record.length);
        if (!measured.isAll) expect(measured.bytes).toBeGreaterThan(length);
      }),
    );
  });
});

it('the generation of a cache is its first four bytes', () => {
  expect(parseCacheGeneration(composeCache(0xfffffffe, []).bytes)).toBe(0xfffffffe);
  expect(() => parseCacheGeneration(new Uint8Array(3))).toThrow('(at byte 0)');
});

describe('a SECTION', () => {
  it('without part 0 is of no message', () => {
    expect(() => parseSection(Buffer.alloc(40))).toThrow('(at byte 0)');
  });

  it.each([0, 4, 12, 19])('of %d bytes is refused', (length) => {
    expect(() => parseSection(composeSection(1, 2).subarray(0, length))).toThrow(/at byte/);
  });
});
