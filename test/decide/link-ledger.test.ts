import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { closeAccount } from '../../src/decide/close-account.ts';
import { LinkLedger } from '../../src/decide/link-ledger.ts';
import { asBytes } from '../../src/model/byte-path.ts';
import { unseenLinks, type FoundName } from '../../src/model/link.ts';
import { fileStat } from '../support/file-stat.ts';

const name = (ino: number, leaf: string, path = `/spool/${ino}`): FoundName => ({
  directory: { dev: 1n, ino: BigInt(ino), path: asBytes(path) },
  leaf: asBytes(leaf),
});
const limits = {
  unreadable: false,
  mountNotEntered: false,
  wholeFilesystem: false,
  overlay: false,
};

test('a name reached by two paths is one name', () => {
  const entry = new LinkLedger().open(fileStat({ linkCount: 2 }), true);
  expect([entry.add(name(7, '1.', '/a')), entry.add(name(7, '1.', '/b'))]).toEqual([true, false]);
  expect(entry.missing).toBe(1);
});

test('the same leaf in another directory is another name', () => {
  const entry = new LinkLedger().open(fileStat({ linkCount: 2 }), true);
  entry.add(name(7, '1.'));
  entry.add(name(8, '1.'));
  expect(entry.isBalanced).toBe(true);
});

test('an inode of one device is not the inode of that number on another', () => {
  const ledger = new LinkLedger();
  const a = ledger.open(fileStat({ dev: 1n, ino: 5n }), true);
  expect(ledger.open(fileStat({ dev: 2n, ino: 5n }), true).row).not.toBe(a.row);
});

test('an account that a required stage file shares has to balance', () => {
  const ledger = new LinkLedger();
  ledger.open(fileStat({ linkCount: 3 }), false).add(name(1, 'a'));
  ledger.open(fileStat({ linkCount: 3 }), true);
  expect(ledger.unbalanced(true).map((row) => ledger.countOf(row))).toEqual([1]);
});

test('found and unseen are the link count, for any names in any order and any repetition', () => {
  const names = fc.array(
    fc.tuple(fc.integer({ min: 1, max: 9 }), fc.constantFrom('1.', '2.', '3.')),
  );
  fc.assert(
    fc.property(names, fc.nat(40), (found, extra) => {
      const distinct = new Set(found.map(([ino, leaf]) => `${ino}/${leaf}`)).size;
      const entry = new LinkLedger().open(fileStat({ linkCount: distinct + extra }), true);
      for (const [ino, leaf] of found) entry.add(name(ino, leaf));
      const links = entry.names.map((one) => ({ ...one, kind: 'mailbox' as const, codes: [] }));
      const account = closeAccount(entry, links, limits);
      expect(account.links.length + unseenLinks(account)).toBe(account.expected);
      expect(account.complete).toBe(extra === 0);
      expect(account.reasons.length > 0).toBe(extra > 0);
    }),
  );
});

test('an account that moved while it was counted is never complete', () => {
  const entry = new LinkLedger().open(fileStat({ linkCount: 1 }), true);
  entry.add(name(1, 'a'));
  entry.moving = true;
  expect(closeAccount(entry, [], limits)).toMatchObject({ complete: false, reasons: ['moving'] });
});

test('an account on overlayfs is never complete', () => {
  const entry = new LinkLedger().open(fileStat({ linkCount: 1 }), true);
  entry.add(name(1, 'a'));
  expect(closeAccount(entry, [], { ...limits, overlay: true }).complete).toBe(false);
});

test('names in the hundreds keep their duplicates out', () => {
  const entry = new LinkLedger().open(fileStat({ linkCount: 300 }), true);
  for (let round = 0; round < 2; round++) {
    for (let at = 1; at <= 300; at++) entry.add(name(at, '1.'));
  }
  expect(entry.names.length).toBe(300);
});

describe('a ledger of many accounts', () => {
  const found = fc.record({
    ino: fc.integer({ min: 1, max: 6 }),
    directory: fc.integer({ min: 1, max: 4 }),
    path: fc.constantFrom('/a', '/b'),
    leaf: fc.constantFrom('1.', '07.', 'x', '4294967295.'),
    isListed: fc.boolean(),
  });

  test('holds for each the names that were found, in their order, and those that are retained', () => {
    fc.assert(
      fc.property(fc.array(found, { maxLength: 120 }), fc.func(fc.boolean()), (all, holds) => {
        const ledger = new LinkLedger();
        const expected = new Map<number, string[]>();
        const listed = new Map<number, number>();
        for (const { ino, directory, path, leaf, isListed } of all) {
          const entry = ledger.open(fileStat({ ino: BigInt(ino), linkCount: 3 }), true);
          const names = expected.get(ino) ?? [];
          expected.set(ino, names);
          const isNew = !names.some((one) => one.startsWith(`${directory}:${leaf}:`));
          if (isNew) names.push(`${directory}:${leaf}:${path}`);
          if (isNew && isListed) listed.set(ino, (listed.get(ino) ?? 0) + 1);
          if (isListed) entry.list(name(directory, leaf, path));
          else expect(entry.add(name(directory, leaf, path))).toBe(isNew);
        }
        const told = (one: FoundName): string =>
          `${one.directory.ino}:${one.leaf}:${one.directory.path}`;
        for (const entry of ledger.entries) {
          const ino = Number(entry.stat.ino);
          const names = expected.get(ino) ?? [];
          expect(entry.names.map(told)).toEqual(names);
          expect([entry.count, entry.listed]).toEqual([names.length, listed.get(ino) ?? 0]);
          expect(entry.missing).toBe(Math.max(3 - names.length, 0));
          const directories = ledger.directories.length;
          entry.retain((one) => holds(told(one)));
          const kept = names.filter((one) => holds(one));
          expect(entry.names.map(told)).toEqual(kept);
          expect(entry.listed).toBe(kept.length === names.length ? (listed.get(ino) ?? 0) : 0);
          // Those who look at directories in the end count them before.
          expect(ledger.directories.length).toBe(directories);
        }
        expect(ledger.size).toBe(expected.size);
      }),
    );
  });

  test('tells them in the order of their last names, those without a name first', () => {
    const ledger = new LinkLedger();
    const entries = [1n, 2n, 3n, 4n].map((ino) => ledger.open(fileStat({ ino }), true));
    [2, 0, 1, 0].forEach((nth, at) => entries[nth]?.add(name(at, '1.')));
    expect([...ledger.byLastName()]).toEqual([3, 2, 1, 0]);
  });

  test('has the number of an account for its inode, and none for any other', () => {
    const ledger = new LinkLedger();
    ledger.open(fileStat({ dev: 1n, ino: 5n }), true);
    ledger.open(fileStat({ dev: 2n, ino: 5n }), true);
    const rows = [1n, 2n, 3n].map((dev) => ledger.rowOf({ dev, ino: 5n }));
    expect(rows).toEqual([0, 1, -1]);
    ledger.clear();
    expect([ledger.size, ledger.rowOf({ dev: 1n, ino: 5n })]).toEqual([0, -1]);
  });
});
