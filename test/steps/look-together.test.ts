/** Very many names are verified with the help of others: the answer must be that of who verifies alone. */
import { linkSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { LinkLedger } from '../../src/decide/link-ledger.ts';
import { bytePath, leafOf, parentOf } from '../../src/model/byte-path.ts';
import { linkPath, type Directory } from '../../src/model/link.ts';
import { Pins } from '../../src/steps/pin-inodes.ts';
import { verifyNames } from '../../src/steps/verify-names.ts';
import { nodeFiles } from '../../src/system/files.ts';
import { nodeOs } from '../../src/system/node-os.ts';
import type { Onlookers } from '../../src/system/walk/port.ts';
import { onlookersOf } from '../../src/system/walk/onlookers.ts';
import { test } from '../support/spool.ts';

const { clock } = nodeOs({ jobs: 1 });
/** More than are asked about at once, and enough to ask others. */
const count = 8500;
const eachDirectory = 3;
const files = Array.from({ length: count }, (_, nth) => ({
  staged: `sync./${nth % 7}/${nth}`,
  found: `user/${Math.floor(nth / eachDirectory)}/${nth}.`,
}));

function build(dir: string): void {
  const parents = files.flatMap(({ staged, found }) =>
    [staged, found].map((path) => dirname(path)),
  );
  for (const parent of new Set(parents)) mkdirSync(join(dir, parent), { recursive: true });
  for (const { staged, found } of files) {
    writeFileSync(join(dir, staged), '');
    linkSync(join(dir, staged), join(dir, found));
  }
}

/** The accounts, as if the files had been listed two seconds after they were made, but for the `young`. */
function ledgerOf(dir: string, young: ReadonlySet<number>): LinkLedger {
  const ledger = new LinkLedger(BigInt(Date.now() + 2000) * 1_000_000n);
  const directories = new Map<string, Directory>();
  files.forEach(({ staged, found }, nth) => {
    const names = [staged, found].map((path) => {
      const whole = bytePath(join(dir, path));
      let directory = directories.get(parentOf(whole));
      if (directory === undefined) {
        const stat = nodeFiles.lstat(parentOf(whole));
        if ('errno' in stat) throw new Error(stat.errno);
        directory = { path: parentOf(whole), dev: stat.dev, ino: stat.ino };
        directories.set(directory.path, directory);
      }
      return { directory, leaf: leafOf(whole) };
    });
    const stat = nodeFiles.lstat(bytePath(join(dir, staged)));
    if ('errno' in stat) throw new Error(stat.errno);
    const entry = ledger.open(stat, true);
    if (young.has(nth)) entry.isOld = false;
    names.forEach((name, position) => {
      if (position === 0) entry.list(name);
      else entry.add(name);
    });
  });
  return ledger;
}

async function verified(dir: string, ledger: LinkLedger, onlookers?: Onlookers) {
  const looked: string[] = [];
  const looks = {
    ...nodeFiles,
    pinLimit: 0,
    lstat: (path: Parameters<typeof nodeFiles.lstat>[0]) => {
      looked.push(path.slice(dir.length + 1));
      return nodeFiles.lstat(path);
    },
  };
  const still = { ...clock, nowNs: () => BigInt(Date.now() + 4000) * 1_000_000n };
  const told = await verifyNames({ looks, clock: still }, ledger, Pins.hold(looks, []), onlookers);
  const entries = [...ledger.entries].map(({ isBalanced, moving, names }) => ({
    isBalanced,
    moving,
    names: names.map((name) => linkPath(name)),
  }));
  return { told, entries, looked };
}

test('names that others have seen unchanged are not looked at again', async ({ dir }) => {
  build(dir);
  const { told, entries, looked } = await verified(dir, ledgerOf(dir, new Set()), onlookersOf([]));
  expect(looked).toEqual([]);
  expect(told).toEqual({ moved: false, vanished: 0 });
  expect(entries.every(({ isBalanced }) => isBalanced)).toBe(true);
});

test('what others have seen changed is verified as if nobody had helped', async ({ dir }) => {
  build(dir);
  const young = new Set([40, 8400]);
  const [together, alone] = [ledgerOf(dir, young), ledgerOf(dir, young)];
  const at = (nth: number, which: 'staged' | 'found'): string =>
    join(dir, files[nth]?.[which] ?? '');
  rmSync(at(1, 'found'));
  rmSync(at(2, 'staged'));
  linkSync(at(100, 'found'), join(dir, 'another'));
  renameSync(at(200, 'found'), join(dir, 'moved'));
  rmSync(at(8300, 'found'));
  writeFileSync(at(8300, 'found'), '');
  // A directory that others have taken the place of, and two that changed places.
  renameSync(join(dir, 'user/500'), join(dir, 'aside'));
  renameSync(join(dir, 'user/501'), join(dir, 'user/500'));
  renameSync(join(dir, 'aside'), join(dir, 'user/501'));
  renameSync(join(dir, 'user/600'), join(dir, 'gone'));
  const ours = await verified(dir, together, onlookersOf([]));
  const theirs = await verified(dir, alone);
  expect(ours.told).toEqual(theirs.told);
  expect(ours.told.moved).toBe(true);
  expect(ours.entries).toEqual(theirs.entries);
  expect(ours.entries.filter(({ isBalanced }) => !isBalanced).length).toBeGreaterThan(6);
  expect(ours.looked.length).toBeLessThan(200);
});
