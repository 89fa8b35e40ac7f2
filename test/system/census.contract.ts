/** One suite for every Census. GNU find is the judge of what should be found. */
import { execFileSync } from 'node:child_process';
import { chmodSync, linkSync, lstatSync, mkdirSync, symlinkSync } from 'node:fs';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { join, toBuffer, type BytePath } from '../../src/model/byte-path.ts';
import { everyInode, restOf } from '../../src/model/inode-part.ts';
import type { NotEntered } from '../../src/model/report.ts';
import type { Trouble } from '../../src/model/trouble.ts';
import type { Census, CensusRequest } from '../../src/system/walk/port.ts';
import { build, deepen, put, randomTree, remove, temporary } from '../support/hard-link-tree.ts';
import {
  asNobody,
  because,
  mounted,
  whyNoMount,
  whyNotNobody,
} from '../support/mount-permission.ts';

/** As in walk.contract.ts. */
const trees = Number(process.env['WALK_TREES'] ?? 30);
const plenty = 1 << 24;

interface Told {
  shared: bigint[];
  passes: number;
  /** Of all passes. */
  entries: number;
  directories: number;
  troubles: Trouble[];
  notEntered: NotEntered[];
}

/** Inode numbers with more than one name below `top`. */
function sharedByFind(top: BytePath): bigint[] {
  const script = `find . -xdev -type f -links +1 -printf '%i\\n' | LC_ALL=C sort | uniq -d`;
  const found = execFileSync('sh', ['-c', script], { cwd: top, encoding: 'utf8' });
  return byNumber(found.split('\n').filter(Boolean).map(BigInt));
}

function byNumber(numbers: Iterable<bigint>): bigint[] {
  return [...numbers].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

function inodeOf(path: BytePath): bigint {
  return lstatSync(toBuffer(path), { bigint: true }).ino;
}

export function censusContract(name: string, open: () => Census): void {
  let root: BytePath;
  const at = (path: string): BytePath => join(root, path);
  const mailbox = (path: string): void => {
    mkdirSync(toBuffer(at(path)));
  };
  const link = (from: BytePath, to: BytePath): void => {
    linkSync(toBuffer(from), toBuffer(to));
  };

  beforeEach(() => {
    root = temporary();
  });
  afterEach(() => {
    remove(root);
  });

  /** All passes that the memory asks for. */
  async function take(request: Partial<CensusRequest> = {}): Promise<Told> {
    const told: Told = {
      shared: [],
      passes: 0,
      entries: 0,
      directories: 0,
      troubles: [],
      notEntered: [],
    };
    const census = open();
    const parts = [everyInode];
    for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
      const pass = await census.pass(
        {
          roots: [root],
          devices: [lstatSync(toBuffer(root), { bigint: true }).dev],
          mountPoints: new Set(),
          jobs: 2,
          signal: new AbortController().signal,
          memoryBytes: plenty,
          ...request,
          part,
        },
        {
          trouble: (trouble) => told.troubles.push(trouble),
          vanished: () => undefined,
          notEntered: (place) => told.notEntered.push(place),
          progress(entries, directories) {
            told.entries += entries;
            told.directories += directories;
          },
        },
      );
      told.passes++;
      told.shared.push(...pass.shared.flatMap((set) => [...set]));
      parts.push(...restOf(part, pass.covered));
    }
    told.shared = byNumber(told.shared);
    return told;
  }

  describe(`census of the ${name} walker`, () => {
    test(`finds what find -links +1 finds twice on ${trees} random trees of hard links`, async () => {
      let inodes = 0;
      await fc.assert(
        fc.asyncProperty(randomTree, fc.integer({ min: 1, max: 3 }), async (tree, jobs) => {
          const top = temporary();
          try {
            build(top, tree);
            const judge = sharedByFind(top);
            const told = await take({ roots: [top], jobs });
            expect(told.shared).toEqual(judge);
            inodes += judge.length;
          } finally {
            remove(top);
          }
        }),
        { numRuns: trees },
      );
      console.info(`census, ${name} walker: ${trees} trees, ${inodes} shared inodes, as find`);
      expect(inodes).toBeGreaterThan(trees);
    });

    test('two names in one directory are two names', async () => {
      link(put(at('1.')), at('2.'));
      put(at('3.'));
      expect((await take()).shared).toEqual([inodeOf(at('1.'))]);
    });

    test('an inode whose other name lies outside has one name here', async () => {
      mailbox('here');
      link(put(at('here/1.')), at('1.'));
      expect((await take({ roots: [at('here')] })).shared).toEqual([]);
    });

    test('what is in several roots is shared between them', async () => {
      for (const path of ['a', 'b']) mailbox(path);
      link(put(at('a/1.')), at('b/1.'));
      const told = await take({ roots: [at('a'), at('b')] });
      expect(told.shared).toEqual([inodeOf(at('a/1.'))]);
    });

    test('a root inside another root does not make its files count twice', async () => {
      mailbox('archive');
      put(at('archive/1.'));
      const told = await take({ roots: [root, at('archive')] });
      expect([told.shared, told.directories]).toEqual([[], 2]);
    });

    test('symbolic links and directories have no names to share', async () => {
      mailbox('a');
      mailbox('a/b');
      symlinkSync('1.', toBuffer(at('symlink')));
      link(at('symlink'), at('a/symlink'));
      put(at('1.'));
      symlinkSync('a', toBuffer(at('again')));
      expect((await take()).shared).toEqual([]);
    });

    test('little memory means more passes and the same answer', async () => {
      for (let user = 0; user < 20; user++) mailbox(`u${user}`);
      for (let user = 0; user < 20; user++) {
        for (let uid = 1; uid <= 100; uid++) {
          const path = put(at(`u${user}/${uid}.`));
          if (uid % 7 === 0) link(path, at(`u${(user * 7) % 20}/${user}-${uid}`));
        }
      }
      const once = await take();
      const often = await take({ memoryBytes: 1024 });
      expect(once.shared).toEqual(sharedByFind(root));
      expect(once.passes).toBe(1);
      expect(often.shared).toEqual(once.shared);
      // The plain walker holds only what has a link count above 1: 280 of 2,000.
      expect(often.passes).toBeGreaterThan(1);
      expect(often.entries).toBe(once.entries * often.passes);
    });

    test('a mount point is named, and no name behind it is met', async () => {
      mailbox('mounted');
      link(put(at('1.')), at('mounted/1.'));
      const told = await take({ mountPoints: new Set([at('mounted')]) });
      expect(told.shared).toEqual([]);
      expect(told.notEntered).toEqual([{ path: at('mounted'), reason: 'mount point' }]);
    });

    test('a file beside a mount point counts like any other', async () => {
      mailbox('mounted');
      link(put(at('1.')), at('2.'));
      const told = await take({ mountPoints: new Set([at('mounted')]) });
      expect(told.shared).toEqual([inodeOf(at('1.'))]);
    });

    const closed = `a directory that may not be read is a trouble, and the rest is still walked${whyNotNobody === undefined ? '' : ` (${whyNotNobody})`}`;
    test.skipIf(whyNotNobody)(closed, async () => {
      for (const path of ['closed', 'open']) mailbox(path);
      link(put(at('1.')), at('open/2.'));
      chmodSync(toBuffer(at('closed')), 0);
      chmodSync(toBuffer(root), 0o755);
      const told = await asNobody(() => take());
      expect(told.troubles).toMatchObject([{ path: at('closed'), errno: 'EACCES' }]);
      expect(told.shared).toEqual([inodeOf(at('1.'))]);
    });

    test('a root that is not there is a trouble', async () => {
      link(put(at('1.')), at('2.'));
      const told = await take({ roots: [at('gone'), root] });
      expect(told.troubles).toMatchObject([{ path: at('gone'), errno: 'ENOENT' }]);
      expect(told.shared).toHaveLength(1);
    });

    test('a tree deeper than PATH_MAX is walked to its end', async () => {
      const file = put(at('1.'));
      deepen(root, file);
      expect((await take()).shared).toEqual([inodeOf(file)]);
    });

    test('a signal given before the walk ends it at once', async () => {
      link(put(at('1.')), at('2.'));
      const told = await take({ signal: AbortSignal.abort() });
      expect([told.shared.length, told.directories]).toEqual([0, 0]);
    });

    test.skipIf(whyNoMount)(
      `a directory that two roots show does not make its files count twice${because()}`,
      async () => {
        for (const path of ['a', 'a/b', 'bound']) mailbox(path);
        put(at('a/b/1.'));
        link(put(at('a/b/2.')), at('a/2.'));
        await mounted(['--bind', at('a/b'), at('bound')], async () => {
          const told = await take({ roots: [at('a'), at('bound')], jobs: 1 });
          expect(told.shared).toEqual([inodeOf(at('a/2.'))]);
          expect(told.entries).toBe(4);
        });
      },
    );

    test.skipIf(whyNoMount)(
      `the same numbers on two devices are not the same inode${because()}`,
      async () => {
        for (const path of ['a', 'b']) mailbox(path);
        await mounted(['-t', 'tmpfs', 'none', at('a')], async () => {
          await mounted(['-t', 'tmpfs', 'none', at('b')], async () => {
            // tmpfs counts from 1 in each instance, or at least alike.
            link(put(at('a/1.')), at('a/2.'));
            put(at('b/1.'));
            const roots = [at('a'), at('b')];
            const devices = roots.map((path) => lstatSync(toBuffer(path), { bigint: true }).dev);
            expect(inodeOf(at('a/1.'))).toBe(inodeOf(at('b/1.')));
            const told = await take({ roots, devices });
            expect(told.shared).toEqual([inodeOf(at('a/1.'))]);
          });
        });
      },
    );
  });
}
