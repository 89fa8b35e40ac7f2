/** One suite for every Walk. GNU find is the judge of what should be found. */
import { chmodSync, linkSync, lstatSync, mkdirSync, symlinkSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { join, toBuffer, type BytePath } from '../../src/model/byte-path.ts';
import { inodeKey } from '../../src/model/inode.ts';
import { InodeTable } from '../../src/model/inode-table.ts';
import type { Walk, WalkRequest } from '../../src/system/walk/port.ts';
import {
  build,
  deepen,
  namesByFind,
  put,
  randomTree,
  remove,
  temporary,
} from '../support/hard-link-tree.ts';
import {
  asNobody,
  because,
  mounted,
  whyNoMount,
  whyNotNobody,
} from '../support/mount-permission.ts';
import { requestFor, silent, walk, type Told } from '../support/walk-run.ts';

/** Trees for the property; find and both walkers take some 50 ms for each. */
const trees = Number(process.env['WALK_TREES'] ?? 30);
/** Fewer on the filesystems of test/filesystems, which are many. ext4 allows 65,000 names of one inode. */
const entries = Number(process.env['WALK_ENTRIES'] ?? 100_000);
const links = Math.min(65_000, Math.floor(entries * 0.65));

export function walkContract(name: string, open: () => Walk): void {
  let root: BytePath;
  const at = (path: string): BytePath => join(root, path);

  beforeEach(() => {
    root = temporary();
  });
  afterEach(() => {
    remove(root);
  });

  async function run(
    wanted: readonly BytePath[],
    request: Partial<WalkRequest> = {},
  ): Promise<Told> {
    return walk(open(), wanted, { roots: [root], ...request });
  }

  describe(`${name} walker`, () => {
    test(`finds what find -samefile finds on ${trees} random trees of hard links`, async () => {
      let judged = 0;
      let names = 0;
      await fc.assert(
        fc.asyncProperty(randomTree, fc.integer({ min: 1, max: 3 }), async (tree, jobs) => {
          const top = temporary();
          try {
            const wanted = build(top, tree);
            if (wanted.length === 0) return;
            const told = await walk(open(), wanted, { roots: [top], jobs });
            const judge = namesByFind(top, wanted);
            expect(told.hits).toEqual(judge);
            expect(told.troubles).toEqual([]);
            judged++;
            names += judge.length;
          } finally {
            remove(top);
          }
        }),
        { numRuns: trees },
      );
      console.info(`${name} walker: ${judged} trees, ${names} names, as find -samefile`);
      expect(names).toBeGreaterThanOrEqual(judged);
    });

    test('names the directory of a hit by its own device and inode', async () => {
      mkdirSync(toBuffer(at('a')));
      const file = put(at('a/1.'));
      const told = await run([file]);
      const { dev, ino } = lstatSync(toBuffer(at('a')), { bigint: true });
      expect(told.directories).toEqual([{ path: at('a'), dev, ino }]);
    });

    test('counts every entry and directory once', async () => {
      for (const mailbox of ['a', 'a/b', 'c']) mkdirSync(toBuffer(at(mailbox)));
      const file = put(at('a/1.'));
      put(at('a/b/2.'));
      const told = await run([file]);
      expect([told.entries, told.directoriesRead]).toEqual([5, 4]);
    });

    test('leaves out no directory that changed since the wanted inode was born', async () => {
      for (const mailbox of ['a', 'b']) mkdirSync(toBuffer(at(mailbox)));
      const file = put(at('a/1.'));
      linkSync(toBuffer(file), toBuffer(at('b/2.')));
      const { birthtimeNs } = lstatSync(toBuffer(file), { bigint: true });
      const told = await run([file], { oldestNs: birthtimeNs });
      expect([told.hits, told.leftOut]).toEqual([[at('a/1.'), at('b/2.')], 0]);
    });

    test('does not follow a symbolic link, to a file or to a directory', async () => {
      mkdirSync(toBuffer(at('a')));
      const file = put(at('a/1.'));
      symlinkSync('a', toBuffer(at('again')));
      symlinkSync('a/1.', toBuffer(at('1.')));
      symlinkSync('.', toBuffer(at('a/loop')));
      expect((await run([file])).hits).toEqual(namesByFind(root, [file]));
    });

    test('takes nothing but files for a name, whatever inode number is wanted', async () => {
      mkdirSync(toBuffer(at('a')));
      expect((await run([at('a')])).hits).toEqual([]);
    });

    test('a root that is not there is a trouble', async () => {
      const file = put(at('1.'));
      const told = await run([file], { roots: [at('gone'), root] });
      expect(told.troubles).toMatchObject([{ path: at('gone'), errno: 'ENOENT' }]);
      expect(told.hits).toHaveLength(1);
    });

    test('a root that is a file is a trouble', async () => {
      const file = put(at('1.'));
      expect((await run([file], { roots: [file] })).troubles).toMatchObject([{ errno: 'ENOTDIR' }]);
    });

    const closed = `a directory that may not be read is a trouble, and the rest is still walked${whyNotNobody === undefined ? '' : ` (${whyNotNobody})`}`;
    test.skipIf(whyNotNobody)(closed, async () => {
      const file = put(at('1.'));
      mkdirSync(toBuffer(at('closed')));
      mkdirSync(toBuffer(at('open')));
      linkSync(toBuffer(file), toBuffer(at('open/2.')));
      chmodSync(toBuffer(at('closed')), 0);
      chmodSync(toBuffer(root), 0o755);
      const told = await asNobody(() => run([file]));
      expect(told.troubles).toMatchObject([{ path: at('closed'), errno: 'EACCES' }]);
      expect(told.hits).toHaveLength(2);
    });

    test('a known directory is skipped whole', async () => {
      const file = put(at('1.'));
      mkdirSync(toBuffer(at('sync.')));
      mkdirSync(toBuffer(at('sync./88')));
      linkSync(toBuffer(file), toBuffer(at('sync./88/1.')));
      const known = new Set([inodeKey(lstatSync(toBuffer(at('sync.')), { bigint: true }))]);
      expect((await run([file], { known })).hits).toHaveLength(1);
    });

    test('a root inside another root is searched once', async () => {
      mkdirSync(toBuffer(at('archive')));
      const file = put(at('archive/1.'));
      const told = await run([file], { roots: [root, at('archive')] });
      expect(told.hits).toHaveLength(1);
    });

    test('a mount point is named and not entered', async () => {
      mkdirSync(toBuffer(at('mounted')));
      const file = put(at('mounted/1.'));
      const told = await run([file], { mountPoints: new Set([at('mounted')]) });
      expect(told.hits).toEqual([]);
      expect(told.notEntered).toEqual([{ path: at('mounted'), reason: 'mount point' }]);
    });

    test('a mount point is entered when asked', async () => {
      mkdirSync(toBuffer(at('mounted')));
      const file = put(at('mounted/1.'));
      const request = { mountPoints: new Set([at('mounted')]), enterMounts: true };
      expect((await run([file], request)).hits).toHaveLength(1);
    });

    test('a mount point that is a root is searched and not named', async () => {
      mkdirSync(toBuffer(at('mounted')));
      const file = put(at('mounted/1.'));
      const told = await run([file], {
        roots: [root, at('mounted')],
        mountPoints: new Set([at('mounted')]),
      });
      expect([told.hits.length, told.notEntered.length]).toEqual([1, 0]);
    });

    test('a file with another mounted over it is named and is no hit', async () => {
      const file = put(at('1.'));
      const told = await run([file], { mountPoints: new Set([file]) });
      expect(told.hits).toEqual([]);
      expect(told.notEntered).toEqual([{ path: file, reason: 'mount point' }]);
    });

    test('inodes of a device that no root is on are not found', async () => {
      const file = put(at('1.'));
      const { dev, ino } = lstatSync(toBuffer(file), { bigint: true });
      const table = InodeTable.of(dev + 1n, [ino]);
      expect((await run([], { wanted: [table] })).hits).toEqual([]);
    });

    test('a signal ends the walk: no call comes after it', async () => {
      const file = put(at('1.'));
      for (let mailbox = 0; mailbox < 200; mailbox++) {
        mkdirSync(toBuffer(at(`m${mailbox}`)));
        linkSync(toBuffer(file), toBuffer(at(`m${mailbox}/1.`)));
      }
      const stop = new AbortController();
      let hits = 0;
      await open().run(
        { ...requestFor([file]), roots: [root], signal: stop.signal },
        {
          ...silent,
          hit() {
            hits++;
            stop.abort();
          },
        },
      );
      // The plain walker looks at its signal between directories; each holds one name.
      expect(hits).toBe(1);
    });

    test('a signal given before the walk ends it at once', async () => {
      const file = put(at('1.'));
      const told = await run([file], { signal: AbortSignal.abort() });
      expect([told.hits.length, told.directoriesRead]).toEqual([0, 0]);
    });

    test('a tree deeper than PATH_MAX is walked to its end', async () => {
      const file = put(at('1.'));
      deepen(root, file);
      const told = await run([file]);
      expect(told.troubles).toEqual([]);
      expect(told.hits).toEqual(namesByFind(root, [file]));
      expect(Math.max(...told.hits.map((hit) => hit.length))).toBeGreaterThan(4096);
    });

    test.skipIf(whyNoMount)(
      `a loop of bind mounts ends, and each name is told once${because()}`,
      async () => {
        mkdirSync(toBuffer(at('a')));
        mkdirSync(toBuffer(at('a/loop')));
        const file = put(at('a/1.'));
        await mounted(['--bind', root, at('a/loop')], async () => {
          const told = await run([file], {
            mountPoints: new Set([at('a/loop')]),
            enterMounts: true,
          });
          expect(told.hits).toHaveLength(1);
        });
      },
    );

    test.skipIf(whyNoMount)(`another device is named and not entered${because()}`, async () => {
      mkdirSync(toBuffer(at('other')));
      const file = put(at('1.'));
      await mounted(['-t', 'tmpfs', 'none', at('other')], async () => {
        mkdirSync(toBuffer(at('other/below')));
        // The mount table was read before this was mounted: only the device number tells.
        const told = await run([file]);
        expect(told.notEntered).toEqual([{ path: at('other'), reason: 'other device' }]);
        expect(told.directoriesRead).toBe(1);
      });
    });

    test.skipIf(whyNoMount)(
      `another device with wanted inodes is searched when asked${because()}`,
      async () => {
        mkdirSync(toBuffer(at('other')));
        const here = put(at('1.'));
        await mounted(['-t', 'tmpfs', 'none', at('other')], async () => {
          const there = put(at('other/2.'));
          const request = { mountPoints: new Set([at('other')]), enterMounts: true };
          expect((await run([here, there], request)).hits).toHaveLength(2);
        });
      },
    );
  });

  describe(`${name} walker in one directory of ${entries} entries`, () => {
    let big: BytePath;
    let file: BytePath;
    beforeAll(() => {
      big = temporary();
      file = put(join(big, '1.'));
      const from = toBuffer(file);
      for (let uid = 2; uid <= links; uid++) linkSync(from, toBuffer(join(big, `${uid}.`)));
      for (let uid = links + 1; uid <= entries; uid++) put(join(big, `${uid}.`));
    });
    afterAll(() => {
      remove(big);
    });

    test(`finds all ${links} names of one inode`, async () => {
      const told = await walk(open(), [file], { roots: [big] });
      expect([new Set(told.hits).size, told.hits.length]).toEqual([links, links]);
      expect(told.entries).toBe(entries);
    });

    test('finds the one name of one inode', async () => {
      const other = join(big, `${entries}.`);
      expect((await walk(open(), [other], { roots: [big] })).hits).toEqual(
        namesByFind(big, [other]),
      );
    });
  });
}
