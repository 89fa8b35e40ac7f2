import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { bytePath } from '../../src/model/byte-path.ts';
import { isTrouble } from '../../src/model/trouble.ts';
import { nodeFiles } from '../../src/system/files.ts';
import type { Files } from '../../src/system/os.ts';
import { MailboxSpool } from '../support/mailbox-spool.ts';
import { test } from '../support/spool.ts';
import { mailboxes } from '../support/listed-mailboxes.ts';

describe('what could not be looked at', () => {
  const fred = (dir: string): MailboxSpool =>
    mailboxes(new MailboxSpool(dir).partition('spool'), 'spool/user/fred', 'spool/user/glad');

  test('is told, and the rest is listed', async ({ dir }) => {
    const spool = fred(dir);
    const closed = spool.path('spool/user/fred');
    const files: Files = {
      ...nodeFiles,
      list: (path, onEntry) =>
        path === closed
          ? { path, syscall: 'opendir', errno: 'EACCES' }
          : nodeFiles.list(path, onEntry),
    };
    expect(await spool.list({}, files)).toEqual({
      mailboxes: ['spool/user/glad'],
      told: ['EACCES spool/user/fred'],
    });
  });

  test('since it moved away meanwhile has vanished', async ({ dir }) => {
    const spool = fred(dir);
    const files: Files = {
      ...nodeFiles,
      list: (path, onEntry) => {
        const trouble = nodeFiles.list(path, onEntry);
        if (path === spool.path('spool/user'))
          rmSync(spool.path('spool/user/fred'), { recursive: true });
        return trouble;
      },
    };
    expect(await spool.list({}, files)).toEqual({
      mailboxes: ['spool/user/glad'],
      told: ['vanished spool/user/fred'],
    });
  });

  test('since the root itself went away is a trouble', async ({ dir }) => {
    const spool = fred(dir);
    const files: Files = {
      ...nodeFiles,
      lstat: (path) =>
        path === spool.path('spool')
          ? { path, syscall: 'lstat', errno: 'ENOENT' }
          : nodeFiles.lstat(path),
    };
    expect((await spool.list({}, files)).told).toEqual(['ENOENT spool']);
  });

  test('since it lies on another device is told', async ({ dir }) => {
    const spool = fred(dir);
    const files: Files = {
      ...nodeFiles,
      lstat: (path) => {
        const stat = nodeFiles.lstat(path);
        return isTrouble(stat) || path !== spool.path('spool/user/fred')
          ? stat
          : { ...stat, dev: 9n };
      },
    };
    expect((await spool.list({}, files)).told).toEqual(['other device spool/user/fred']);
  });

  test('since something is mounted there is told', async ({ dir }) => {
    const spool = fred(dir);
    const [mount] = nodeFiles.mounts();
    if (mount === undefined) throw new Error('nothing is mounted');
    const point = spool.path('spool/user/fred');
    const files: Files = { ...nodeFiles, mounts: () => [{ ...mount, point }] };
    expect((await spool.list({}, files)).told).toEqual(['mount point spool/user/fred']);
  });
});

describe('a spool of unusual shape', () => {
  test('is listed to a depth of 1500 directories', async ({ dir }) => {
    const spool = new MailboxSpool(dir).partition('spool');
    let path = join(spool.base, 'spool');
    const top = path;
    const depth = 1500;
    for (let level = 0; level < depth; level++) path = `${path}/d`;
    mkdirSync(path, { recursive: true });
    spool.write('spool/d/cyrus.index', '');
    const files: Files = {
      ...nodeFiles,
      list: (at, onEntry) => {
        if (at === path) onEntry(bytePath('cyrus.index'), 'file');
        return nodeFiles.list(at, onEntry);
      },
    };
    expect((await spool.list({}, files)).mailboxes).toEqual([
      'spool/d',
      `spool${path.slice(top.length)}`,
    ]);
  });

  test('is listed with 100,000 directories in one', async ({ dir }) => {
    const spool = new MailboxSpool(dir).partition('spool');
    mkdirSync(join(spool.base, 'spool/user'));
    const user = spool.path('spool/user');
    const sample = nodeFiles.lstat(user);
    if (isTrouble(sample)) throw new Error(sample.errno);
    const files: Files = {
      ...nodeFiles,
      lstat: (path) => (path.startsWith(`${user}/`) ? sample : nodeFiles.lstat(path)),
      list: (path, onEntry) => {
        if (path === user) {
          for (let number = 0; number < 100_000; number++)
            onEntry(bytePath(`u${number}`), 'directory');
          return undefined;
        }
        if (!path.startsWith(`${user}/`)) return nodeFiles.list(path, onEntry);
        onEntry(bytePath('cyrus.index'), 'file');
        return undefined;
      },
    };
    const { mailboxes: found } = await spool.list({}, files);
    expect(found).toHaveLength(100_000);
    expect(found).toEqual(found.toSorted());
  });
});
