/** One suite for both ways to look at a name; stat(1) is the judge, and Node of device numbers and times. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  linkSync,
  lutimesSync,
  mkdirSync,
  renameSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { asBytes, bytePath, type BytePath } from '../../src/model/byte-path.ts';
import type { FileStat } from '../../src/model/inode.ts';
import { nodeFiles } from '../../src/system/files.ts';
import type { Pin } from '../../src/system/os.ts';
import { quickLooks } from '../../src/system/quick-looks.ts';
import { deepen, remove, temporary } from '../support/hard-link-tree.ts';
import { test } from '../support/spool.ts';

const quick = await quickLooks();

test('the quick looks are others than those of Node where koffi is installed', () => {
  expect(quick).not.toBe(nodeFiles);
});

/** Other times, and some that are the same in 32 of their bits. */
function timesBeside({ changedNs }: FileStat): bigint[] {
  return [1n, 2n ** 31n, 2n ** 32n, 2n ** 33n, 2n ** 62n].flatMap((ns) => [
    changedNs + ns,
    changedNs - ns,
  ]);
}

test('the quick looks answer with what was expected, where they see it', ({ dir }) => {
  const path = bytePath(join(dir, 'file'));
  writeFileSync(join(dir, 'file'), 'four');
  for (const seconds of [-12.5, 0, 1, 2 ** 31 + 0.5]) {
    lutimesSync(join(dir, 'file'), seconds, seconds);
    const expected = nodeFiles.lstat(path);
    if ('errno' in expected) throw new Error(expected.errno);
    expect(quick.lstat(path, expected)).toBe(expected);
  }
});

describe.each([
  ['node', nodeFiles],
  ['quick', quick],
] as const)('%s looks', (_, looks) => {
  const pinned = (path: BytePath): Pin => {
    const pin = looks.pin(path);
    if ('errno' in pin) throw new Error(pin.errno);
    return pin;
  };

  test('tell of every kind of name what stat(1) tells', async ({ dir }) => {
    const at = (name: string): string => join(dir, name);
    writeFileSync(at('file'), 'four');
    chmodSync(at('file'), 0o4751);
    linkSync(at('file'), at('link'));
    writeFileSync(at('large'), '');
    truncateSync(at('large'), 5 * 2 ** 32 + 7);
    writeFileSync(at('old'), '');
    lutimesSync(at('old'), -12.5, -12.5);
    mkdirSync(at('directory'));
    symlinkSync('nowhere', at('symlink'));
    execFileSync('mkfifo', [at('fifo')]);
    const server = createServer().listen(at('socket'));
    await new Promise((resolve) => server.once('listening', resolve));
    const names = ['file', 'link', 'large', 'old', 'directory', 'symlink', 'fifo', 'socket'];
    const paths = [...names.map(at), '/dev/null', '/', '/proc/self', '/proc/1/stat'].map(bytePath);
    const told = paths.map((path) => looks.lstat(path));
    const words = execFileSync('stat', ['-c', '%i %a %u %g %h %s', ...paths], { encoding: 'utf8' });
    const lines = told.map((stat) => {
      if ('errno' in stat) return stat.errno;
      const { ino, mode, uid, gid, linkCount, sizeBytes } = stat;
      return `${ino} ${mode.toString(8)} ${uid} ${gid} ${linkCount} ${sizeBytes}`;
    });
    // A directory of procfs has its links counted when asked.
    const still = (line: string): string => line.split(' ').slice(0, 4).join(' ');
    expect(lines.slice(0, 9)).toEqual(words.trim().split('\n').slice(0, 9));
    expect(lines.map(still)).toEqual(words.trim().split('\n').map(still));
    expect(told.map((stat) => ('kind' in stat ? stat.kind : stat.errno))).toEqual([
      ...['file', 'file', 'file', 'file', 'directory', 'symlink', 'fifo', 'socket'],
      ...['character device', 'directory', 'symlink', 'file'],
    ]);
    // Device numbers and times, before 1970 too, as Node has them.
    expect(told.slice(0, 9)).toEqual(paths.slice(0, 9).map((path) => nodeFiles.lstat(path)));
    server.close();
  });

  test('tell what was refused, and of what', ({ dir }) => {
    writeFileSync(join(dir, 'file'), '');
    const [missing, below] = ['missing', 'file/below'].map((name) => bytePath(join(dir, name)));
    const long = bytePath(join(dir, 'x'.repeat(256)));
    for (const [path, errno] of [
      [missing, 'ENOENT'],
      [below, 'ENOTDIR'],
      [long, 'ENAMETOOLONG'],
    ] as const) {
      if (path === undefined) throw new Error('no path');
      expect(looks.lstat(path)).toEqual({ path, syscall: 'lstat', errno });
      expect(looks.pin(path)).toEqual({ path, syscall: 'open', errno });
    }
  });

  test('take names of any bytes, and paths past PATH_MAX', ({ dir }) => {
    const odd = asBytes(`${bytePath(dir)}/\xff\x01\n\xe9`);
    writeFileSync(Buffer.from(odd, 'latin1'), 'odd');
    expect(looks.lstat(odd)).toMatchObject({ sizeBytes: 3 });
    const top = temporary();
    deepen(top, odd);
    const leaves = Array.from({ length: 30 }, (_, level) => `${level}`.padEnd(200, 'x'));
    const path = bytePath([top, ...leaves, 'last.'].join('/'));
    const pin = pinned(path);
    expect(looks.lstat(path)).toMatchObject({ kind: 'file', linkCount: 2, sizeBytes: 3 });
    expect(pin.stat()).toEqual(looks.lstat(path));
    pin.release();
    remove(top);
  });

  test('see every change at once, though they share what they saw', ({ dir }) => {
    const [one, two] = [join(dir, 'one'), join(dir, 'two')];
    writeFileSync(one, 'x');
    const path = bytePath(one);
    const pin = pinned(path);
    const before = pin.stat();
    expect(looks.lstat(path)).toEqual(before);
    linkSync(one, two);
    expect(pin.stat()).toMatchObject({ ino: before.ino, linkCount: 2 });
    expect(before.linkCount).toBe(1);
    chmodSync(one, 0o600);
    expect(looks.lstat(path)).toMatchObject({ mode: 0o600 });
    writeFileSync(one, 'longer');
    expect(pin.stat()).toMatchObject({ sizeBytes: 6 });
    unlinkSync(one);
    renameSync(two, one);
    const after = looks.lstat(path);
    expect(after).toEqual(pin.stat());
    expect(after).toMatchObject({ linkCount: 1 });
    unlinkSync(one);
    expect(pin.stat()).toMatchObject({ ino: before.ino, linkCount: 0 });
    pin.release();
  });

  test('tell nothing else for what was expected', ({ dir }) => {
    const path = bytePath(join(dir, 'file'));
    writeFileSync(join(dir, 'file'), 'four');
    const stat = looks.lstat(path);
    if ('errno' in stat) throw new Error(stat.errno);
    const others: Partial<FileStat>[] = [
      ...timesBeside(stat).map((changedNs) => ({ changedNs })),
      ...timesBeside(stat).map((modifiedNs) => ({ modifiedNs })),
      ...timesBeside(stat).map((bornNs) => ({ bornNs })),
      ...[stat.ino + 1n, stat.ino + 2n ** 32n, stat.ino + 2n ** 63n].map((ino) => ({ ino })),
      ...[{ dev: stat.dev + 1n }, { linkCount: 2 }, { uid: stat.uid + 1 }, { gid: stat.gid + 1 }],
      ...[{ mode: 0o4644 }, { kind: 'fifo' as const }],
      ...[5, 4 + 2 ** 32].map((sizeBytes) => ({ sizeBytes })),
    ];
    expect(looks.lstat(path, { ...stat })).toEqual(stat);
    for (const other of others) expect(looks.lstat(path, { ...stat, ...other })).toEqual(stat);
    expect(looks.lstat(bytePath(`${path}-`), stat)).toMatchObject({ errno: 'ENOENT' });
  });

  test('hold a name that is a symlink, and not what it leads to', ({ dir }) => {
    symlinkSync('/etc/passwd', join(dir, 'link'));
    const pin = pinned(bytePath(join(dir, 'link')));
    expect(pin.stat().kind).toBe('symlink');
    pin.release();
  });
});
