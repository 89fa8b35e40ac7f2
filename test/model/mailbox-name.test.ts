import fc from 'fast-check';
import { expect, it } from 'vitest';
import { asBytes } from '../../src/model/byte-path.ts';
import {
  messageLeafBytes,
  messageUidAt,
  messageUidOf,
  shortLeafOf,
  wholeLeafOf,
  writeMessageLeaf,
} from '../../src/model/mailbox-name.ts';

it('a message has its uid for a name, without a leading zero, and a dot', () => {
  const names = ['1.', '0.', '4294967295.', '10.'];
  expect(names.map(messageUidOf)).toEqual([1, 0, 4_294_967_295, 10]);
});

it('any other name is no message', () => {
  const names = ['', '.', '1', '01.', '00.', '4294967296.', '99999999999.', '1.5', '1..', '-1.'];
  expect(names.filter((name) => messageUidOf(name) !== undefined)).toEqual([]);
});

it('names of any characters are told apart as by the grammar', () => {
  const grammar = /^(?:0|[1-9]\d{0,9})\.$/;
  const names = fc.string({
    unit: fc.constantFrom('0', '1', '9', '.', '/', ':', 'a'),
    maxLength: 5,
  });
  fc.assert(
    fc.property(names, (name) => {
      expect(messageUidOf(name)).toBe(grammar.test(name) ? Number(name.slice(0, -1)) : undefined);
    }),
  );
});

it('a name is read from bytes as it is from words, and told again from its short form', () => {
  const digits = fc.array(fc.constantFrom('0', '1', '9', '.', 'x', '\xff'), { maxLength: 13 });
  fc.assert(
    fc.property(digits, (some) => {
      const leaf = asBytes(some.join(''));
      expect(messageUidAt(Buffer.from(`/${leaf}\0`, 'latin1'), 1)).toBe(messageUidOf(leaf) ?? -1);
      expect(wholeLeafOf(shortLeafOf(leaf))).toBe(leaf);
    }),
  );
});

it('a name that is written in bytes is read again, and ends with a NUL', () => {
  const uids = fc.oneof(
    fc.integer({ min: 0, max: 0xffff_ffff }),
    fc.constantFrom(0, 9, 10, 99, 100, 4_294_967_295),
  );
  fc.assert(
    fc.property(uids, (uid) => {
      const bytes = Buffer.alloc(messageLeafBytes + 1, 'x');
      const end = writeMessageLeaf(bytes, 1, uid);
      expect(bytes.toString('latin1', 0, end + 1)).toBe(`x${uid}.\0`);
      expect(messageUidAt(bytes, 1)).toBe(uid);
    }),
  );
});
