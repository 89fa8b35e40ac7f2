import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bytePath, type BytePath } from '../../src/model/byte-path.ts';
import type { Partition } from '../../src/model/partition.ts';
import { findRoots } from '../../src/steps/find-roots.ts';
import { nodeFiles } from '../../src/system/files.ts';
import type { Files } from '../../src/system/os.ts';

let base: string;

beforeEach(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'stagesweep-roots-')));
});
afterEach(() => {
  rmSync(base, { recursive: true });
});

function at(name: string): BytePath {
  return bytePath(join(base, name));
}

function made(name: string): BytePath {
  mkdirSync(join(base, name), { recursive: true });
  return at(name);
}

function partition(name: string, places: Partial<Partition>): Partition {
  return { name, metadata: new Map(), configFile: '/etc/imapd.conf', ...places };
}

/** The real disk, but for one path that may not be looked at: tests run as root, whom nothing is refused. */
function withClosed(closed: BytePath): Files {
  return {
    ...nodeFiles,
    canonical: (path) =>
      path === closed ? { path, syscall: 'realpath', errno: 'EACCES' } : nodeFiles.canonical(path),
  };
}

describe('a root', () => {
  test('has its canonical path, its identity and its filesystem', () => {
    const path = made('spool');
    symlinkSync('spool', join(base, 'link'));
    const { roots } = findRoots(nodeFiles, [partition('a', { data: at('link') })]);
    const stat = nodeFiles.lstat(path);
    const filesystem = execFileSync('findmnt', ['-no', 'FSTYPE', '-T', path], { encoding: 'utf8' });
    expect(roots).toEqual([
      {
        partition: 'a',
        kind: 'data',
        path,
        dev: 'dev' in stat ? stat.dev : undefined,
        ino: 'ino' in stat ? stat.ino : undefined,
        filesystem: filesystem.trim(),
      },
    ]);
  });

  test('counts once when two partitions share it', () => {
    const data = made('spool');
    const both = [partition('a', { data }), partition('b', { data })];
    expect(findRoots(nodeFiles, both).roots.map((root) => root.partition)).toEqual(['a']);
  });

  test('that two partitions share belongs to the one that is scanned', () => {
    const data = made('spool');
    const [a, b] = [partition('a', { data }), partition('b', { data })];
    expect(findRoots(nodeFiles, [a, b], [b]).roots.map((root) => root.partition)).toEqual(['b']);
  });

  test('that is one partition’s metadata and another’s data is a data root', () => {
    const a = partition('a', { data: made('a'), metadata: new Map([['index', made('b')]]) });
    const b = partition('b', { data: at('b') });
    expect(findRoots(nodeFiles, [a, b]).roots.map((root) => [root.partition, root.kind])).toEqual([
      ['a', 'data'],
      ['b', 'data'],
    ]);
  });

  test('comes in the order data, archive, metadata, backup', () => {
    const all = partition('a', {
      backupStaging: made('s'),
      metadata: new Map([
        ['index', made('m')],
        ['cache', at('m')],
      ]),
      archive: made('r'),
      data: made('d'),
    });
    expect(findRoots(nodeFiles, [all]).roots.map((root) => root.kind)).toEqual([
      'data',
      'archive',
      'metadata',
      'backup',
    ]);
  });

  test('that may not be looked at is a trouble, and the others are still found', () => {
    const files = withClosed(made('closed'));
    const both = [partition('a', { data: at('closed') }), partition('b', { data: made('b') })];
    const { roots, troubles, lost } = findRoots(files, both);
    expect(lost.map(({ path }) => path)).toEqual([at('closed')]);
    expect(troubles).toEqual([{ path: at('closed'), syscall: 'realpath', errno: 'EACCES' }]);
    expect(roots.map((root) => root.partition)).toEqual(['b']);
  });
});

test('a root without permission to enter is a trouble by its own name', () => {
  const data = made('closed');
  const files: Files = {
    ...nodeFiles,
    lstat: (path) =>
      path === `${data}/.` ? { path, syscall: 'lstat', errno: 'EACCES' } : nodeFiles.lstat(path),
  };
  const { roots, troubles } = findRoots(files, [partition('a', { data })]);
  expect(roots).toEqual([]);
  expect(troubles).toEqual([{ path: data, syscall: 'lstat', errno: 'EACCES' }]);
});

describe('a root that is missing', () => {
  test('is refused with option, file, path and what to do', () => {
    const lost = partition('a', { data: made('a'), archive: at('lost') });
    expect(() => findRoots(nodeFiles, [lost])).toThrow(
      `/etc/imapd.conf: archivepartition-a: ${base}/lost does not exist. Is its filesystem mounted?`,
    );
  });

  test('is a trouble when its partition is not scanned', () => {
    const here = partition('a', { data: made('a') });
    const lost = partition('b', { data: at('lost') });
    const { troubles } = findRoots(nodeFiles, [here, lost], [here]);
    expect(troubles.map(({ path, errno }) => [path, errno])).toEqual([[at('lost'), 'ENOENT']]);
  });

  test('is a trouble, and lost, where the others are to be answered for', () => {
    const both = [partition('a', { data: made('a'), archive: at('lost') }), partition('b', {})];
    const { roots, troubles, lost } = findRoots(nodeFiles, both, both, true);
    expect(roots.map(({ kind }) => kind)).toEqual(['data']);
    expect(troubles.map(({ errno }) => errno)).toEqual(['ENOENT']);
    expect(lost).toMatchObject([{ partition: 'a', kind: 'archive', path: at('lost') }]);
  });
});

describe('a root is refused', () => {
  test('when it is a file', () => {
    writeFileSync(join(base, 'plain'), '');
    expect(() => findRoots(nodeFiles, [partition('a', { data: at('plain') })])).toThrow(
      `partition-a: ${base}/plain is no directory but a file`,
    );
  });

  test('when it is the root of the system', () => {
    expect(() => findRoots(nodeFiles, [partition('a', { data: bytePath('/') })])).toThrow(
      'partition-a: / is the root of the whole system',
    );
  });

  test('when it is a mailbox', () => {
    writeFileSync(join(made('fred'), 'cyrus.index'), '');
    expect(() => findRoots(nodeFiles, [partition('a', { data: at('fred') })])).toThrow(
      'is a mailbox',
    );
  });
});

describe('the backup staging path', () => {
  const staging = (): Partition => partition('backup-staging', { backupStaging: at('backup') });

  test('is a root when it is there', () => {
    made('backup');
    expect(findRoots(nodeFiles, [staging()]).roots.map((root) => root.kind)).toEqual(['backup']);
  });

  test('that does not exist is no error, since Cyrus makes it on demand', () => {
    expect(findRoots(nodeFiles, [staging()])).toMatchObject({ roots: [], troubles: [] });
  });

  test('that is a file of somebody else in /tmp is no error', () => {
    writeFileSync(join(base, 'backup'), '');
    expect(findRoots(nodeFiles, [staging()])).toMatchObject({ roots: [], troubles: [] });
  });

  test('that is a symbolic link is not followed, and that is told', () => {
    symlinkSync('/', join(base, 'backup'));
    const { roots, troubles } = findRoots(nodeFiles, [staging()]);
    expect(roots).toEqual([]);
    expect(troubles.map(({ errno }) => errno)).toEqual(['ELOOP']);
  });
});
