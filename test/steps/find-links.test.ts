import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect } from 'vitest';
import { asBytes, bytePath } from '../../src/model/byte-path.ts';
import { linkPath } from '../../src/model/link.ts';
import type { StageFile } from '../../src/model/stage.ts';
import { findLinks, type LinkRequest, type LinkSearch } from '../../src/steps/find-links.ts';
import { silent } from '../../src/steps/scan-progress.ts';
import { nodeOs } from '../../src/system/node-os.ts';
import type { Files, Os } from '../../src/system/os.ts';
import type { Walk, WalkRequest, WalkSink } from '../../src/system/walk/port.ts';
import { stageFile } from '../support/facts.ts';
import { buildSpool, test } from '../support/spool.ts';

const os = nodeOs({ jobs: 1 });

/** The stage file at `path`, as a scan would have listed it. */
function staged(dir: string, path: string): StageFile {
  const whole = join(dir, path);
  const stat = os.files.lstat(bytePath(whole));
  const parent = statSync(join(whole, '..'), { bigint: true });
  if ('errno' in stat) throw new Error(stat.errno);
  const directory = {
    ...stageFile().directory,
    path: bytePath(join(whole, '..')),
    dev: parent.dev,
    ino: parent.ino,
  };
  return stageFile({ stat, directory, leaf: asBytes(path.slice(path.lastIndexOf('/') + 1)) });
}

function request(dir: string, over: Partial<LinkRequest> = {}): LinkRequest {
  return {
    stageFiles: [staged(dir, 'spool/sync./5/0.')],
    isRequired: () => true,
    listed: [],
    listedNs: 0n,
    places: [placeAt(join(dir, 'spool'))],
    wholeFilesystem: false,
    enterMounts: false,
    walker: 'node',
    jobs: 1,
    ...over,
  };
}

function placeAt(path: string): LinkRequest['places'][number] {
  return { path: bytePath(path), dev: statSync(path, { bigint: true }).dev };
}

/** Names found for the only account, relative to `dir`. */
function names(dir: string, search: LinkSearch): string[] {
  const [entry] = search.ledger.entries;
  return (entry?.names ?? []).map((name) => linkPath(name).slice(dir.length + 1)).sort();
}

const [glad, incoming, slot] = [
  'spool/user/glad/71229.',
  'spool/user/glad/Incoming/499.',
  'spool/sync./5/0.',
];
const listPost = { [slot]: 'x', [glad]: { link: slot }, [incoming]: { link: slot } };

describe('the search for links', () => {
  test('finds every name of an inode', async ({ dir }) => {
    buildSpool(dir, listPost);
    const search = await findLinks(os, request(dir), silent);
    expect(names(dir, search)).toEqual([slot, glad, incoming]);
    expect(search.ledger.unbalanced(true)).toEqual([]);
  });

  test('walks nothing when two stale pid directories hold all names between them', async ({
    dir,
  }) => {
    buildSpool(dir, { [slot]: 'x', 'spool/sync./6/0.': { link: slot } });
    const stageFiles = [staged(dir, slot), staged(dir, 'spool/sync./6/0.')];
    const search = await findLinks(os, request(dir, { stageFiles }), silent);
    expect(search).toMatchObject({ walkers: [], entries: 0 });
    expect(names(dir, search).length).toBe(2);
  });

  test('counts the names that lie elsewhere as missing', async ({ dir }) => {
    buildSpool(dir, { ...listPost, 'backup/1.': { link: slot } });
    const search = await findLinks(os, request(dir), silent);
    expect([...search.ledger.entries].map((entry) => entry.missing)).toEqual([1]);
  });

  test('finds those in a directory that the user names', async ({ dir }) => {
    buildSpool(dir, { ...listPost, 'backup/1.': { link: slot } });
    const places = [placeAt(join(dir, 'spool')), placeAt(join(dir, 'backup'))];
    const search = await findLinks(os, request(dir, { places }), silent);
    expect(names(dir, search)).toContain('backup/1.');
  });

  test('counts a name once when roots lie within one another', async ({ dir }) => {
    buildSpool(dir, listPost);
    const places = ['spool', 'spool/user', 'spool'].map((path) => placeAt(join(dir, path)));
    const search = await findLinks(os, request(dir, { places }), silent);
    expect(names(dir, search).length).toBe(3);
  });

  test('does not follow a symlink to the same file', async ({ dir }) => {
    buildSpool(dir, { ...listPost, 'spool/user/link': { symlink: 'glad/71229.' } });
    const search = await findLinks(os, request(dir), silent);
    expect(names(dir, search).length).toBe(3);
  });

  test('pins what it searches, and says how many it could not', async ({ dir }) => {
    buildSpool(dir, listPost);
    const unpinned: Os = { ...os, files: { ...os.files, pinLimit: 0 } };
    expect(await findLinks(os, request(dir), silent)).toMatchObject({ pinned: 1, unpinned: 0 });
    const search = await findLinks(unpinned, request(dir), silent);
    expect(search).toMatchObject({ pinned: 0, unpinned: 1 });
    expect(names(dir, search).length).toBe(3);
  });
});

/** An Os whose walker is `plain` with something happening before or during its first run. */
function disturbed(
  run: (request: WalkRequest, sink: WalkSink, plain: Walk, turn: number) => Promise<void>,
  name: Walk['name'] = 'node',
): Os {
  const plain = os.walkers.plain;
  let turn = 0;
  const walk: Walk = { name, run: (one, sink) => run(one, sink, plain, turn++) };
  return { ...os, walkers: { ...os.walkers, choose: () => Promise.resolve({ walk }) } };
}

/** Native, as if the wanted inodes had been born an hour from now: what is in the spool is older. */
async function bornLater(): Promise<Os> {
  const { walk } = await os.walkers.choose('native');
  const laterNs = (born: bigint | undefined): bigint | undefined =>
    born === undefined ? undefined : os.clock.nowNs() + 3_600_000_000_000n;
  return {
    ...os,
    walkers: {
      ...os.walkers,
      choose: () =>
        Promise.resolve({
          walk: {
            name: walk.name,
            run: (one, sink) => walk.run({ ...one, oldestNs: laterNs(one.oldestNs) }, sink),
          },
        }),
    },
  };
}

describe('directories that last changed before the wanted inodes were born', () => {
  test('are left out, and the account balances without them', async ({ dir }) => {
    // user has subdirectories, so it is read.
    const spool = { [slot]: 'x', 'spool/user/1.': { link: slot }, 'spool/user/glad/2.': 'y' };
    buildSpool(dir, spool);
    const search = await findLinks(await bornLater(), request(dir), silent);
    expect(names(dir, search)).toEqual([slot, 'spool/user/1.']);
    expect(search.ledger.unbalanced(false)).toEqual([]);
    expect(search.leftOut).toBeGreaterThan(0);
  });

  test('are read after all when a name is missing: the clock may have been set back', async ({
    dir,
  }) => {
    buildSpool(dir, listPost);
    const search = await findLinks(await bornLater(), request(dir), silent);
    expect(names(dir, search)).toEqual([slot, glad, incoming]);
    expect([search.leftOut, search.ledger.unbalanced(false)]).toEqual([0, []]);
  });

  test('are read for a file that need not balance, too', async ({ dir }) => {
    buildSpool(dir, { ...listPost, 'elsewhere/1.': { link: slot } });
    const search = await findLinks(
      await bornLater(),
      request(dir, { isRequired: () => false }),
      silent,
    );
    expect(names(dir, search)).toEqual([slot, glad, incoming]);
    expect(search.leftOut).toBe(0);
  });
});

describe('a spool that moves under the search', () => {
  test('a directory renamed during the walk does not count twice', async ({ dir }) => {
    buildSpool(dir, listPost);
    const moving = disturbed(async (one, sink, plain, turn) => {
      await plain.run(one, sink);
      if (turn > 0) return;
      renameSync(join(dir, 'spool/user/glad'), join(dir, 'spool/user/gone'));
      await plain.run({ ...one, signal: new AbortController().signal }, sink);
    });
    const search = await findLinks(moving, request(dir), silent);
    expect(names(dir, search)).toEqual([
      slot,
      'spool/user/gone/71229.',
      'spool/user/gone/Incoming/499.',
    ]);
  });

  test('a message renamed during the walk does not count twice', async ({ dir }) => {
    buildSpool(dir, { ...listPost, 'backup/1.': { link: slot } });
    const moving = disturbed(async (one, sink, plain, turn) => {
      await plain.run(one, sink);
      if (turn > 0) return;
      renameSync(join(dir, glad), join(dir, 'spool/user/glad/80000.'));
      await plain.run(one, sink);
    });
    const search = await findLinks(moving, request(dir), silent);
    expect([...search.ledger.entries].map((entry) => entry.missing)).toEqual([1]);
  });

  test('a link made during the walk is searched for again', async ({ dir }) => {
    buildSpool(dir, listPost);
    const moving = disturbed(async (one, sink, plain, turn) => {
      await plain.run(one, sink);
      if (turn === 0) linkSync(join(dir, glad), join(dir, 'spool/user/glad/80000.'));
    });
    const search = await findLinks(moving, request(dir), silent);
    expect(names(dir, search)).toContain('spool/user/glad/80000.');
    expect(search.ledger.unbalanced(true)).toEqual([]);
  });

  test('a link removed during the walk leaves a balanced account of what is there', async ({
    dir,
  }) => {
    buildSpool(dir, listPost);
    const moving = disturbed(async (one, sink, plain, turn) => {
      await plain.run(one, sink);
      if (turn === 0) rmSync(join(dir, incoming));
    });
    const search = await findLinks(moving, request(dir), silent);
    expect(names(dir, search)).toEqual([slot, glad]);
    expect(search.ledger.unbalanced(true)).toEqual([]);
  });

  test('another file that got the inode number is not taken for it, even unpinned', async ({
    dir,
  }) => {
    buildSpool(dir, listPost);
    const files: Files = {
      ...os.files,
      pinLimit: 0,
      lstat: (path) => {
        const stat = os.files.lstat(path);
        if ('errno' in stat || !path.endsWith('71229.')) return stat;
        return { ...stat, bornNs: stat.bornNs + 1n };
      },
    };
    const search = await findLinks({ ...os, files }, request(dir), silent);
    expect(names(dir, search)).toEqual([slot, incoming]);
  });

  test('an inode that never holds still is reported as moving', async ({ dir }) => {
    buildSpool(dir, listPost);
    let tick = 0n;
    const files: Files = {
      ...os.files,
      pin: (path) => {
        const pin = os.files.pin(path);
        if ('errno' in pin) return pin;
        return { ...pin, stat: () => ({ ...pin.stat(), changedNs: tick++ }) };
      },
    };
    const search = await findLinks({ ...os, files }, request(dir), silent);
    expect([...search.ledger.entries].map((entry) => entry.moving)).toEqual([true]);
  });
});

describe('a filesystem whose d_ino is not st_ino', () => {
  test('is searched again by the plain walker', async ({ dir }) => {
    buildSpool(dir, listPost);
    const blind = disturbed(() => Promise.resolve(), 'native');
    const search = await findLinks(blind, request(dir), silent);
    expect(search.walkers).toEqual(['native', 'node']);
    expect(names(dir, search).length).toBe(3);
  });

  test('cannot lend an inode the names of another', async ({ dir }) => {
    buildSpool(dir, { ...listPost, 'spool/user/glad/5.': 'other' });
    const lying = disturbed((_, sink) => {
      const parent = statSync(join(dir, 'spool/user/glad'), { bigint: true });
      const path = bytePath(join(dir, 'spool/user/glad'));
      sink.hit(0, 0, { path, dev: parent.dev, ino: parent.ino }, asBytes('5.'));
      sink.hit(0, 0, { path, dev: parent.dev, ino: parent.ino }, asBytes('71229.'));
      return Promise.resolve();
    }, 'native');
    const search = await findLinks(lying, request(dir), silent);
    expect(names(dir, search)).toEqual([slot, glad, incoming]);
  });
});

test('on random trees the names are those of find, and the account is complete when find has all', async ({
  dir,
}) => {
  let round = 0;
  const name = fc.tuple(fc.constantFrom('spool', 'spool/a', 'spool/a/b', 'elsewhere'), fc.nat(30));
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(name, { selector: String, minLength: 1, maxLength: 12 }),
      async (links) => {
        const top = join(dir, String(round++));
        for (const path of ['spool/sync./5', 'spool/a/b', 'elsewhere']) {
          mkdirSync(join(top, path), { recursive: true });
        }
        writeFileSync(join(top, slot), 'x');
        for (const [where, uid] of links) linkSync(join(top, slot), join(top, where, `${uid}.`));
        const search = await findLinks(os, request(top), silent);
        const judged = execFileSync(
          'find',
          [join(top, 'spool'), '-xdev', '-samefile', join(top, slot)],
          {
            encoding: 'utf8',
          },
        );
        const expected = judged
          .trimEnd()
          .split('\n')
          .map((path) => path.slice(top.length + 1));
        expect(names(top, search)).toEqual(expected.sort());
        const isWhole = links.every(([where]) => where !== 'elsewhere');
        expect(search.ledger.unbalanced(true).length === 0).toBe(isWhole);
      },
    ),
    { numRuns: 60 },
  );
});
