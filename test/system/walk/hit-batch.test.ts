import fc from 'fast-check';
import { expect, test } from 'vitest';
import { wholeLeafOf } from '../../../src/model/mailbox-name.ts';
import { PathBytes } from '../../../src/system/walk/directory-stack.ts';
import { HitBatch, unpackHits } from '../../../src/system/walk/hit-batch.ts';

const bytes = fc
  .uint8Array({ minLength: 1, maxLength: 20 })
  .map((some) => Buffer.from(some).toString('latin1').replaceAll('\0', 'x').replaceAll('/', 'y'));
const leaf = fc.oneof(
  bytes,
  fc.integer({ min: 0, max: 0xffff_ffff }).map((uid) => `${uid}.`),
  fc.constantFrom(
    '0.',
    '07.',
    '00.',
    '4294967295.',
    '4294967296.',
    '12345678901.',
    '7',
    '7..',
    '.',
  ),
);
const places = fc.array(
  fc.record({
    path: bytes.map((path) => `/${path}`),
    table: fc.constantFrom(0, 1),
    low: fc.integer({ min: 0, max: 0xffff_ffff }),
    high: fc.integer({ min: 0, max: 0xffff_ffff }),
    leaves: fc.array(leaf, { minLength: 1, maxLength: 30 }),
  }),
  { maxLength: 30 },
);

test('hits arrive with the names that the kernel gave, whatever their bytes', () => {
  const devices = [64n, 65n];
  fc.assert(
    fc.property(places, (all) => {
      const batch = new HitBatch();
      const sent: unknown[] = [];
      for (const { leaves, ...place } of all) {
        const where = { ...place, path: new PathBytes() };
        where.path.set(Buffer.from(`${place.path}\0`, 'latin1'), 0, place.path.length);
        for (const name of leaves) {
          const index = sent.length * 3;
          const { table, low, high } = place;
          const ino = (BigInt(high) << 32n) | BigInt(low);
          sent.push([table, index, place.path, devices[table], ino, name]);
          batch.add(index, where, Buffer.from(`x${name}\0z`, 'latin1'), 1);
        }
      }
      const posted = batch.take();
      const told: unknown[] = [];
      if (posted !== undefined) {
        unpackHits(posted, devices, (table, index, { path, dev, ino }, short) => {
          told.push([table, index, path, dev, ino, wholeLeafOf(short)]);
        });
      }
      expect(told).toEqual(sent);
      expect(batch.size).toBe(0);
    }),
  );
});
