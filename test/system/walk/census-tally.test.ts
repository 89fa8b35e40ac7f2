import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { everyInode, restOf, type InodePart } from '../../../src/model/inode-part.ts';
import { addTallies, CensusTally } from '../../../src/system/walk/census-tally.ts';

const plenty = 1 << 24;

/** One pass in which each thread meets its own names. @returns the shared inodes and the part that was held */
function pass(
  threads: readonly (readonly bigint[])[],
  part: InodePart = everyInode,
  limitBytes = plenty,
): { shared: bigint[]; covered: InodePart } {
  const tallies = threads.map((names) => {
    const tally = new CensusTally([1n], part, limitBytes);
    for (const ino of names) tally.devices[0]?.find(ino);
    return tally.posted();
  });
  const { shared, covered } = addTallies(tallies, 1, part);
  return { shared: [...(shared[0] ?? [])], covered };
}

function passes(
  threads: readonly (readonly bigint[])[],
  limitBytes: number,
): { shared: bigint[]; passes: number } {
  const parts = [everyInode];
  const all: bigint[] = [];
  let count = 0;
  for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
    const { shared, covered } = pass(threads, part, limitBytes);
    all.push(...shared);
    parts.push(...restOf(part, covered));
    count++;
  }
  return { shared: sorted(all), passes: count };
}

function sorted(numbers: Iterable<bigint>): bigint[] {
  return [...numbers].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

function moreThanOnce(names: readonly bigint[]): bigint[] {
  const once = new Set<bigint>();
  return sorted(new Set(names.filter((ino) => once.size === once.add(ino).size)));
}

describe('a tally of names by inode', () => {
  test('two names are two names, whichever threads meet them', () => {
    expect(pass([[5n, 6n, 5n]]).shared).toEqual([5n]);
    expect(pass([[5n, 6n], [7n], [5n]]).shared).toEqual([5n]);
    expect(pass([[5n], [6n]]).shared).toEqual([]);
  });

  test('finds every number met more than once in any number of passes, and no other', () => {
    // Few values in three places of the 64 bits, so that names meet.
    const ino = fc
      .tuple(fc.nat(3), fc.nat(60), fc.nat(3))
      .map(([low, middle, high]) =>
        BigInt.asUintN(
          64,
          BigInt(low) + (BigInt(middle) << 30n) + (BigInt(high) << 60n) - (high === 3 ? 4n : 0n),
        ),
      );
    let most = 0;
    fc.assert(
      fc.property(
        fc.array(fc.array(ino, { maxLength: 300, size: 'max' }), { minLength: 1, maxLength: 3 }),
        fc.integer({ min: 512, max: 4096 }),
        (threads, limitBytes) => {
          const told = passes(threads, limitBytes);
          expect(told.shared).toEqual(moreThanOnce(threads.flat()));
          most = Math.max(most, told.passes);
        },
      ),
    );
    expect(most).toBeGreaterThan(3);
  });

  test('one pass is enough where memory is', () => {
    const numbers = Array.from({ length: 10_000 }, (_, step) => BigInt(step) << 20n);
    expect(passes([numbers, numbers], plenty)).toEqual({ shared: numbers, passes: 1 });
  });

  test('keeps to its limit, whatever numbers come', () => {
    const limitBytes = 64 * 1024;
    const tally = new CensusTally([1n, 2n], everyInode, limitBytes);
    for (let step = 0; step < 100_000; step++) {
      tally.devices[step % 2]?.find(BigInt(step) << 20n);
    }
    const { met, metAgain, part } = tally.posted();
    const bytes = [...met, ...metAgain].reduce((sum, set) => sum + set.slots.byteLength, 0);
    expect(bytes).toBeLessThanOrEqual(limitBytes);
    expect(part.count).toBeGreaterThan(50_000 / (limitBytes / 16));
  });

  test('ends where no limit can be kept', () => {
    const numbers = Array.from({ length: 200 }, (_, step) => BigInt(step) << 6n);
    expect(pass([numbers], everyInode, 0).covered.count).toBeGreaterThan(1);
  });

  test('threads that ran out of memory at different times agree on what all of them hold', () => {
    const many = Array.from({ length: 2_000 }, (_, step) => BigInt(step) << 6n);
    const few = many.slice(0, 5);
    const { covered, shared } = pass([many, few], everyInode, 4096);
    expect(covered.count).toBeGreaterThan(1);
    const again = pass([few, few], covered).shared;
    expect(sorted(shared)).toEqual(sorted(again));
  });

  test('a directory that two threads entered is counted', () => {
    const tallies = [11n, 12n, 11n].map((directory) => {
      const tally = new CensusTally([1n], everyInode, plenty);
      tally.devices[0]?.entered.addNumber(directory);
      return tally.posted();
    });
    expect(addTallies(tallies, 1, everyInode).enteredTwice).toBe(1);
  });
});
