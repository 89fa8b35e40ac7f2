import { once } from 'node:events';
import { lstatSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { describe, expect } from 'vitest';
import { asBytes, bytePath } from '../../../src/model/byte-path.ts';
import { InodeTable } from '../../../src/model/inode-table.ts';
import { loadLookUpAll } from '../../../src/system/look-up-all.ts';
import { loadGetdents } from '../../../src/system/walk/getdents.ts';
import { NativeThread, startThread } from '../../../src/system/walk/native-thread.ts';
import { ReadAhead } from '../../../src/system/walk/read-ahead.ts';
import { readHere } from '../../../src/system/walk/read-here.ts';
import type { StartReader } from '../../../src/system/walk/walk-messages.ts';
import { nativeWalk } from '../../../src/system/walk/walk-native.ts';
import { test } from '../../support/spool.ts';
import { walk } from '../../support/walk-run.ts';
import { walkContract } from '../walk.contract.ts';

const calls = await loadGetdents();
const lookUpAll = await loadLookUpAll();

// Sharing from the first directory on, so that small trees too are read by several threads.
walkContract('native', () => nativeWalk(readHere(calls), 0));
walkContract('native, of threads alone', () => nativeWalk(startThread, 0));
walkContract('native, beside a thread that came up before', () => {
  const thread = new NativeThread();
  return nativeWalk(readHere(calls), 10_000, () => (events) => thread.listen(events));
});
// As if every directory had to be read from a disk.
walkContract('native, with lookups ahead of it', () => {
  let blocks = 0;
  const readAhead = (): ReadAhead => new ReadAhead(lookUpAll, () => (blocks += 1e6));
  return nativeWalk(readHere({ ...calls, readAhead }), 0);
});

test('directories without subdirectories, older than what is wanted, are left out', async ({
  dir,
}) => {
  for (const path of ['a/b', 'c']) mkdirSync(join(dir, path), { recursive: true });
  for (const path of ['1.', 'a/1.', 'a/b/1.', 'c/1.']) writeFileSync(join(dir, path), '');
  const wanted = ['1.', 'a/1.', 'a/b/1.', 'c/1.'].map((path) => bytePath(join(dir, path)));
  const oldestNs = BigInt(Date.now() + 3_600_000) * 1_000_000n;
  const told = await walk(nativeWalk(startThread), wanted, { roots: [bytePath(dir)], oldestNs });
  // Its own name, its dot, and the dots of two: btrfs and overlayfs say one.
  const areCounted = lstatSync(dir).nlink === 4;
  const expected = areCounted ? [wanted.slice(0, 2), 2, 2] : [wanted, 4, 0];
  expect([told.hits, told.directoriesRead, told.leftOut]).toEqual(expected);
});

describe('threads of the native walker', () => {
  const request = {
    roots: [asBytes(tmpdir())],
    wanted: [InodeTable.of(1n, [1n])],
    mountPoints: new Set<never>(),
    enterMounts: false,
    known: new Set<string>(),
    jobs: 1,
    signal: new AbortController().signal,
  };
  const sink = {
    hit: () => undefined,
    trouble: () => undefined,
    vanished: () => undefined,
    notEntered: () => undefined,
    begins: () => undefined,
    progress: () => undefined,
  };
  const thread =
    (code: string): StartReader =>
    (events) =>
      startThread(events, new Worker(code, { eval: true }));

  test('a thread that ends early fails the walk', async () => {
    const walk = nativeWalk(thread('process.exit(3)'));
    await expect(walk.run(request, sink)).rejects.toThrow(/ended early \(exit code 3\)/);
  });

  test('a thread that throws fails the walk', async () => {
    const walk = nativeWalk(thread('throw new Error("out of order")'));
    await expect(walk.run(request, sink)).rejects.toThrow(/native walker failed/);
  });

  test('a thread that fails before anybody listens fails the walk that it was for', async () => {
    const worker = new Worker('process.exit(3)', { eval: true });
    const ahead = new NativeThread(worker);
    await once(worker, 'exit');
    const walk = nativeWalk((events) => ahead.listen(events));
    await expect(walk.run(request, sink)).rejects.toThrow(/ended early/);
  });

  test('a thread that cannot load its package fails the walk and says why', async () => {
    const walk = nativeWalk(
      thread(
        'require("worker_threads").parentPort.postMessage({ kind: "unfit", why: "no koffi" })',
      ),
    );
    await expect(walk.run(request, sink)).rejects.toThrow(/no koffi/);
  });
});
