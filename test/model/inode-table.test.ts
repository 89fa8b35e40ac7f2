import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InodeTable } from '../../src/model/inode-table.ts';

describe('a table of wanted inodes', () => {
  test('answers with the position for every 64-bit number, and -1 for all others', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), { maxLength: 200 }),
        fc.array(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), { maxLength: 50 }),
        (inodes, others) => {
          const table = InodeTable.of(7n, inodes);
          for (const ino of [...inodes, ...others])
            expect(table.find(ino)).toBe(inodes.indexOf(ino));
        },
      ),
    );
  });

  test('tells apart numbers beyond 2^53 that are one double', () => {
    const ino = 2n ** 53n;
    expect(Number(ino)).toBe(Number(ino + 1n));
    const table = InodeTable.of(1n, [ino]);
    expect([table.find(ino), table.find(ino + 1n)]).toEqual([0, -1]);
  });

  test('tells apart numbers with the same low half', () => {
    const table = InodeTable.of(1n, [5n, 5n + 2n ** 32n, 5n + 2n ** 63n]);
    expect([5n, 5n + 2n ** 32n, 5n + 2n ** 63n, 5n + 2n ** 40n].map((n) => table.find(n))).toEqual([
      0, 1, 2, -1,
    ]);
  });

  test('an inode number of 0 is a number like any other', () => {
    expect(InodeTable.of(1n, [9n]).find(0n)).toBe(-1);
    expect(InodeTable.of(1n, [0n]).find(0n)).toBe(0);
  });

  test('finds 100,000 neighbours', () => {
    const inodes = Array.from({ length: 100_000 }, (_, index) => 136_643_179n + BigInt(index));
    const table = InodeTable.of(1n, inodes);
    expect(inodes.every((ino, index) => table.find(ino) === index)).toBe(true);
  });

  test('that grows answers with the number that an inode was first put there with', () => {
    fc.assert(
      fc.property(
        fc.array(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), { maxLength: 300 }),
        (all) => {
          const table = InodeTable.withRoomFor(7n, 0);
          const first = new Map<bigint, number>();
          all.forEach((ino, at) => {
            if (!first.has(ino)) first.set(ino, at * 3);
            expect(table.put(ino, at * 3)).toBe(first.get(ino));
          });
          expect(all.map((ino) => table.find(ino))).toEqual(all.map((ino) => first.get(ino)));
          expect(table.size).toBe(first.size);
        },
      ),
    );
  });

  test('is the same table in another thread, without a copy', () => {
    const table = InodeTable.of(3n, [11n, 12n]);
    const shared = InodeTable.shared(table.dev, table.size, table.slots);
    expect(shared.find(12n)).toBe(1);
    expect(table.slots.buffer).toBeInstanceOf(SharedArrayBuffer);
  });
});
