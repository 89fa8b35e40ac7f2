import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect } from 'vitest';
import type { Mailbox } from '../../src/model/message.ts';
import { metaFiles } from '../../src/model/partition.ts';
import { composeIndex } from '../support/index-writer.ts';
import { composeHeader } from '../support/mailbox-writer.ts';
import { fixtures, goldUuid, MailboxSpool } from '../support/mailbox-spool.ts';
import { test } from '../support/spool.ts';
import { uids, ids, index9, header, cacheOf } from '../support/opened-mailbox.ts';

describe('a real mailbox', () => {
  const gold = (dir: string): MailboxSpool =>
    new MailboxSpool(dir)
      .partition('spool', { archive: 'archive' })
      .copy('cyrus-3.13.7/spool', 'spool')
      .copy('cyrus-3.13.7/archive', 'archive');

  test('of the uuid layout has the name that its header says', ({ dir }) => {
    const spool = gold(dir);
    const mailbox = spool.reader().open(spool.path(`spool/${goldUuid}`));
    expect(mailbox).toMatchObject({
      name: 'user.gold.Gr&APYA3w-e (v20) &- mehr',
      uniqueId: goldUuid.slice(-36),
      partition: 'default',
      minorVersion: 20,
      directory: spool.path(`spool/${goldUuid}`),
      archive: spool.path(`archive/${goldUuid}`),
      findings: [],
    });
  });

  test('is the same one from its directory in the archive', ({ dir }) => {
    const spool = gold(dir);
    const mailbox = spool.reader().open(spool.path(`archive/${goldUuid}`));
    expect(mailbox?.directory).toBe(spool.path(`spool/${goldUuid}`));
  });

  test('has the files of its archived records in the archive tree', ({ dir }) => {
    const spool = gold(dir);
    const mailbox = spool.reader().open(spool.path(`spool/${goldUuid}`));
    const files = Array.from(mailbox?.records() ?? [], (record) => mailbox?.fileOf(record));
    const archived = [1, 2, 3, 4, 5, 6].map((uid) => spool.path(`archive/${goldUuid}/${uid}.`));
    const others = [7, 8, 9].map((uid) => spool.path(`spool/${goldUuid}/${uid}.`));
    expect(files.filter((path) => path?.includes('/archive/'))).toEqual(archived);
    expect(files).toEqual(expect.arrayContaining(others));
  });

  test('takes the cache of archived records from the archive, where the spool has another one at that offset', ({
    dir,
  }) => {
    const spool = gold(dir);
    const mailbox = spool.reader().open(spool.path(`spool/${goldUuid}`));
    const record = mailbox?.recordOf(1);
    expect(record?.isArchived).toBe(true);
    expect(ids(mailbox)).not.toContain(undefined);
    expect(new Set(ids(mailbox)).size).toBe(ids(mailbox).length);
  });

  test('does not take the spool cache for an archived record when the archive is not known', ({
    dir,
  }) => {
    const spool = new MailboxSpool(dir).partition('spool').copy('cyrus-3.13.7/spool', 'spool');
    const mailbox = spool.reader().open(spool.path(`spool/${goldUuid}`));
    expect(ids(mailbox).slice(0, 6)).toEqual([...Array<undefined>(6)]);
  });

  test('whose metadata root of the command line is said to hold all files takes the archive cache all the same', ({
    dir,
  }) => {
    const metadata = Object.fromEntries(metaFiles.map((file) => [file, 'meta']));
    const spool = new MailboxSpool(dir)
      .partition('spool', { archive: 'archive', metadata })
      .copy('cyrus-3.13.7/spool', 'meta')
      .copy('cyrus-3.13.7/archive', 'archive');
    const mailbox = spool.reader().open(spool.path(`spool/${goldUuid}`));
    expect(ids(mailbox)).not.toContain(undefined);
  });

  for (const version of [6, 7, 8, 9, 10, 12, 13, 14, 15, 16, 17]) {
    test(`of index version ${version} is read`, ({ dir }) => {
      const spool = new MailboxSpool(dir)
        .partition('spool')
        .copy('cyrus-3.6.1/user-yann', 'spool/user/yann')
        .copy(`cyrus-3.6.1/yann.v${version}.index`, 'spool/user/yann/cyrus.index');
      const mailbox = spool.reader().open(spool.path('spool/user/yann'));
      expect([mailbox?.name, mailbox?.minorVersion, mailbox?.findings]).toEqual([
        'user.yann',
        version,
        [],
      ]);
      expect(uids(mailbox)).toEqual([1, 2, 3, 4, 5, 6, 7]);
      expect(mailbox?.recordOf(7)?.messageUid).toBe(7);
    });
  }

  describe('without a hash in its index', () => {
    const yann = (dir: string, cacheGeneration: number): Mailbox | undefined => {
      const cache = readFileSync(join(fixtures, 'cyrus-3.6.1/user-yann/cyrus.cache'));
      cache.writeUInt32BE(cacheGeneration);
      const spool = new MailboxSpool(dir)
        .partition('spool')
        .copy('cyrus-3.6.1/yann.v9.index', 'spool/user/yann/cyrus.index')
        .write('spool/user/yann/cyrus.cache', cache);
      return spool.reader().open(spool.path('spool/user/yann'));
    };

    test('has the envelopes of the cache of its generation', ({ dir }) => {
      const found = ids(yann(dir, 6));
      expect(found).not.toContain(undefined);
      expect(found.at(-1)).toMatch(/^<clobber\.10/);
    });

    test('has none of a cache of another generation', ({ dir }) => {
      expect(ids(yann(dir, 5))).toEqual([...Array<undefined>(7)]);
    });
  });
});

test('a cache of any bytes gives envelopes or none, and nothing is thrown', ({ dir }) => {
  const cache = readFileSync(join(fixtures, 'cyrus-3.6.1/user-yann/cyrus.cache'));
  cache.writeUInt32BE(6);
  const spool = new MailboxSpool(dir)
    .partition('spool')
    .copy('cyrus-3.6.1/yann.v9.index', 'spool/user/yann/cyrus.index');
  const reader = spool.reader();
  const flips = fc.array(fc.tuple(fc.nat(cache.length - 1), fc.nat(255)), { maxLength: 6 });
  fc.assert(
    fc.property(flips, fc.nat(cache.length), (changes, length) => {
      const bytes = Buffer.from(cache);
      for (const [at, value] of changes) bytes.writeUInt8(value, at);
      spool.write('spool/user/yann/cyrus.cache', bytes.subarray(0, length));
      expect(ids(reader.open(spool.path('spool/user/yann')))).toHaveLength(7);
    }),
    { numRuns: 200 },
  );
});

describe('the name of a mailbox', () => {
  const layout = { hashed: true, fullHash: false, domains: true };

  test('is its path in a hashed directory of a domain', ({ dir }) => {
    const spool = new MailboxSpool(dir).partition('spool', { layout });
    const place = 'spool/domain/e/example.org/f/user/fred/Sent';
    spool.write(`${place}/cyrus.index`, index9(1));
    expect(spool.reader().open(spool.path(place))?.name).toBe('example.org!user.fred.Sent');
  });

  test('is its path though the header says another: that goes stale after RENAME', ({ dir }) => {
    const spool = new MailboxSpool(dir).partition('spool');
    spool.write('spool/user/fred/New/cyrus.index', index9(1));
    spool.write('spool/user/fred/New/cyrus.header', header('user.fred.Old'));
    expect(spool.reader().open(spool.path('spool/user/fred/New'))?.name).toBe('user.fred.New');
  });

  test('of a uuid directory without a header is its place, and that is told', ({ dir }) => {
    const spool = new MailboxSpool(dir).partition('spool');
    spool.write('spool/uuid/a/b/abc/cyrus.index', index9(1));
    const mailbox = spool.reader().open(spool.path('spool/uuid/a/b/abc'));
    expect(mailbox?.name).toBe('uuid/a/b/abc');
    expect(mailbox?.findings.map(({ code }) => code)).toEqual(['unreadable']);
  });

  test('of a uuid directory comes from a header on the metadata root', ({ dir }) => {
    const spool = new MailboxSpool(dir).partition('spool', { metadata: { header: 'meta' } });
    spool.write('spool/uuid/a/b/abc/cyrus.index', index9(1));
    spool.write('meta/uuid/a/b/abc/cyrus.header', header('user.fred'));
    expect(spool.reader().open(spool.path('spool/uuid/a/b/abc'))?.name).toBe('user.fred');
  });

  test('both layouts stand side by side on one partition', ({ dir }) => {
    const spool = new MailboxSpool(dir).partition('spool', { layout });
    spool.write('spool/f/user/fred/cyrus.index', index9(1));
    spool.write('spool/uuid/a/b/abc/cyrus.index', index9(1));
    spool.write('spool/uuid/a/b/abc/cyrus.header', header('user.glad'));
    const reader = spool.reader();
    const names = ['spool/f/user/fred', 'spool/uuid/a/b/abc'].map(
      (place) => reader.open(spool.path(place))?.name,
    );
    expect(names).toEqual(['user.fred', 'user.glad']);
  });
});

describe('a metadata root', () => {
  test.for([
    ['index in one, the rest beside the messages', { index: 'meta' }],
    ['cache in one, the rest beside the messages', { cache: 'meta' }],
    ['index and cache in two', { index: 'fast', cache: 'slow' }],
    ['all in one', { index: 'meta', cache: 'meta', header: 'meta', expunge: 'meta' }],
  ] as const)('holds what the configuration says: %s', ([, metadata], { dir }) => {
    const spool = new MailboxSpool(dir).partition('spool', { metadata });
    const at = (file: keyof typeof metadata): string =>
      `${(metadata as Record<string, string>)[file] ?? 'spool'}/user/fred/cyrus.${file}`;
    const { bytes, offsets } = cacheOf(5, ['<a@b>']);
    const records = [{ uid: 1, size: 100, cacheOffset: offsets[0] ?? 0 }];
    spool.write(at('index' as never), composeIndex(9, { generation: 5 }, records));
    spool.write(at('cache' as never), bytes);
    spool.write(at('expunge' as never), index9(3));
    spool.write('spool/user/fred/1.', 'x');
    const mailbox = spool.reader().open(spool.path('spool/user/fred'));
    expect(mailbox?.directory).toBe(spool.path('spool/user/fred'));
    expect(uids(mailbox)).toEqual([1, 3]);
    expect(ids(mailbox)).toEqual(['<a@b>', undefined]);
  });

  test('that is said to hold all files gives way to the ones beside the messages', ({ dir }) => {
    const metadata = Object.fromEntries(metaFiles.map((file) => [file, 'meta']));
    const spool = new MailboxSpool(dir).partition('spool', { metadata });
    const { bytes, offsets } = cacheOf(5, ['<a@b>']);
    const records = [{ uid: 1, cacheOffset: offsets[0] ?? 0 }];
    spool.write('meta/user/fred/cyrus.index', composeIndex(9, { generation: 5 }, records));
    spool.write('spool/user/fred/cyrus.cache', bytes);
    expect(ids(spool.reader().open(spool.path('spool/user/fred')))).toEqual(['<a@b>']);
  });

  test('leads to the directory of the messages', ({ dir }) => {
    const spool = new MailboxSpool(dir).partition('spool', { metadata: { index: 'meta' } });
    spool.write('meta/user/fred/cyrus.index', index9(1));
    const mailbox = spool.reader().open(spool.path('meta/user/fred'));
    expect(mailbox?.directory).toBe(spool.path('spool/user/fred'));
  });

  test('of two partitions leads to the one that has the messages', ({ dir }) => {
    const metadata = { index: 'meta' };
    const spool = new MailboxSpool(dir)
      .partition('one', { name: 'one', metadata })
      .partition('two', { name: 'two', metadata });
    spool.write('meta/user/fred/cyrus.index', index9(1)).write('two/user/fred/1.', 'x');
    expect(spool.reader().open(spool.path('meta/user/fred'))?.partition).toBe('two');
  });
});

describe('no mailbox', () => {
  test('is opened where there is no index', ({ dir }) => {
    const spool = new MailboxSpool(dir).partition('spool').write('spool/user/fred/1.', 'x');
    const reader = spool.reader();
    expect(reader.open(spool.path('spool/user/fred'))).toBeUndefined();
    expect(reader.findings).toEqual([]);
  });

  test('is a root, nor what lies outside of all roots', ({ dir }) => {
    const spool = new MailboxSpool(dir).partition('spool');
    const reader = spool.reader();
    spool.write('spool/cyrus.index', index9(1)).write('other/cyrus.index', index9(1));
    expect(reader.open(spool.path('spool'))).toBeUndefined();
    expect(reader.open(spool.path('other'))).toBeUndefined();
  });

  test('has an index that is no index, and that is told with the byte', ({ dir }) => {
    const spool = new MailboxSpool(dir).partition('spool');
    spool.write('spool/user/fred/cyrus.index', composeHeader('not an index'));
    const reader = spool.reader();
    expect(reader.open(spool.path('spool/user/fred'))).toBeUndefined();
    expect(reader.findings).toEqual([
      expect.objectContaining({
        code: 'index-corrupt',
        mailbox: 'user.fred',
        detail: expect.stringContaining('(at byte 8)') as string,
      }),
    ]);
  });
});
