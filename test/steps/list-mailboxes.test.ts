import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { bytePath, leafOf } from '../../src/model/byte-path.ts';
import { metaFiles } from '../../src/model/partition.ts';
import { nodeFiles } from '../../src/system/files.ts';
import type { Files } from '../../src/system/os.ts';
import { MailboxSpool } from '../support/mailbox-spool.ts';
import { test } from '../support/spool.ts';
import { mailboxes, header, hashed } from '../support/listed-mailboxes.ts';

describe('the mailboxes of a partition', () => {
  test('come in byte order of their directories, children and parents alike', async ({ dir }) => {
    const spool = new MailboxSpool(dir).partition('spool');
    const places = [
      'user/a',
      'user/a-b',
      'user/a-b/c',
      'user/a.b',
      'user/a/b',
      'user/a/b!/c',
      'user/a0',
    ];
    const paths = places.map((place) => `spool/${place}`);
    mailboxes(spool, ...paths.toReversed());
    expect(await spool.list()).toEqual({ mailboxes: paths.toSorted(), told: [] });
  });

  test('are the directories with an index, not those without', async ({ dir }) => {
    const spool = new MailboxSpool(dir).partition('spool');
    mailboxes(spool, 'spool/user/fred/Sent').write('spool/user/fred/1.', 'x');
    expect((await spool.list()).mailboxes).toEqual(['spool/user/fred/Sent']);
  });

  test('of all layouts are found side by side', async ({ dir }) => {
    const spool = new MailboxSpool(dir).partition('spool', { layout: hashed });
    const places = [
      'spool/domain/e/example.org/f/user/fred',
      'spool/f/user/fred',
      'spool/uuid/a/b/abc',
    ];
    expect((await mailboxes(spool, ...places).list()).mailboxes).toEqual(places);
  });

  test('are none in stage directories and quarantines', async ({ dir }) => {
    const spool = new MailboxSpool(dir).partition('spool');
    mailboxes(spool, 'spool/sync./88', 'spool/stage./x', 'spool/stagesweep./run/user/fred');
    expect((await spool.list()).mailboxes).toEqual([]);
  });

  test('of names that are no UTF-8 are found', async ({ dir }) => {
    const spool = new MailboxSpool(dir).partition('spool');
    const place = Buffer.from(`${spool.base}/spool/user/b\xe4r`, 'latin1');
    mkdirSync(place, { recursive: true });
    const files: Files = {
      ...nodeFiles,
      list: (path, onEntry) => {
        const trouble = nodeFiles.list(path, onEntry);
        if (path.endsWith('b\xe4r')) onEntry(bytePath('cyrus.index'), 'file');
        return trouble;
      },
    };
    expect((await spool.list({}, files)).mailboxes).toEqual(['spool/user/b\xe4r']);
  });

  test('are not looked for behind symbolic links', async ({ dir }) => {
    const spool = new MailboxSpool(dir).partition('spool');
    mailboxes(spool, 'elsewhere/fred');
    symlinkSync(join(spool.base, 'elsewhere'), join(spool.base, 'spool/user'));
    expect(await spool.list()).toEqual({ mailboxes: [], told: ['symbolic link spool/user'] });
  });

  test('are found where the filesystem does not tell directories from files', async ({ dir }) => {
    const spool = new MailboxSpool(dir).partition('spool');
    mailboxes(spool, 'spool/user/fred').write('spool/user/fred/1.', 'x');
    const files: Files = {
      ...nodeFiles,
      list: (path, onEntry) =>
        nodeFiles.list(path, (leaf) => {
          onEntry(leaf, 'unknown');
        }),
    };
    expect(await spool.list({}, files)).toEqual({ mailboxes: ['spool/user/fred'], told: [] });
  });
});

describe('an index in a metadata root', () => {
  test('gives the directory of the messages, once', async ({ dir }) => {
    const metadata = Object.fromEntries(metaFiles.map((file) => [file, 'meta']));
    const spool = new MailboxSpool(dir).partition('spool', { metadata });
    mailboxes(spool, 'meta/user/fred', 'spool/user/fred', 'spool/user/glad', 'meta/user/zoe');
    expect((await spool.list()).mailboxes).toEqual([
      'spool/user/fred',
      'spool/user/glad',
      'spool/user/zoe',
    ]);
  });

  test('of several partitions belongs to the one that has the messages', async ({ dir }) => {
    const metadata = { index: 'meta' };
    const spool = new MailboxSpool(dir)
      .partition('one', { name: 'one', metadata })
      .partition('two', { name: 'two', metadata });
    mailboxes(spool, 'meta/user/fred', 'meta/user/lost').write('two/user/fred/1.', 'x');
    expect((await spool.list()).mailboxes).toEqual(['one/user/lost', 'two/user/fred']);
  });

  test('inside the spool is no mailbox of the spool', async ({ dir }) => {
    const spool = new MailboxSpool(dir).partition('spool', { metadata: { index: 'spool/meta' } });
    mailboxes(spool, 'spool/meta/user/fred').write('spool/user/fred/1.', 'x');
    expect((await spool.list()).mailboxes).toEqual(['spool/user/fred']);
  });
});

describe('a selection', () => {
  const two = (dir: string): MailboxSpool =>
    mailboxes(
      new MailboxSpool(dir).partition('spool', { layout: hashed }),
      'spool/domain/e/example.org/f/user/fred',
      'spool/f/user/fred',
      'spool/f/user/fred/Sent',
      'spool/f/user/frederic',
      'spool/g/user/glad',
    );

  test('of a user gives what lies at and below his name, in every domain', async ({ dir }) => {
    expect((await two(dir).list({ users: ['fred'] })).mailboxes).toEqual([
      'spool/domain/e/example.org/f/user/fred',
      'spool/f/user/fred',
      'spool/f/user/fred/Sent',
    ]);
  });

  test('of a user does not read the directories of others', async ({ dir }) => {
    const read: string[] = [];
    const files: Files = {
      ...nodeFiles,
      list: (path, onEntry) => {
        read.push(leafOf(path));
        return nodeFiles.list(path, onEntry);
      },
    };
    await two(dir).list({ users: ['fred'] }, files);
    expect(read).toContain('fred');
    expect(read).not.toContain('glad');
    expect(read).not.toContain('frederic');
  });

  test('of a mailbox gives that one, without those below it', async ({ dir }) => {
    expect((await two(dir).list({ mailboxes: ['user/fred'] })).mailboxes).toEqual([
      'spool/f/user/fred',
    ]);
  });

  test('of a user in a uuid directory goes by the header', async ({ dir }) => {
    const spool = mailboxes(
      new MailboxSpool(dir).partition('spool'),
      'spool/uuid/a/b/abc',
      'spool/uuid/a/b/abd',
    );
    spool.write('spool/uuid/a/b/abc/cyrus.header', header('user.fred.Sent'));
    spool.write('spool/uuid/a/b/abd/cyrus.header', header('user.glad'));
    expect(await spool.list({ users: ['fred'] })).toEqual({
      mailboxes: ['spool/uuid/a/b/abc'],
      told: [],
    });
  });

  test('that a mailbox without a header may have been meant by tells so', async ({ dir }) => {
    const spool = mailboxes(new MailboxSpool(dir).partition('spool'), 'spool/uuid/a/b/abc');
    expect(await spool.list({ users: ['fred'] })).toEqual({
      mailboxes: [],
      told: ['unreadable spool/uuid/a/b/abc'],
    });
  });

  test('of directories gives each with what lies below, none twice', async ({ dir }) => {
    const spool = two(dir);
    const directories = ['spool/f/user/fred/Sent', 'spool/f/user/fred', 'spool/g'].map((place) =>
      spool.path(place),
    );
    expect((await spool.list({ directories })).mailboxes).toEqual([
      'spool/f/user/fred',
      'spool/f/user/fred/Sent',
      'spool/g/user/glad',
    ]);
  });

  test('of a directory of the archive gives the mailbox it belongs to', async ({ dir }) => {
    const spool = new MailboxSpool(dir).partition('spool', { archive: 'archive' });
    mailboxes(spool, 'spool/user/fred').write('archive/user/fred/1.', 'x');
    const directories = [spool.path('archive/user/fred')];
    expect((await spool.list({ directories })).mailboxes).toEqual(['spool/user/fred']);
  });

  test('of a directory that is in one of two trees only is no trouble', async ({ dir }) => {
    const spool = new MailboxSpool(dir).partition('spool', { metadata: { index: 'meta' } });
    mailboxes(spool, 'spool/user/fred');
    expect(await spool.list({ directories: [spool.path('spool/user')] })).toEqual({
      mailboxes: ['spool/user/fred'],
      told: [],
    });
  });

  test('of a user within a directory gives both at once', async ({ dir }) => {
    const spool = two(dir);
    const selection = { users: ['fred'], directories: [spool.path('spool/f')] };
    expect((await spool.list(selection)).mailboxes).toEqual([
      'spool/f/user/fred',
      'spool/f/user/fred/Sent',
    ]);
  });

  test.for([
    ['elsewhere', 'lies in none of the partitions'],
    ['spool/missing', 'ENOENT'],
    ['spool/file', 'is no directory'],
    ['spool/sync.', 'holds no mailboxes'],
  ] as const)('of %s is refused', async ([place, why], { dir }) => {
    const spool = new MailboxSpool(dir).partition('spool').write('spool/file', 'x');
    mkdirSync(join(spool.base, 'elsewhere'));
    mkdirSync(join(spool.base, 'spool/sync.'));
    await expect(spool.list({ directories: [spool.path(place)] })).rejects.toThrow(why);
  });
});
