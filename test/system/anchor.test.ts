import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { asBytes } from '../../src/model/byte-path.ts';
import { isTrouble, type Trouble } from '../../src/model/trouble.ts';
import { nodeChanges } from '../../src/system/anchor.ts';
import { nodeFiles } from '../../src/system/files.ts';
import type { Anchor } from '../../src/system/os.ts';
import { test } from '../support/spool.ts';

function ok<T>(answer: T | Trouble): T {
  if (isTrouble(answer)) throw new Error(JSON.stringify(answer));
  return answer;
}

function open(path: string): Anchor {
  return ok(nodeChanges.openDirectory(asBytes(path), ok(nodeFiles.lstat(asBytes(path)))));
}

describe('an open directory', () => {
  test('stays right when its name is swapped for a symlink', ({ dir }) => {
    mkdirSync(join(dir, 'area'));
    mkdirSync(join(dir, 'victim'));
    writeFileSync(join(dir, 'area/0.'), 'ours');
    writeFileSync(join(dir, 'victim/0.'), 'theirs');
    const area = open(join(dir, 'area'));
    renameSync(join(dir, 'area'), join(dir, 'moved'));
    symlinkSync('victim', join(dir, 'area'));
    expect(area.unlink(asBytes('0.'))).toBeUndefined();
    area.close();
    expect(readdirSync(join(dir, 'moved'))).toEqual([]);
    expect(readFileSync(join(dir, 'victim/0.'), 'utf8')).toBe('theirs');
  });
  test('is opened without following a symlink anywhere on the way', ({ dir }) => {
    mkdirSync(join(dir, 'real/area'), { recursive: true });
    symlinkSync('real', join(dir, 'link'));
    const id = ok(nodeFiles.lstat(asBytes(join(dir, 'real/area'))));
    expect(nodeChanges.openDirectory(asBytes(join(dir, 'link/area')), id)).toMatchObject({
      path: join(dir, 'link'),
      errno: 'ENOTDIR',
    });
  });
  test('is refused when it is another one than was expected', ({ dir }) => {
    const id = { ...ok(nodeFiles.lstat(asBytes(dir))), ino: 1n };
    expect(nodeChanges.openDirectory(asBytes(dir), id)).toMatchObject({ errno: 'ESTALE' });
  });
  test('lies deeper than a path can say', ({ dir }) => {
    const leaf = 'd'.repeat(200);
    let here = open(dir);
    let path = dir;
    for (let depth = 0; depth < 30; depth++) {
      ok(here.makeDirectory(asBytes(leaf), 0o700));
      const below = ok(here.openDirectory(asBytes(leaf)));
      here.close();
      here = below;
      path = `${path}/${leaf}`;
    }
    const opened = ok(nodeChanges.openDirectory(asBytes(path), here.id));
    expect(opened.id).toEqual(here.id);
    opened.close();
    here.close();
    execFileSync('rm', ['-rf', join(dir, leaf)]);
  });
  test.for(['', '.', '..', 'a/b', '/etc', '../victim', 'a\0b'])(
    'takes no leaf that leads out of it: %j',
    (leaf, { dir }) => {
      const area = open(dir);
      const bad = asBytes(leaf);
      const good = asBytes('good');
      const answers = [
        area.openDirectory(bad),
        area.makeDirectory(bad, 0o700),
        area.lstat(bad),
        area.openFile(bad),
        area.createFile(bad, 0o600),
        area.appendFile(bad),
        area.rename(bad, area, good),
        area.rename(good, area, bad),
        area.link(bad, area, good),
        area.link(good, area, bad),
        area.unlink(bad),
        area.removeDirectory(bad),
      ];
      area.close();
      expect(answers.map((answer) => isTrouble(answer) && answer.errno)).toEqual(
        answers.map(() => 'EINVAL'),
      );
    },
  );
  test('names a refusal by the path that people know', ({ dir }) => {
    const area = open(dir);
    expect(area.unlink(asBytes('missing'))).toEqual({
      path: join(dir, 'missing'),
      syscall: 'unlink',
      errno: 'ENOENT',
    });
    area.close();
  });
  test('lists and syncs itself', ({ dir }) => {
    writeFileSync(join(dir, '0.'), '');
    const area = open(dir);
    const leaves: string[] = [];
    expect(area.list((leaf, kind) => leaves.push(`${leaf} ${kind}`))).toBeUndefined();
    expect(area.sync()).toBeUndefined();
    area.close();
    expect(leaves).toEqual(['0. file']);
  });
});

describe('files in it', () => {
  test('a file is never made on an existing name', ({ dir }) => {
    symlinkSync('elsewhere', join(dir, 'taken'));
    const area = open(dir);
    expect(area.createFile(asBytes('taken'), 0o600)).toMatchObject({ errno: 'EEXIST' });
    area.close();
    expect(existsSync(join(dir, 'elsewhere'))).toBe(false);
  });
  test('link fails on an existing name, and takes a symlink itself', ({ dir }) => {
    writeFileSync(join(dir, 'a'), 'a');
    writeFileSync(join(dir, 'b'), 'b');
    symlinkSync('a', join(dir, 's'));
    const area = open(dir);
    expect(area.link(asBytes('a'), area, asBytes('b'))).toMatchObject({ errno: 'EEXIST' });
    expect(area.link(asBytes('s'), area, asBytes('t'))).toBeUndefined();
    expect(ok(area.lstat(asBytes('t'))).kind).toBe('symlink');
    area.close();
    expect(readFileSync(join(dir, 'b'), 'utf8')).toBe('b');
  });
  test.for(['symlink', 'fifo', 'directory'])('a %s is not opened', (kind, { dir }) => {
    if (kind === 'symlink') symlinkSync('/etc/passwd', join(dir, 'x'));
    else if (kind === 'fifo') execFileSync('mkfifo', [join(dir, 'x')]);
    else mkdirSync(join(dir, 'x'));
    const area = open(dir);
    expect(area.openFile(asBytes('x'))).toMatchObject({ errno: 'EINVAL' });
    expect(area.appendFile(asBytes('x'))).toMatchObject({ errno: 'EINVAL' });
    area.close();
  });
  test('what is no regular file is not even opened (safety.md 10)', async ({ dir }) => {
    const server = createServer().listen(join(dir, 'socket'));
    await once(server, 'listening');
    // open(2) would say ENXIO.
    expect(open(dir).openFile(asBytes('socket'))).toMatchObject({ errno: 'EINVAL' });
    server.close();
  });
  test('a file with another name is not appended to: that name would grow as well', ({ dir }) => {
    writeFileSync(join(dir, 'journal'), '');
    linkSync(join(dir, 'journal'), join(dir, 'message'));
    const area = open(dir);
    expect(area.appendFile(asBytes('journal'))).toMatchObject({ errno: 'EMLINK' });
    area.close();
  });
  test('what is written is appended, read back, digested and copied', ({ dir }) => {
    const area = open(dir);
    const file = ok(area.createFile(asBytes('f'), 0o600));
    ok(file.write(Buffer.from('hello ')) ?? file.write(Buffer.from('world')) ?? file.sync());
    file.close();
    const held = ok(area.openFile(asBytes('f')));
    ok(area.unlink(asBytes('f')));
    expect(held.stat()).toMatchObject({ linkCount: 0, sizeBytes: 11, mode: 0o600 });
    expect(Buffer.from(ok(held.readAt(6, 100))).toString()).toBe('world');
    expect(held.sha1()).toBe('2aae6c35c94fcfb415dbe95f408b9ce91ee846ed');
    const copy = ok(area.createFile(asBytes('copy'), 0o600));
    expect(held.copyTo(copy)).toBeUndefined();
    copy.close();
    held.close();
    area.close();
    expect(readFileSync(join(dir, 'copy'), 'utf8')).toBe('hello world');
  });
});
