/** One suite for a glance on the caller's thread, through node:fs, and in threads, through the FFI where it is. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { linkSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { bytePath, type BytePath } from '../../src/model/byte-path.ts';
import type { ExpectedFiles } from '../../src/model/expected-files.ts';
import { isTrouble } from '../../src/model/trouble.ts';
import type { Glance, GlanceRequest } from '../../src/system/glance.ts';
import { pieceBytes } from '../../src/system/digest-file.ts';
import { glancePlain, type GlanceTask } from '../../src/system/glance-plain.ts';
import { loadGlance } from '../../src/system/glance-native.ts';
import { nodeOs } from '../../src/system/node-os.ts';
import { test } from '../support/spool.ts';

const native = await loadGlance();
const memory = Buffer.alloc(pieceBytes);

test('the glance is another than that of Node where koffi is installed', () => {
  expect(native).not.toBe(glancePlain);
});

function files(uids: readonly number[], over: Partial<ExpectedFiles> = {}): ExpectedFiles {
  const any = new Float64Array(uids.length).fill(NaN);
  return {
    uids: Uint32Array.from(uids),
    sizes: any,
    seconds: any,
    nanoseconds: any,
    mayBeShared: false,
    ...over,
  };
}

/** What is not as expected, in words. */
function oddities({ others }: Glance): (readonly [number, string])[] {
  return others.map(({ at, answer }) => [
    at,
    isTrouble(answer) ? answer.errno : `${answer.stat.kind} ${answer.stat.linkCount}`,
  ]);
}

/** Of the texts; '' for none. */
function digests(...texts: readonly string[]): Uint8Array {
  return Buffer.concat(
    texts.map((text) => {
      return text === '' ? Buffer.alloc(20) : createHash('sha1').update(text).digest();
    }),
  );
}

async function run(requests: readonly GlanceRequest[], jobs: number): Promise<Glance[]> {
  const glances = new Map<GlanceRequest, Glance>();
  // eslint-disable-next-line @typescript-eslint/require-await -- the port takes what may take its time
  async function* given(): AsyncGenerator<GlanceRequest> {
    yield* requests;
  }
  await nodeOs({ jobs }).glancer.glance(given(), (request, glance) => {
    glances.set(request, together(glances.get(request), glance));
  });
  return requests.flatMap((request) => glances.get(request) ?? []);
}

/** Two parts of an answer, which tell of different messages. */
function together(one: Glance | undefined, more: Glance): Glance {
  if (one === undefined) return more;
  expect(one.listing === undefined || more.listing === undefined).toBe(true);
  const others = [...one.others, ...more.others].sort((a, b) => a.at - b.at);
  expect(new Set(others.map(({ at }) => at)).size).toBe(others.length);
  return {
    ...one,
    ...more,
    asExpected: one.asExpected + more.asExpected,
    readBytes: one.readBytes + more.readBytes,
    others,
  };
}

/** Past the looks that the caller's thread does by itself. */
const padding = Array.from({ length: 3 }, () => Array.from({ length: 4096 }, (_, uid) => uid));

const alone = (request: GlanceRequest): GlanceTask => ({ ...request, readsShared: true });

describe.each([
  ['node:fs', (request: GlanceRequest) => Promise.resolve(glancePlain(alone(request), memory))],
  ['the FFI', (request: GlanceRequest) => Promise.resolve(native(alone(request), memory))],
  ['one job', async (request: GlanceRequest) => (await run([request], 1))[0]],
  [
    'threads',
    async (request: GlanceRequest) => {
      const { directory } = request;
      const empty = padding.map((uids) => ({ directory, expected: files(uids), lists: false }));
      return (await run([...empty, request], 2)).at(-1);
    },
  ],
] as const)('a glance by %s', (_, ask) => {
  const glance = async (dir: string, expected: ExpectedFiles, lists = false): Promise<Glance> => {
    const told = await ask({ directory: bytePath(dir), expected, lists });
    if (told === undefined) throw new Error('a directory was not looked at');
    return told;
  };

  test('counts what is as expected and tells the rest', async ({ dir }) => {
    const at = (leaf: string): string => join(dir, leaf);
    for (const leaf of ['1.', '2.', '3.', '4294967295.']) writeFileSync(at(leaf), 'four');
    linkSync(at('2.'), at('5.'));
    symlinkSync('1.', at('6.'));
    execFileSync('mkfifo', [at('7.')]);
    mkdirSync(at('8.'));
    const uids = [1, 2, 3, 4_294_967_295, 6, 7, 8, 9];
    const sizes = Float64Array.from([4, 4, 5, 4, 4, 4, 4, 4]);
    const told = await glance(dir, files(uids, { sizes }));
    expect(told.asExpected).toBe(2);
    expect(oddities(told)).toEqual([
      [1, 'file 2'],
      [2, 'file 1'],
      [4, 'symlink 1'],
      [5, 'fifo 1'],
      [6, 'directory 2'],
      [7, 'ENOENT'],
    ]);
    expect(told.listing).toBeUndefined();
  });

  test('takes an inode with other names where that will do', async ({ dir }) => {
    writeFileSync(join(dir, '1.'), 'x');
    linkSync(join(dir, '1.'), join(dir, '2.'));
    const told = await glance(dir, files([1, 2], { mayBeShared: true }));
    expect(told).toEqual({ asExpected: 2, readBytes: 0, others: [] });
  });

  test('compares times to the second, and finer where that is asked', async ({ dir }) => {
    for (const leaf of ['1.', '2.', '3.', '4.']) writeFileSync(join(dir, leaf), 'x');
    for (const leaf of ['1.', '2.', '3.']) utimesSync(join(dir, leaf), 1000.5, 1000.5);
    utimesSync(join(dir, '4.'), 1000, 1000);
    const told = await glance(
      dir,
      files([1, 2, 3, 4], {
        seconds: Float64Array.from([1000, 1000, 999, 1000]),
        nanoseconds: Float64Array.from([NaN, 7, NaN, 7]),
      }),
    );
    expect(oddities(told).map(([at]) => at)).toEqual([1, 2]);
  });

  test('counts what has the expected digest, whatever its size, and tells the rest', async ({
    dir,
  }) => {
    const large = 'x'.repeat(pieceBytes + 1);
    const at = (leaf: string): string => join(dir, leaf);
    for (const leaf of ['1.', '2.', '4.']) writeFileSync(at(leaf), 'four');
    writeFileSync(at('3.'), 'four');
    writeFileSync(at('5.'), large);
    writeFileSync(at('6.'), '');
    execFileSync('mkfifo', [at('7.')]);
    symlinkSync('1.', at('8.'));
    const told = await glance(
      dir,
      files([1, 2, 3, 4, 5, 6, 7, 8, 9], {
        sizes: Float64Array.from([4, 9, 4, 4, NaN, NaN, 4, 4, 4]),
        digests: digests('four', 'four', 'other', '', large, '-', 'four', 'four', 'four'),
      }),
    );
    expect(told.asExpected).toBe(3);
    expect(told.readBytes).toBe(4 + 4 + large.length);
    expect(oddities(told)).toEqual([
      [2, 'file 1'],
      [3, 'file 1'],
      [5, 'file 1'],
      [6, 'fifo 1'],
      [7, 'symlink 1'],
      [8, 'ENOENT'],
    ]);
    expect(told.others.map(({ answer }) => ('sha1' in answer ? answer.sha1 : ''))).toEqual([
      Buffer.from(digests('four')).toString('hex'),
      '',
      createHash('sha1').digest('hex'),
      '',
      '',
      '',
    ]);
  });

  test('reads the header where no digest is expected', async ({ dir }) => {
    writeFileSync(join(dir, '1.'), 'From: a\r\n\r\nbody');
    linkSync(join(dir, '1.'), join(dir, '2.'));
    const { others } = await glance(dir, files([1], { digests: digests('') }));
    expect(others).toMatchObject([
      { at: 0, answer: { head: Uint8Array.from(Buffer.from('From: a\r\n\r\n')) } },
    ]);
  });

  test('lists every name, and the messages that were not asked for', async ({ dir }) => {
    const names = ['1.', '2.', '03.', '4294967296.', '4294967295.', 'cyrus.index', '0.', '.x', '5'];
    for (const leaf of names) writeFileSync(join(dir, leaf), '');
    mkdirSync(join(dir, '9.'));
    const { listing } = await glance(dir, files([1]), true);
    expect(listing?.entries).toBe(names.length + 1);
    expect([...(listing?.strangers ?? [])].sort((a, b) => a - b)).toEqual([0, 2, 4_294_967_295]);
  });

  test('says of a directory that is gone what each look would say', async ({ dir }) => {
    const gone = join(dir, 'gone');
    const told = await glance(gone, files([1, 2]), true);
    expect(oddities(told)).toEqual([
      [0, 'ENOENT'],
      [1, 'ENOENT'],
    ]);
    expect(told.listing).toMatchObject({
      entries: 0,
      trouble: { path: gone, syscall: 'opendir', errno: 'ENOENT' },
    });
  });

  test('reaches a directory by a symbolic link in its path', async ({ dir }) => {
    mkdirSync(join(dir, 'real'));
    writeFileSync(join(dir, 'real/1.'), '');
    symlinkSync('real', join(dir, 'link'));
    expect((await glance(join(dir, 'link'), files([1]))).asExpected).toBe(1);
  });
});

test('glances come for every request once, whichever thread is first', async ({ dir }) => {
  for (let uid = 0; uid < 100; uid++) writeFileSync(join(dir, `${uid}.`), 'x');
  const directory: BytePath = bytePath(dir);
  const requests = Array.from({ length: 300 }, (_, count) => ({
    directory,
    expected: files(Array.from({ length: count % 101 }, (__, uid) => uid)),
    lists: true,
  }));
  const glances = await run(requests, 2);
  expect(glances.map(({ asExpected }) => asExpected)).toEqual(
    requests.map(({ expected }) => expected.uids.length),
  );
});

test.for([1, 2])(
  'an inode with many names is read once, and told by each of them, with %i jobs',
  async (jobs, { dir }) => {
    writeFileSync(join(dir, '0.'), 'shared');
    for (let uid = 1; uid < 2000; uid++) {
      if (uid % 3 === 0) linkSync(join(dir, '0.'), join(dir, `${uid}.`));
      else writeFileSync(join(dir, `${uid}.`), 'own');
    }
    const uids = Array.from({ length: 2000 }, (_, uid) => uid);
    const texts = uids.map((uid) => (uid % 3 === 0 ? 'shared' : 'own'));
    // So large by their records that threads take over, and that the request is dealt out in pieces.
    const sizes = new Float64Array(2000).fill(100_000);
    const expected = files(uids, { sizes, digests: digests(...texts) });
    const [told] = await run([{ directory: bytePath(dir), expected, lists: true }], jobs);
    const shared = uids.filter((uid) => uid % 3 === 0);
    expect(told?.asExpected).toBe(2000 - shared.length);
    expect(told?.others.map(({ at }) => at)).toEqual(shared);
    const read = told?.others.map(({ answer }) => ('stat' in answer ? answer.readBytes : -1));
    expect(read?.filter((bytes) => bytes !== 0)).toEqual([6]);
    expect(told?.listing?.entries).toBe(2000);
  },
);

test('glances end when what makes the requests fails', async ({ dir }) => {
  // eslint-disable-next-line @typescript-eslint/require-await -- the port takes what may take its time
  async function* failing(): AsyncGenerator<GlanceRequest> {
    for (const uids of padding) {
      yield { directory: bytePath(dir), expected: files(uids), lists: false };
    }
    throw new Error('enough');
  }
  const run = nodeOs({ jobs: 2 }).glancer.glance(failing(), () => undefined);
  await expect(run).rejects.toThrow('enough');
});
