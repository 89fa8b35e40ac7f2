/** Very many names are verified with the help of others: the answer must be that of who verifies alone. */
import { linkSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { LinkLedger } from '../../src/decide/link-ledger.ts';
import { bytePath, leafOf, parentOf, type BytePath } from '../../src/model/byte-path.ts';
import type { InodeId } from '../../src/model/inode.ts';
import { linkPath, type Directory } from '../../src/model/link.ts';
import type { Helpers } from '../../src/steps/look-together.ts';
import { Pins } from '../../src/steps/pin-inodes.ts';
import { verifyNames } from '../../src/steps/verify-names.ts';
import { nodeFiles } from '../../src/system/files.ts';
import { nodeOs } from '../../src/system/node-os.ts';
import { unpackHits } from '../../src/system/walk/hit-batch.ts';
import { onlookersOf } from '../../src/system/walk/onlookers.ts';
import { hitsOf } from '../support/hits.ts';
import { test } from '../support/spool.ts';

const { clock } = nodeOs({ jobs: 1 });
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

interface Searched {
  readonly ledger: LinkLedger;
  readonly helpers: Helpers;
}

/** The accounts after a walk, as if the files had been listed two seconds after they were made, but for the `young`. */
function searched(dir: string, young: ReadonlySet<number>): Searched {
  const ledger = new LinkLedger(BigInt(Date.now() + 2000) * 1_000_000n);
  const directories = new Map<string, Directory>();
  files.forEach(({ staged }, nth) => {
    const whole = bytePath(join(dir, staged));
    const path = parentOf(whole);
    const directory = directories.get(path) ?? { path, ...identityOf(path) };
    directories.set(path, directory);
    const stat = nodeFiles.lstat(whole);
    if ('errno' in stat) throw new Error(stat.errno);
    const entry = ledger.open(stat, true);
    if (young.has(nth)) entry.isOld = false;
    entry.list({ directory, leaf: leafOf(whole) });
  });
  const directoriesBefore = ledger.directories.length;
  const { dev } = identityOf(bytePath(dir));
  const hits = hitsOf(files.map(({ found }) => join(dir, found)));
  for (const batch of hits) {
    unpackHits(batch, [dev], (_table, row, directory, leaf) => ledger.add(row, directory, leaf));
  }
  return { ledger, helpers: { onlookers: onlookersOf([], hits, [dev]), directoriesBefore } };
}

function identityOf(path: BytePath): InodeId {
  const stat = nodeFiles.lstat(path);
  if ('errno' in stat) throw new Error(stat.errno);
  return { dev: stat.dev, ino: stat.ino };
}

async function verified(dir: string, ledger: LinkLedger, helpers?: Helpers) {
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
  const told = await verifyNames({ looks, clock: still }, ledger, Pins.hold(looks, []), helpers);
  const entries = [...ledger.entries].map(({ isBalanced, moving, names }) => ({
    isBalanced,
    moving,
    names: names.map((name) => linkPath(name)),
  }));
  return { told, entries, looked };
}

test('names that others have seen unchanged are not looked at again', async ({ dir }) => {
  build(dir);
  const { ledger, helpers } = searched(dir, new Set());
  const { told, entries, looked } = await verified(dir, ledger, helpers);
  // But for the directories of the listing.
  expect(looked.sort()).toEqual(Array.from({ length: 7 }, (_, nth) => `sync./${nth}`));
  expect(told).toEqual({ moved: false, vanished: 0 });
  expect(entries.every(({ isBalanced }) => isBalanced)).toBe(true);
});

test('what others have seen changed is verified as if nobody had helped', async ({ dir }) => {
  build(dir);
  const young = new Set([40, 8400]);
  const [together, alone] = [searched(dir, young), searched(dir, young)];
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
  const ours = await verified(dir, together.ledger, together.helpers);
  const theirs = await verified(dir, alone.ledger);
  expect(ours.told).toEqual(theirs.told);
  expect(ours.told.moved).toBe(true);
  expect(ours.entries).toEqual(theirs.entries);
  expect(ours.entries.filter(({ isBalanced }) => !isBalanced).length).toBeGreaterThan(6);
  expect(ours.looked.filter((path) => path.endsWith('.')).length).toBeLessThan(200);
});
