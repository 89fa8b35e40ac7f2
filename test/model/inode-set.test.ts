import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isInPart } from '../../src/model/inode-part.ts';
import { InodeSet } from '../../src/model/inode-set.ts';

const anyInode = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
/** Runs, since that is how numbers are given out, and some that have no neighbour. */
const inodes = fc
  .array(fc.tuple(anyInode, fc.integer({ min: 1, max: 150 })), { maxLength: 20 })
  .map((runs) => runs.flatMap(([first, length]) => run(first, length)));

function run(first: bigint, length: number): bigint[] {
  return Array.from({ length }, (_, step) => BigInt.asUintN(64, first + BigInt(step)));
}

function sorted(numbers: Iterable<bigint>): bigint[] {
  return [...numbers].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

describe('a set of inode numbers', () => {
  test('holds every 64-bit number that was added, once, and no other', () => {
    fc.assert(
      fc.property(inodes, fc.array(anyInode), (added, others) => {
        const set = InodeSet.of(added);
        const judge = new Set(added);
        expect(sorted(set)).toEqual(sorted(judge));
        expect(set.size).toBe(judge.size);
        for (const ino of [...added, ...others]) expect(set.has(ino)).toBe(judge.has(ino));
      }),
    );
  });

  test('says of each number whether it was new', () => {
    fc.assert(
      fc.property(inodes, (added) => {
        const set = new InodeSet();
        const judge = new Set<bigint>();
        for (const ino of added) {
          expect(set.addNumber(ino)).toBe(!judge.has(ino));
          judge.add(ino);
        }
      }),
    );
  });

  test('tells apart numbers beyond 2^53 that are one double', () => {
    const set = InodeSet.of([2n ** 53n]);
    expect([set.has(2n ** 53n), set.has(2n ** 53n + 1n)]).toEqual([true, false]);
  });

  test('an inode number of 0 is a number like any other', () => {
    expect(new InodeSet().has(0n)).toBe(false);
    expect([...InodeSet.of([0n])]).toEqual([0n]);
  });

  test('merging gives the union, and what was in both', () => {
    fc.assert(
      fc.property(inodes, inodes, (here, there) => {
        const set = InodeSet.of(here);
        const common = new InodeSet();
        set.merge(InodeSet.of(there), common);
        expect(sorted(set)).toEqual(sorted(new Set([...here, ...there])));
        const judge = new Set(there);
        expect(sorted(common)).toEqual(sorted(new Set(here.filter((ino) => judge.has(ino)))));
      }),
    );
  });

  test('merging a large set into an empty one takes no time that grows with its square', () => {
    // Then it would take minutes.
    const large = new InodeSet();
    for (let block = 0; block < 1_500_000; block++) large.add(block * 64, 0);
    const set = new InodeSet();
    set.merge(large);
    expect(set.blocks).toBe(large.blocks);
  });

  test('keeping a part forgets all others and no number of its own', () => {
    fc.assert(
      fc.property(inodes, fc.nat(3), (added, index) => {
        const part = { index, count: 4 };
        const set = InodeSet.of(added);
        set.keep(part);
        const kept = added.filter((ino) =>
          isInPart(part, Number(BigInt.asUintN(32, ino)), Number(ino >> 32n)),
        );
        expect(sorted(set)).toEqual(sorted(new Set(kept)));
      }),
    );
  });

  test('a million neighbours take half a megabyte', () => {
    const set = new InodeSet();
    for (let low = 0; low < 1_000_000; low++) set.add(low + 136_643_179, 0);
    expect(set.size).toBe(1_000_000);
    expect(set.bytes).toBe(512 * 1024);
  });

  test('is the same set in another thread, without a copy', () => {
    const set = InodeSet.of(run(2n ** 40n, 1_000));
    const shared = InodeSet.shared(set.slots, set.blocks);
    expect(sorted(shared)).toEqual(sorted(set));
    expect(set.slots.buffer).toBeInstanceOf(SharedArrayBuffer);
    // The count of blocks came along: it goes on growing in time.
    for (const ino of run(0n, 10_000)) shared.addNumber(ino);
    expect(shared.size).toBe(11_000);
  });
});
