/** What the kernel may answer and no test can bring about on a disk: a fake of its calls. */
import { constants } from 'node:os';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, expect, test } from 'vitest';
import { asBytes, bytePath, type BytePath } from '../../../src/model/byte-path.ts';
import { InodeTable } from '../../../src/model/inode-table.ts';
import { wholeLeafOf } from '../../../src/model/mailbox-name.ts';
import { workOf } from '../../../src/system/walk/directory-stack.ts';
import type { Getdents } from '../../../src/system/walk/getdents.ts';
import { unpackHits } from '../../../src/system/walk/hit-batch.ts';
import { ThreadWalk } from '../../../src/system/walk/thread-walk.ts';
import { anyDevice, type Scope } from '../../../src/system/walk/walk-messages.ts';

interface FakeEntry {
  ino: bigint;
  type: number;
  leaf: string;
}
/** A directory by path: blocks of entries, or a refusal (negative errno), in the order of the calls. */
type FakeTree = Record<string, readonly (readonly FakeEntry[] | number)[] | number>;

const device = 65_024n; // 254:0
const { ENOENT, EACCES, EMFILE, EIO, ENOMEM } = constants.errno;
const file = 8;
const directory = 4;
const unknown = 0;

/** What statx says of a directory beside its inode. */
interface FakeStat {
  links: number;
  changedSeconds: number;
}

function fakeCalls(
  tree: FakeTree,
  major = 254,
  statOf: (path: string) => FakeStat = () => ({ links: 2, changedSeconds: 1000 }),
): Getdents {
  const memory = new ArrayBuffer(65_536);
  const bytes = Buffer.from(memory);
  const open: { path: string; block: number }[] = [];
  const identity = new Uint32Array(7);
  return {
    open({ path }) {
      const found = tree[path];
      if (found === undefined) return -ENOENT;
      if (typeof found === 'number') return found;
      return open.push({ path, block: 0 }) - 1;
    },
    identify(fd) {
      const { links, changedSeconds } = statOf(open[fd]?.path ?? '');
      const high = Math.floor(changedSeconds / 2 ** 32);
      identity.set([1, 2, major, 0, links, changedSeconds >>> 0, high >>> 0]);
      return 0;
    },
    read(fd) {
      const state = open[fd];
      const blocks = state && tree[state.path];
      const block = typeof blocks === 'object' ? blocks[state?.block ?? 0] : undefined;
      if (!state || block === undefined) return 0;
      state.block++;
      return typeof block === 'number' ? block : write(bytes, block);
    },
    close: () => undefined,
    bytes,
    words: new Uint32Array(memory),
    halves: new Uint16Array(memory),
    identity,
  };
}

/** struct linux_dirent64, one after the other. @returns bytes written */
function write(bytes: Buffer, entries: readonly FakeEntry[]): number {
  let at = 0;
  for (const { ino, type, leaf } of entries) {
    const length = Math.ceil((20 + leaf.length) / 8) * 8;
    bytes.fill(0, at, at + length);
    bytes.writeBigUInt64LE(ino, at);
    bytes.writeUInt16LE(length, at + 16);
    bytes.writeUInt8(type, at + 18);
    bytes.write(leaf, at + 19, 'latin1');
    at += length;
  }
  return at;
}

function walk(
  calls: Getdents,
  root: string,
  wanted: readonly InodeTable[],
  path = root,
  oldestSeconds = -Infinity,
) {
  const scope: Scope = {
    wanted,
    known: [],
    roots: [asBytes(root)],
    mounts: new Map(),
    enterMounts: false,
    readsAhead: false,
    oldestSeconds,
    aloneMs: 0,
    signs: new Int32Array(3),
  };
  const thread = new ThreadWalk(calls, scope);
  thread.take(workOf([asBytes(path)], path === root ? anyDevice : 0));
  while (!thread.isDone) thread.readSome();
  const { hits, notes, entries, leftOut } = thread.tidings();
  const found: { path: BytePath; ino: bigint; leaf: BytePath }[] = [];
  if (hits) {
    unpackHits(hits, [device], (_table, _index, at, leaf) => {
      found.push({ path: at.path, ino: at.ino, leaf: wholeLeafOf(leaf) });
    });
  }
  // That a root begins is no news of what was seen.
  return { found, notes: notes.filter(({ kind }) => kind !== 'begins'), entries, leftOut };
}

describe('one thread of the native walk', () => {
  const table = InodeTable.of(device, [2n ** 53n + 1n]);

  test('a wanted inode beyond 2^53 is a hit, its neighbour that is the same double is none', () => {
    const entries = [
      { ino: 2n ** 53n, type: file, leaf: '1.' },
      { ino: 2n ** 53n + 1n, type: file, leaf: '2.' },
    ];
    expect(walk(fakeCalls({ '/r': [entries] }), '/r', [table]).found).toEqual([
      { path: '/r', ino: (2n << 32n) | 1n, leaf: '2.' },
    ]);
  });

  test('a directory that went away before it was opened has vanished', () => {
    const tree = { '/r': [[{ ino: 5n, type: directory, leaf: 'gone' }]] };
    expect(walk(fakeCalls(tree), '/r', [table]).notes).toEqual([
      { kind: 'vanished', path: '/r/gone' },
    ]);
  });

  test('a directory that went away while it was read has vanished', () => {
    expect(walk(fakeCalls({ '/r': [-ENOENT] }), '/r', [table]).notes).toEqual([
      { kind: 'vanished', path: '/r' },
    ]);
  });

  test.each([
    ['EACCES', -EACCES],
    ['EMFILE', -EMFILE],
    ['ENOMEM', -ENOMEM],
  ])('a directory that open refuses with %s is a trouble', (errno, refusal) => {
    const tree = { '/r': [[{ ino: 5n, type: directory, leaf: 'a' }]], '/r/a': refusal };
    expect(walk(fakeCalls(tree), '/r', [table]).notes).toEqual([
      { kind: 'trouble', trouble: { path: '/r/a', syscall: 'open', errno } },
    ]);
  });

  test('a directory that cannot be read to its end is a trouble, and its first names count', () => {
    const entries = [{ ino: 2n ** 53n + 1n, type: file, leaf: '1.' }];
    const told = walk(fakeCalls({ '/r': [entries, -EIO] }), '/r', [table]);
    expect(told.notes).toMatchObject([{ trouble: { syscall: 'getdents64', errno: 'EIO' } }]);
    expect(told.found).toHaveLength(1);
  });

  test('a directory on another device than the root is named, though no mount point was known', () => {
    expect(walk(fakeCalls({ '/r/a': [] }, 253), '/r', [table], '/r/a').notes).toEqual([
      { kind: 'not entered', place: { path: '/r/a', reason: 'other device' } },
    ]);
  });

  test('. and .. are no entries', () => {
    const dots = ['.', '..', '...'].map((leaf) => ({ ino: 5n, type: directory, leaf }));
    expect(walk(fakeCalls({ '/r': [dots] }), '/r', [table])).toMatchObject({
      entries: 1,
      notes: [{ path: '/r/...' }],
    });
  });

  test('entries of unknown type are asked for by lstat', () => {
    const root = bytePath(realpathSync(mkdtempSync(`${tmpdir()}/thread-walk-`)));
    try {
      writeFileSync(`${root}/1.`, '');
      mkdirSync(`${root}/a`);
      const { dev, ino } = statSync(`${root}/1.`, { bigint: true });
      const major = Number((dev >> 8n) & 0xfffn);
      const calls = fakeCalls({
        [root]: [
          [
            // A d_ino that is not st_ino, as overlayfs gives: here lstat is asked, so it does not matter.
            { ino: 1n, type: unknown, leaf: '1.' },
            { ino: 2n, type: unknown, leaf: 'a' },
            { ino: 3n, type: unknown, leaf: 'gone' },
          ],
        ],
        [`${root}/a`]: -EACCES,
      });
      calls.identity[2] = major;
      calls.identity[3] = Number((dev & 0xffn) | ((dev >> 12n) & 0xffffff00n));
      const told = walk(calls, root, [InodeTable.of(dev, [ino])]);
      expect(told.found.map((hit) => hit.leaf)).toEqual(['1.']);
      expect(told.notes).toMatchObject([
        { kind: 'vanished', path: `${root}/gone` },
        { kind: 'trouble', trouble: { path: `${root}/a` } },
      ]);
    } finally {
      rmSync(root, { recursive: true });
    }
  });

  describe('leaves out', () => {
    const wanted = { ino: 2n ** 53n + 1n, type: file, leaf: '1.' };
    const tree = {
      '/r': [[{ ino: 5n, type: directory, leaf: 'box' }]],
      '/r/box': [[wanted]],
    };
    const box = (stat: FakeStat, oldestSeconds: number) => {
      const statOf = (path: string): FakeStat =>
        path === '/r' ? { links: 3, changedSeconds: 0 } : stat;
      const told = walk(fakeCalls(tree, 254, statOf), '/r', [table], '/r', oldestSeconds);
      return [told.leftOut, told.found.length];
    };

    test('a directory that last changed before the oldest wanted inode was born', () => {
      expect(box({ links: 2, changedSeconds: 999 }, 1000)).toEqual([1, 0]);
    });

    test.each([
      ['that changed at that time', { links: 2, changedSeconds: 1000 }, 1000],
      ['with subdirectories, whatever its time', { links: 3, changedSeconds: 0 }, 1000],
      ['of a filesystem that counts none', { links: 1, changedSeconds: 0 }, 1000],
      ['whose filesystem does not tell the time', { links: 0, changedSeconds: 0 }, 1000],
      ['that last changed before 1970', { links: 2, changedSeconds: -1 }, 1000],
      ['after the year 2106', { links: 2, changedSeconds: 2 ** 32 + 5 }, 1000],
      ['when the birth is not known', { links: 2, changedSeconds: 0 }, -Infinity],
    ])('none %s', (_, stat, oldestSeconds) => {
      expect(box(stat, oldestSeconds)).toEqual([0, 1]);
    });
  });
});
