import { mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { describe, expect } from 'vitest';
import { asBytes, relativeTo } from '../../src/model/byte-path.ts';
import type { Counted, MailboxSurvey } from '../../src/model/check.ts';
import { patienceWith } from '../../src/steps/patience.ts';
import { surveyMailboxes, type SurveyRequest } from '../../src/steps/survey-mailboxes.ts';
import { nodeClock } from '../../src/system/clock.ts';
import { nodeFiles } from '../../src/system/files.ts';
import type { Files } from '../../src/system/os.ts';
import { composeIndex } from '../support/index-writer.ts';
import { fixtures, MailboxSpool } from '../support/mailbox-spool.ts';
import { test } from '../support/spool.ts';

/** In 2096, later than any file that a test makes: everything is old. */
const future = 4_000_000_000_000_000_000n;

async function survey(
  spool: MailboxSpool,
  request: Partial<SurveyRequest> = {},
  files: Files = nodeFiles,
): Promise<MailboxSurvey> {
  const { partitions } = spool;
  return await surveyMailboxes(
    files,
    nodeClock(),
    {
      roots: spool.roots(),
      lost: [],
      spools: { partitions, scanned: partitions, configurations: [] },
      selection: {},
      olderThanNs: future,
      isDeep: false,
      patience: patienceWith(true),
      known: new Set(),
      ...request,
    },
    () => undefined,
  );
}

const versionsOf = ({ versions }: MailboxSurvey): [number, number][] => [...versions];
const inSpool = (spool: MailboxSpool, { examples }: Counted): (string | undefined)[] =>
  examples.map((path) => relativeTo(path, spool.path('')));

const index = (version: number, ...guids: string[]): Buffer =>
  composeIndex(
    version,
    {},
    guids.map((guid, at) =>
      version < 10 ? { uid: at + 1, size: 5 } : { uid: at + 1, size: 5, guid },
    ),
  );

test('a root that is lost counts as unread, though it was told before', async ({ dir }) => {
  const spool = new MailboxSpool(dir)
    .partition('spool')
    .write('spool/user/a/cyrus.index', index(12, '11'));
  const lost = asBytes('/lost');
  const surveyed = await survey(spool, { lost: [lost], known: new Set([lost]) });
  expect([surveyed.unread, surveyed.unreadable.count]).toEqual([1, 0]);
});

describe('the versions of indexes', () => {
  test('are counted over real indexes of every version there is', async ({ dir }) => {
    const spool = new MailboxSpool(dir)
      .partition('spool')
      .copy('cyrus-3.13.7/spool', 'spool')
      .copy('cyrus-3.6.1/yann.v9.index', 'spool/user/yann/again/cyrus.index');
    const real = readdirSync(`${fixtures}cyrus-3.6.1`).flatMap(
      (name) => /^yann\.v(\d+)\.index$/.exec(name)?.[1] ?? [],
    );
    for (const version of real) {
      spool.copy(`cyrus-3.6.1/yann.v${version}.index`, `spool/user/v${version}/cyrus.index`);
    }
    const surveyed = await survey(spool);
    const found = new Map(surveyed.versions);
    for (const version of real) expect(found.get(Number(version))).toBe(version === '9' ? 2 : 1);
    expect(found.get(20)).toBe(1);
    expect([real.length, surveyed.mailboxes, surveyed.byUniqueId]).toEqual([
      11,
      real.length + 2,
      1,
    ]);
  });

  test('are those of the metadata directory where the index lies there', async ({ dir }) => {
    const spool = new MailboxSpool(dir)
      .partition('spool', { metadata: { index: 'meta', header: 'meta', cache: 'meta' } })
      .write('spool/user/a/1.', 'x')
      .write('meta/user/a/cyrus.index', index(12, '11'));
    expect(versionsOf(await survey(spool))).toEqual([[12, 1]]);
  });

  test('are of the named partition only', async ({ dir }) => {
    const spool = new MailboxSpool(dir)
      .partition('one')
      .write('one/user/a/cyrus.index', index(12))
      .partition('two', { name: 'two' })
      .write('two/user/b/cyrus.index', index(17));
    const surveyed = await survey(spool, { selection: { directories: [spool.path('two')] } });
    expect(versionsOf(surveyed)).toEqual([[17, 1]]);
  });
});

describe('records without a digest', () => {
  const mixed = (dir: string): MailboxSpool =>
    new MailboxSpool(dir)
      .partition('spool')
      .write('spool/user/old/cyrus.index', index(9, '', '', ''))
      .write('spool/user/new/cyrus.index', index(13, '00', '11', '00', '22'));

  test('are all of version 9, by the header alone; later ones are not known', async ({ dir }) => {
    expect(await survey(mixed(dir))).toMatchObject({ records: 7, withoutGuid: 3, unknownGuid: 4 });
  });

  test('are counted in every record when all is asked for', async ({ dir }) => {
    const surveyed = await survey(mixed(dir), { isDeep: true });
    expect(surveyed).toMatchObject({ records: 7, withoutGuid: 5, unknownGuid: 0 });
  });

  test('of a mailbox of many thousand messages are counted piece by piece', async ({ dir }) => {
    const guids = Array.from({ length: 25_000 }, (_, at) => (at % 5 === 0 ? '00' : 'aa'));
    const spool = new MailboxSpool(dir)
      .partition('spool')
      .write('spool/user/a/cyrus.index', index(17, ...guids));
    expect((await survey(spool, { isDeep: true })).withoutGuid).toBe(5000);
  });

  test('are no more than the file has room for, whatever its header claims', async ({ dir }) => {
    const claims = composeIndex(9, { recordCount: 4_000_000_000 }, [{ uid: 1 }]);
    const spool = new MailboxSpool(dir)
      .partition('spool')
      .write('spool/user/a/cyrus.index', claims);
    expect(await survey(spool)).toMatchObject({ records: 1, withoutGuid: 1 });
  });
});

describe('a cyrus.expunge of 2.3', () => {
  test('counts where it lists messages beside an index that 2.4 would rewrite', async ({ dir }) => {
    const spool = new MailboxSpool(dir)
      .partition('spool')
      .write('spool/user/a/cyrus.index', index(10, '00'))
      .write('spool/user/a/cyrus.expunge', index(10, '00', '00'))
      .write('spool/user/empty/cyrus.index', index(10, '00'))
      .write('spool/user/empty/cyrus.expunge', index(10))
      .write('spool/user/new/cyrus.index', index(12, '11'))
      .write('spool/user/new/cyrus.expunge', index(10, '00'));
    const surveyed = await survey(spool);
    expect(inSpool(spool, surveyed.oldExpunges)).toEqual(['spool/user/a/cyrus.expunge']);
    expect(surveyed.oldExpunges.count).toBe(1);
  });

  test('is looked for on the metapartition', async ({ dir }) => {
    const spool = new MailboxSpool(dir)
      .partition('spool', { metadata: { expunge: 'meta' } })
      .write('spool/user/a/cyrus.index', index(9, ''))
      .write('meta/user/a/cyrus.expunge', index(9, ''));
    expect((await survey(spool)).oldExpunges.count).toBe(1);
  });
});

describe('leftovers of interrupted rewrites', () => {
  test('are found in every directory, with an index or without', async ({ dir }) => {
    const spool = new MailboxSpool(dir)
      .partition('spool', { archive: 'archive', metadata: { cache: 'meta' } })
      .write('spool/user/a/cyrus.index', index(12))
      .write('spool/user/a/cyrus.header.NEW', '')
      .write('spool/user/b/cyrus.index.NEW', '')
      .write('spool/user/a/cyrus.squat.tmp', '')
      .write('spool/user/a/squatAb12zZ', '')
      .write('archive/user/a/cyrus.cache.NEW', '')
      .write('meta/user/a/cyrus.cache.NEW', '');
    const { leftoverNew } = await survey(spool);
    expect(leftoverNew.count).toBe(6);
  });

  test('are regular files: no mailbox, no symbolic link, no file of another name', async ({
    dir,
  }) => {
    const spool = new MailboxSpool(dir)
      .partition('spool')
      .write('spool/user/a/cyrus.index', index(12))
      .write('spool/user/a/cyrus.squat', '')
      .write('spool/user/a/squat', '')
      .write('spool/user/a/NEW', '');
    mkdirSync(spool.path('spool/user/x.NEW'));
    symlinkSync('cyrus.index', spool.path('spool/user/a/cyrus.index.NEW'));
    expect((await survey(spool)).leftoverNew.count).toBe(0);
  });

  test('are not the ones that a working Cyrus has for a moment', async ({ dir }) => {
    const spool = new MailboxSpool(dir)
      .partition('spool')
      .write('spool/user/a/cyrus.index', index(12))
      .write('spool/user/a/cyrus.index.NEW', '');
    expect((await survey(spool, { olderThanNs: 0n })).leftoverNew.count).toBe(0);
  });

  test('have a few examples of many', async ({ dir }) => {
    const spool = new MailboxSpool(dir).partition('spool');
    for (let user = 0; user < 20; user++) spool.write(`spool/user/u${user}/cyrus.cache.NEW`, '');
    const { leftoverNew } = await survey(spool);
    expect([leftoverNew.count, leftoverNew.examples.length]).toEqual([20, 5]);
  });
});

describe('what cannot be read', () => {
  const one = (dir: string, bytes: Buffer | string): MailboxSpool =>
    new MailboxSpool(dir).partition('spool').write('spool/user/a/cyrus.index', bytes);

  for (const [what, bytes] of [
    ['no index at all', 'hello'],
    ['an index of a version that is not known', composeIndex(12, { minorVersion: 99 }, [])],
    ['an index whose header has another checksum', composeIndex(12, { headerCrc: 1 }, [])],
  ] as const) {
    test(`${what} is told, and is no mailbox of any version`, async ({ dir }) => {
      const spool = one(dir, bytes);
      const surveyed = await survey(spool);
      expect(inSpool(spool, surveyed.corrupt)).toEqual(['spool/user/a/cyrus.index']);
      expect(surveyed.mailboxes).toBe(0);
    });
  }

  test('is not told again when the scan has told it', async ({ dir }) => {
    const spool = one(dir, 'hello');
    const known = new Set([spool.path('spool/user/a/cyrus.index')]);
    expect((await survey(spool, { known })).corrupt.count).toBe(0);
  });

  test('is told where the disk refuses', async ({ dir }) => {
    const spool = one(dir, index(12, '11'));
    const refusing: Files = {
      ...nodeFiles,
      open: (path) =>
        path.endsWith('cyrus.index')
          ? { path, syscall: 'open', errno: 'EIO' }
          : nodeFiles.open(path),
    };
    expect((await survey(spool, {}, refusing)).unreadable.count).toBe(1);
  });

  test('is nothing where a mailbox is deleted while we look', async ({ dir }) => {
    const spool = one(dir, index(12, '11'));
    const gone: Files = {
      ...nodeFiles,
      open: (path) => ({ path, syscall: 'open', errno: 'ENOENT' }),
    };
    expect(await survey(spool, {}, gone)).toMatchObject({
      mailboxes: 0,
      unreadable: { count: 0 },
      corrupt: { count: 0 },
    });
  });

  test('for a moment only, while Cyrus writes the header, is read again', async ({ dir }) => {
    const spool = one(dir, index(12, '11'));
    let readings = 0;
    const torn: Files = {
      ...nodeFiles,
      open(path) {
        const file = nodeFiles.open(path);
        if ('errno' in file) return file;
        readings += 1;
        if (readings > 1) return file;
        return {
          ...file,
          stat: () => file.stat(),
          close: () => {
            file.close();
          },
          readAt: (at, length) => {
            const bytes = file.readAt(at, length);
            return 'errno' in bytes ? bytes : Uint8Array.from(bytes).fill(7, 30, 40);
          },
        };
      },
    };
    expect(await survey(spool, {}, torn)).toMatchObject({ mailboxes: 1, corrupt: { count: 0 } });
  });
});

describe('a root with nothing of Cyrus in it', () => {
  test('is told: an unmounted spool has no orphans either', async ({ dir }) => {
    const spool = new MailboxSpool(dir).partition('spool');
    expect((await survey(spool)).barren).toEqual([spool.path('spool')]);
  });

  test('is none where a stage area or a mailbox is', async ({ dir }) => {
    const spool = new MailboxSpool(dir)
      .partition('one')
      .partition('two', { name: 'two' })
      .write('two/user/a/cyrus.index', index(12));
    mkdirSync(spool.path('one/stage.'));
    expect((await survey(spool)).barren).toEqual([]);
  });
});
