import { linkSync, lstatSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import type { KnownName } from '../../bench/churn-talk.ts';
import { checkSpool, takenByChurn } from '../../bench/soak-checks.ts';
import { test } from '../support/spool.ts';

const name = (path: string, ino: string, since: number, lostName = 0): KnownName => ({
  path,
  ino,
  sha1: '',
  since,
  lostName,
});

describe('a stage file that no mailbox has any more', () => {
  const scannedAt = 1000;
  const excused = (dead: KnownName, ...messages: readonly KnownName[]): boolean =>
    takenByChurn([dead.path], { messages, dead: [dead] }, scannedAt).has(dead.path);

  test.each<[string, boolean, KnownName, KnownName[]]>([
    ['was expunged since the scan', true, name('d', '7', 5, 1200), []],
    ['was moved since the scan', true, name('d', '7', 5, 1200), [name('m', '7', 1200)]],
    ['never was in a mailbox', false, name('d', '7', 5), []],
    ['lost its names before the scan', false, name('d', '7', 5, 900), []],
    [
      'lost a name, but another stood all the time',
      false,
      name('d', '7', 5, 1200),
      [name('m', '7', 20)],
    ],
    ['lost it, and an older file stood', true, name('d', '7', 5, 1200), [name('m', '8', 20)]],
  ])('%s: %s', (_, expected, dead, messages) => {
    expect(excused(dead, ...messages)).toBe(expected);
  });

  test('that the churn does not know is no excuse', () => {
    expect(takenByChurn(['x'], { messages: [], dead: [] }, 0).size).toBe(0);
  });
});

describe('the spool against what the churn knows', () => {
  function known(dir: string, path: string, bytes: string): KnownName {
    mkdirSync(join(dir, path, '..'), { recursive: true });
    writeFileSync(join(dir, path), bytes);
    const ino = String(lstatSync(join(dir, path), { bigint: true }).ino);
    const sha1 = createHash('sha1').update(bytes).digest('hex');
    return { path, ino, sha1, since: 0, lostName: 0 };
  }

  test('is right', ({ dir }) => {
    const message = known(dir, 'user/a/1.', 'one');
    linkSync(join(dir, 'user/a/1.'), join(dir, 'user/a/2.'));
    const second = { ...message, path: 'user/a/2.' };
    const told = checkSpool(dir, { messages: [message, second], live: [], dead: [] });
    expect(told).toEqual({ faults: [], gone: [], names: 2 });
  });

  test('has lost a message, changed another, and has no stage file', ({ dir }) => {
    const [lost, changed, dead] = ['1.', '2.', '3.'].map((leaf) => known(dir, `u/${leaf}`, leaf));
    if (!lost || !changed || !dead) throw new Error('three were made');
    for (const { path } of [lost, dead]) rmSync(join(dir, path));
    writeFileSync(join(dir, changed.path), '9.');
    const { faults, gone } = checkSpool(dir, { messages: [lost, changed], live: [], dead: [dead] });
    expect(faults).toEqual(['message u/1. is lost', 'the bytes of u/2. changed']);
    expect(gone).toEqual(['u/3.']);
  });

  test('gives the inode of a dead file to a message, which is no change of bytes', ({ dir }) => {
    const message = known(dir, 'user/1.', 'new');
    const dead = { ...message, path: 'sync./5/x', sha1: 'of the bytes that it had' };
    const { faults, gone } = checkSpool(dir, { messages: [message], live: [], dead: [dead] });
    expect([faults, gone]).toEqual([[], ['sync./5/x']]);
  });
});
