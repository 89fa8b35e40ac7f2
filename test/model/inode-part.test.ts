import fc from 'fast-check';
import { expect, test } from 'vitest';
import { everyInode, halfOf, isInPart, restOf } from '../../src/model/inode-part.ts';

const word = fc.integer({ min: 0, max: 2 ** 32 - 1 });

test('what is held and what is left are together the whole, and nothing is in both', () => {
  fc.assert(
    fc.property(word, word, fc.nat(5), fc.nat(5), (low, high, first, second) => {
      // A pass that begins with some part, as an earlier pass has left it, and halves it while it walks.
      let asked = everyInode;
      for (let step = 0; step < first; step++) {
        const rest = restOf(asked, halfOf(asked));
        asked = rest[0] ?? asked;
      }
      let held = asked;
      for (let step = 0; step < second; step++) held = halfOf(held);
      const parts = [held, ...restOf(asked, held)];
      const holders = parts.filter((part) => isInPart(part, low, high));
      expect(holders).toHaveLength(isInPart(asked, low, high) ? 1 : 0);
    }),
  );
});

test('neighbours in a block of 64 are never parted', () => {
  fc.assert(
    fc.property(
      word,
      word,
      fc.nat(63),
      fc.integer({ min: 1, max: 8 }),
      (low, high, other, bits) => {
        const part = { index: 0, count: 2 ** bits };
        const neighbour = ((low & ~63) | other) >>> 0;
        expect(isInPart(part, neighbour, high)).toBe(isInPart(part, low, high));
      },
    ),
  );
});

test.each([
  ['in one run', 64n],
  ['with the stride of an allocation group', 2n ** 20n],
  ['that differ in their high half only', 2n ** 32n],
])('parts of 64,000 blocks %s are of about the same size', (_, stride) => {
  const counts = [0, 0, 0, 0, 0, 0, 0, 0];
  for (let block = 0n; block < 64_000n; block++) {
    const ino = BigInt.asUintN(64, block * stride);
    const halves = [Number(BigInt.asUintN(32, ino)), Number(ino >> 32n)] as const;
    const index = counts.findIndex((_count, part) =>
      isInPart({ index: part, count: 8 }, ...halves),
    );
    counts[index] = (counts[index] ?? 0) + 1;
  }
  expect(Math.min(...counts)).toBeGreaterThan(7_000);
  expect(Math.max(...counts)).toBeLessThan(9_000);
});
