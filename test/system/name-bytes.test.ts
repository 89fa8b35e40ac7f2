import fc from 'fast-check';
import { expect, test } from 'vitest';
import { messageLeafOf } from '../../src/model/mailbox-name.ts';
import { NameBytes } from '../../src/system/name-bytes.ts';

const uid = fc.oneof(
  fc.integer({ min: 0, max: 0xffff_ffff }),
  fc.constantFrom(0, 9, 10, 99, 100, 999_999_999, 1_000_000_000, 0xffff_ffff),
);
const name = fc
  .uint8Array({ maxLength: 255 })
  .map((bytes) => Buffer.from(bytes).toString('latin1').replaceAll('\0', '/'));

test('the name of a message is written by its uid as it would be by itself', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(uid, name), { maxLength: 1000 }), (all) => {
      const bytes = new NameBytes();
      for (const one of all) {
        if (typeof one === 'number') bytes.addMessage(one);
        else bytes.add(one);
      }
      const names = all.map((one) => (typeof one === 'number' ? messageLeafOf(one) : one));
      expect(Buffer.from(bytes.shared()).toString('latin1')).toBe(
        names.map((one) => `${one}\0`).join(''),
      );
    }),
  );
});
