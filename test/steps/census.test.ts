import { linkSync, lstatSync, mkdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { asBytes, join, toBuffer, type BytePath } from '../../src/model/byte-path.ts';
import { halfOf, isInPart } from '../../src/model/inode-part.ts';
import { InodeSet } from '../../src/model/inode-set.ts';
import type { Mount } from '../../src/model/mount.ts';
import { findShared, type CensusOptions } from '../../src/steps/census.ts';
import type { Place } from '../../src/steps/search-places.ts';
import { nodeOs } from '../../src/system/node-os.ts';
import type { Os } from '../../src/system/os.ts';
import type {
  CensusPass,
  CensusRequest,
  CensusSink,
  WalkerName,
} from '../../src/system/walk/port.ts';
import { put, remove, temporary } from '../support/hard-link-tree.ts';

const real = nodeOs({ jobs: 2 });
const options: CensusOptions = { jobs: 2, walker: 'auto', memoryBytes: 1 << 24 };

describe('a census of real places', () => {
  let root: BytePath;
  let place: Place;
  const at = (path: string): BytePath => join(root, path);
  const placeOf = (path: string): Place => ({ path: at(path), dev: place.dev });
  const inodeOf = (path: string): bigint => lstatSync(toBuffer(at(path)), { bigint: true }).ino;
  beforeEach(() => {
    root = temporary();
    place = { path: root, dev: lstatSync(toBuffer(root), { bigint: true }).dev };
    for (const mailbox of ['a', 'b', 'sync.']) mkdirSync(toBuffer(at(mailbox)));
    linkSync(toBuffer(put(at('a/1.'))), toBuffer(at('sync./1.')));
    linkSync(toBuffer(put(at('a/2.'))), toBuffer(at('b/9.')));
    put(at('b/3.'));
  });
  afterEach(() => {
    remove(root);
  });

  test.each(['native', 'node'] as const)(
    'the %s walker finds every shared inode',
    async (walker) => {
      const { shared, ...told } = await findShared(real, [place], { ...options, walker });
      const names = ['a/1.', 'a/2.', 'b/3.'];
      expect(names.map((name) => shared.has(place.dev, inodeOf(name)))).toEqual([
        true,
        true,
        false,
      ]);
      expect(told).toEqual({
        count: 2,
        passes: 1,
        entries: 8,
        directories: 4,
        vanished: 0,
        enteredTwice: 0,
        troubles: [],
        notEntered: [],
        walkers: [walker],
      });
    },
  );

  test('a place inside another, or named twice, is searched once', async () => {
    const places = [placeOf('a'), place, place, placeOf('b')];
    const told = await findShared(real, places, options);
    expect([told.count, told.directories]).toEqual([2, 4]);
  });

  test('only names within the places count', async () => {
    expect((await findShared(real, [placeOf('a'), placeOf('b')], options)).count).toBe(1);
    expect((await findShared(real, [placeOf('a')], options)).count).toBe(0);
  });

  test('a place that is gone is a trouble, and the others are searched', async () => {
    const told = await findShared(real, ['gone', 'a', 'b'].map(placeOf), options);
    expect(told.troubles).toMatchObject([{ path: at('gone'), errno: 'ENOENT' }]);
    expect(told.count).toBe(1);
  });

  test('no place, no walk', async () => {
    expect(await findShared(real, [], options)).toMatchObject({ count: 0, passes: 0, walkers: [] });
  });
});

/** Names by inode number, the same wherever is searched, and what was asked of the census. */
function pretended(
  names: readonly number[],
  mounts: readonly Mount[],
  hold: (request: CensusRequest, sink: CensusSink) => Partial<CensusPass> = () => ({}),
): { os: Os; asked: { name: WalkerName; request: CensusRequest }[] } {
  const asked: { name: WalkerName; request: CensusRequest }[] = [];
  const choose: Os['censuses']['choose'] = (choice) => {
    const name = choice === 'node' ? 'node' : 'native';
    return Promise.resolve({
      census: {
        name,
        pass(request, sink) {
          asked.push({ name, request });
          const { covered = request.part, enteredTwice = 0 } = hold(request, sink);
          const met = new InodeSet();
          const shared = new InodeSet();
          for (const ino of names) {
            if (isInPart(covered, ino, 0) && !met.add(ino, 0)) shared.add(ino, 0);
          }
          sink.progress(names.length, 1, 0);
          return Promise.resolve({
            covered,
            enteredTwice,
            shared: request.devices.map(() => shared),
          });
        },
      },
    });
  };
  const files = { ...real.files, mounts: () => mounts };
  return { os: { ...real, files, censuses: { choose } }, asked };
}

function mount(point: string, filesystem: string, root = '/'): Mount {
  const [device, source] = ['8:1', '/dev/sda1'];
  const paths = { root: asBytes(root), point: asBytes(point) };
  return { id: 1, device, ...paths, filesystem, options: [], source };
}

describe('the passes of a census', () => {
  const names = Array.from({ length: 1_000 }, (_, step) => 64 * (step % 600));
  const spool = [{ path: asBytes('/spool'), dev: 1n }];

  test('go on until every part was held, and are counted', async () => {
    // The first holds a quarter; of the other three each holds a quarter again and leaves three.
    const { os, asked } = pretended(names, [mount('/', 'ext4')], ({ part }) => ({
      covered: part.count < 16 ? halfOf(halfOf(part)) : part,
    }));
    const told = await findShared(os, spool, options);
    expect(told).toMatchObject({ count: 400, passes: 13, entries: 1_000, directories: 1 });
    expect(asked).toHaveLength(13);
  });

  test('tell their progress by the number of the pass', async () => {
    const { os } = pretended(names, [mount('/', 'ext4')], ({ part }) => ({
      covered: part.count === 1 ? halfOf(part) : part,
    }));
    const told: number[][] = [];
    await findShared(os, spool, options, (...numbers) => told.push(numbers));
    expect(told).toEqual([
      [1, 1_000, 1],
      [2, 1_000, 1],
    ]);
  });

  test('a trouble met in each of them is told once', async () => {
    const { os } = pretended(names, [mount('/', 'ext4')], ({ part }, sink) => {
      sink.trouble({ path: asBytes('/spool/closed'), syscall: 'open', errno: 'EACCES' });
      return { covered: part.count === 1 ? halfOf(part) : part };
    });
    expect((await findShared(os, spool, options)).troubles).toHaveLength(1);
  });

  test('directories that came twice are added up', async () => {
    const { os } = pretended(names, [mount('/', 'ext4')], ({ part }) => ({
      enteredTwice: 2,
      covered: part.count === 1 ? halfOf(part) : part,
    }));
    expect((await findShared(os, spool, options)).enteredTwice).toBe(4);
  });

  test('an interrupted census gives no answer', async () => {
    const interrupt = new AbortController();
    const { os } = pretended(names, [mount('/', 'ext4')], () => {
      interrupt.abort(new Error('enough'));
      return {};
    });
    const interrupted = { ...os, interrupted: interrupt.signal };
    await expect(findShared(interrupted, spool, options)).rejects.toThrow('enough');
  });
});

describe('filesystems whose directories may not tell the inode numbers of files', () => {
  const places = [
    { path: asBytes('/spool'), dev: 1n },
    { path: asBytes('/layers/spool'), dev: 2n },
  ];
  const mounts = [mount('/', 'ext4'), mount('/layers', 'overlay')];

  test('are left to the plain walker, the others are not, and the reason is given', async () => {
    const { os, asked } = pretended([7, 7], mounts);
    const told = await findShared(os, places, options);
    expect(asked.map(({ name, request }) => [name, request.roots])).toEqual([
      ['native', ['/spool']],
      ['node', ['/layers/spool']],
    ]);
    expect(told).toMatchObject({ count: 2, passes: 1, walkers: ['native', 'node'] });
    expect(told.why).toMatch(/overlay/);
  });

  test.each(['fuse', 'fuse.glusterfs', 'cifs', '9p'])('%s is one', async (filesystem) => {
    const { os, asked } = pretended([7, 7], [mount('/', filesystem)]);
    await findShared(os, places, options);
    expect(asked.map(({ name }) => name)).toEqual(['node']);
  });

  test.each(['ext4', 'xfs', 'btrfs', 'zfs', 'nfs4', 'tmpfs'])('%s is none', async (filesystem) => {
    const { os, asked } = pretended([7, 7], [mount('/', filesystem)]);
    await findShared(os, places, options);
    expect(asked.map(({ name }) => name)).toEqual(['native']);
  });

  test('are walked natively by who asks for it', async () => {
    const { os, asked } = pretended([7, 7], mounts);
    const told = await findShared(os, places, { ...options, walker: 'native' });
    expect(asked.map(({ name }) => name)).toEqual(['native']);
    expect(told.why).toBeUndefined();
  });
});

test('a device shown by two mounts is walked by one thread, which knows where it has been', async () => {
  const mounts = [mount('/', 'ext4'), mount('/bound', 'ext4', '/spool/user')];
  const places = ['/spool', '/bound'].map((path) => ({ path: asBytes(path), dev: 1n }));
  const { os, asked } = pretended([7, 7], mounts);
  await findShared(os, places, options);
  await findShared(os, places.slice(0, 1), options);
  expect(asked.map(({ request }) => request.jobs)).toEqual([1, 2]);
});
