import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { bytePath } from '../../src/model/byte-path.ts';
import type { Trouble } from '../../src/model/trouble.ts';
import { formatLock } from '../../src/parse/lock-text.ts';
import {
  findObstacles,
  preflightRequest,
  type PreflightSystem,
} from '../../src/steps/preflight.ts';
import { nodeChanges } from '../../src/system/anchor.ts';
import { nodeFiles } from '../../src/system/files.ts';
import { everyKind, buildForest, planOf } from '../support/removal-spool.ts';
import { identitiesOf } from '../support/remove-context.ts';
import { test } from '../support/spool.ts';

const plenty = 1 << 30;

/** What stands in the way of the forest's plan. */
function obstacles(
  root: string,
  over: Partial<PreflightSystem> = {},
  request: Partial<ReturnType<typeof preflightRequest>> = {},
): string[] {
  const plan = planOf(root);
  const system: PreflightSystem = {
    files: nodeFiles,
    access: { mayChange: () => undefined, freeBytes: () => plenty },
    changes: nodeChanges,
    identities: identitiesOf(4242),
    uid: plan.uid,
    ...over,
  };
  return findObstacles(system, { ...preflightRequest(plan), ...request });
}

function refusing(errno: string, ...paths: readonly string[]): PreflightSystem['access'] {
  return {
    mayChange: (path): Trouble | undefined =>
      paths.length === 0 || paths.includes(path) ? { path, syscall: 'access', errno } : undefined,
    freeBytes: () => plenty,
  };
}

test("nothing stands in the way of a plan in a spool that is its owner's", ({ dir }) => {
  buildForest(dir, everyKind);
  expect(obstacles(dir)).toEqual([]);
  mkdirSync(join(dir, 'stagesweep.'), { mode: 0o700 });
  expect(obstacles(dir)).toEqual([]);
});

describe('told before anything is changed', () => {
  test('another user than the owner', ({ dir }) => {
    buildForest(dir, everyKind);
    expect(obstacles(dir, { uid: 4711 })).toEqual([
      expect.stringContaining('run as root or as that user'),
    ]);
  });

  test('a root that is another directory than at the scan', ({ dir }) => {
    buildForest(dir, everyKind);
    const rootId = { dev: 1n, ino: 1n };
    expect(obstacles(dir, {}, { rootId })).toEqual([
      `${dir} is another directory than at the scan`,
    ]);
  });

  test('a read-only mount, once', ({ dir }) => {
    buildForest(dir, everyKind);
    expect(obstacles(dir, { access: refusing('EROFS') })).toEqual([`${dir} is mounted read-only`]);
  });

  test('stage directories that may not be changed, three by name', ({ dir }) => {
    buildForest(dir, everyKind);
    const below = (leaf: string): string => join(dir, leaf);
    const access = refusing(
      'EACCES',
      ...['stage.', 'sync.', 'sync./7001', 'sync./7002'].map(below),
    );
    const found = obstacles(dir, { access });
    expect(found).toHaveLength(4);
    expect(found[3]).toBe('the same holds of 1 more directories');
    // What is gone by now is told when its turn comes.
    expect(obstacles(dir, { access: refusing('ENOENT', below('sync./7001')) })).toEqual([]);
  });

  test('a root without room for the journal, and one of which that is not known', ({ dir }) => {
    buildForest(dir, everyKind);
    const mayChange = (): undefined => undefined;
    const full = { mayChange, freeBytes: () => 4096 };
    expect(obstacles(dir, { access: full })[0]).toMatch(
      /^no room for the journal .* or use --journal DIR/,
    );
    const unknown = {
      mayChange,
      freeBytes: () => ({ path: bytePath(dir), syscall: 'statfs', errno: 'EIO' }),
    };
    expect(obstacles(dir, { access: unknown })[0]).toContain('is not known (EIO)');
  });

  test('a quarantine that is a symlink', ({ dir }) => {
    buildForest(dir, everyKind);
    mkdirSync(join(dir, 'elsewhere'));
    symlinkSync('elsewhere', join(dir, 'stagesweep.'));
    expect(obstacles(dir)).toEqual([
      expect.stringContaining('stagesweep. is a symlink, no directory'),
    ]);
  });

  test("a quarantine that others may write to, or that is another user's", ({ dir }) => {
    buildForest(dir, everyKind);
    mkdirSync(join(dir, 'stagesweep.'));
    chmodSync(join(dir, 'stagesweep.'), 0o770);
    expect(obstacles(dir)).toEqual([expect.stringContaining('may be written to by others')]);
    chmodSync(join(dir, 'stagesweep.'), 0o700);
    expect(obstacles(dir, { uid: 4711 }, { uid: 4711 })).toEqual([
      expect.stringContaining('not 4711'),
    ]);
  });

  test('a lock that a living process holds, and no other', ({ dir }) => {
    buildForest(dir, everyKind);
    mkdirSync(join(dir, 'stagesweep.'), { mode: 0o700 });
    const lock = join(dir, 'stagesweep./lock');
    const self = identitiesOf(4242).self();
    const run = '20261124T034800Z-1f2e3d4c';
    writeFileSync(lock, formatLock({ ...self, run }));
    expect(obstacles(dir)).toEqual([`${dir}: it is locked by run ${run} of process 4242`]);
    writeFileSync(lock, formatLock({ ...self, run, pid: 4243 }));
    expect(obstacles(dir)).toEqual([]);
    writeFileSync(lock, 'no lock of ours');
    expect(obstacles(dir)).toEqual([expect.stringContaining('locked by somebody')]);
  });

  test('a directory for the journal that is a symlink, lies behind one, or is missing', ({
    dir,
  }) => {
    const spool = join(dir, 'spool');
    mkdirSync(spool);
    buildForest(spool, everyKind);
    mkdirSync(join(dir, 'shelf/inner'), { recursive: true });
    symlinkSync('shelf', join(dir, 'link'));
    const at = (leaf: string): string[] =>
      obstacles(spool, {}, { journalDirectory: bytePath(join(dir, leaf)) });
    expect(at('shelf/inner')).toEqual([]);
    expect(at('link')[0]).toContain('it is a symlink');
    expect(at('link/inner')[0]).toContain('is a symlink: name the directory');
    expect(at('none')[0]).toContain('ENOENT');
  });
});
