/** Looks at many names by all threads of a walk, against lstat of each name. */
import { linkSync, mkdirSync, renameSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { asBytes, bytePath, leafOf, parentOf } from '../../../src/model/byte-path.ts';
import type { FileStat } from '../../../src/model/inode.ts';
import type { Directory, FoundName } from '../../../src/model/link.ts';
import { nodeFiles } from '../../../src/system/files.ts';
import { LookList } from '../../../src/system/look-list.ts';
import type { Onlookers } from '../../../src/system/walk/port.ts';
import { loadGetdents } from '../../../src/system/walk/getdents.ts';
import { startThread } from '../../../src/system/walk/native-thread.ts';
import { onlookersOf } from '../../../src/system/walk/onlookers.ts';
import { readHere } from '../../../src/system/walk/read-here.ts';
import { nativeWalk } from '../../../src/system/walk/walk-native.ts';
import type { Reader } from '../../../src/system/walk/walk-messages.ts';
import { deepen, remove, temporary } from '../../support/hard-link-tree.ts';
import { test } from '../../support/spool.ts';
import { seenNames } from '../../support/seen-names.ts';
import { requestFor, silent } from '../../support/walk-run.ts';

const calls = await loadGetdents();

/** Runs a walk over `dir` and asks its threads. */
async function asked<T>(
  dir: string,
  first: typeof startThread,
  question: (onlookers: Onlookers) => Promise<T>,
): Promise<T> {
  let answer: T | undefined;
  const roots = [bytePath(dir)];
  await nativeWalk((events) => first(events), 0).run(
    { ...requestFor(roots), roots },
    {
      ...silent,
      async ended(onlookers) {
        answer = await question(onlookers);
      },
    },
  );
  if (answer === undefined) throw new Error('nobody was asked');
  return answer;
}

function directoryAt(path: string): Directory {
  const stat = nodeFiles.lstat(bytePath(path));
  if ('errno' in stat) throw new Error(stat.errno);
  return { path: bytePath(path), dev: stat.dev, ino: stat.ino };
}

function seen(names: readonly FoundName[]): FileStat[] {
  return names.map(({ directory, leaf }) => {
    const stat = nodeFiles.lstat(bytePath(join(directory.path, leaf)));
    if ('errno' in stat) throw new Error(stat.errno);
    return stat;
  });
}

/** More than one thread takes at once, in directories of many sizes. */
function manyNames(dir: string): FoundName[] {
  return [1, 2, 700, 3, 1500, ...Array.from({ length: 300 }, () => 1)].flatMap((count, nth) => {
    const path = join(dir, `${nth}`);
    mkdirSync(path);
    const directory = directoryAt(path);
    return Array.from({ length: count }, (_, uid) => {
      writeFileSync(join(path, `${uid}.`), '');
      return { directory, leaf: asBytes(`${uid}.`) };
    });
  });
}

describe.each([
  ['of this thread and others', readHere(calls)],
  ['of others alone', startThread],
] as const)('the onlookers %s', (_, first) => {
  test('say of each of many names whether it is what it was', async ({ dir }) => {
    const names = manyNames(dir);
    const expected = seen(names);
    const at = (nth: number): string => {
      const { directory, leaf } = names[nth] ?? { directory: undefined, leaf: '' };
      return join(directory?.path ?? '', leaf);
    };
    unlinkSync(at(0));
    linkSync(at(1), join(dir, 'another'));
    writeFileSync(at(500), 'more');
    renameSync(at(900), at(901));
    unlinkSync(at(2203));
    symlinkSync('elsewhere', at(2203));
    const others = await asked(dir, first, (onlookers) =>
      onlookers.otherFiles(seenNames(names, expected)),
    );
    expect(others.length).toBe(names.length);
    expect([...others].flatMap((other, nth) => (other === 0 ? [] : [nth]))).toEqual([
      ...[0, 1, 500, 900, 901, 2203],
    ]);
  });

  test('say which directories are not where they were', async ({ dir }) => {
    const paths = Array.from({ length: 100 }, (_, nth) => join(dir, `${nth}`));
    for (const path of paths) mkdirSync(path);
    const directories = [...paths.map(directoryAt), directoryAt('/')];
    // What else becomes of a directory is its own affair.
    writeFileSync(join(dir, '3', 'file'), '');
    const at = (nth: number): string => paths[nth] ?? '';
    renameSync(at(7), join(dir, 'gone'));
    renameSync(at(11), join(dir, 'aside'));
    renameSync(at(12), at(11));
    renameSync(join(dir, 'aside'), at(12));
    renameSync(at(20), join(dir, 'linked'));
    symlinkSync('linked', at(20));
    const others = await asked(dir, first, (onlookers) => onlookers.otherDirectories(directories));
    expect([...others].flatMap((other, nth) => (other === 0 ? [] : [nth]))).toEqual([
      ...[7, 11, 12, 20],
    ]);
  });

  test('are asked several things at once', async ({ dir }) => {
    const names = manyNames(dir);
    const expected = seen(names);
    const answers = await asked(dir, first, (onlookers) =>
      Promise.all([0, 1, 2].map(() => onlookers.otherFiles(seenNames(names, expected)))),
    );
    expect(answers.map((others) => others.includes(1))).toEqual([false, false, false]);
  });

  test('leave a path past PATH_MAX to who can reach it, and take names of any bytes', async ({
    dir,
  }) => {
    const odd = asBytes(`${bytePath(dir)}/\xff\x01\n\xe9`);
    writeFileSync(Buffer.from(odd, 'latin1'), 'odd');
    const top = temporary();
    deepen(top, odd);
    const deep = Array.from({ length: 30 }, (_, level) => `${level}`.padEnd(200, 'x'));
    const long = bytePath([top, ...deep, 'last.'].join('/'));
    const names = [odd, long].map((path) => ({
      directory: { path: parentOf(path), dev: 0n, ino: 0n },
      leaf: leafOf(path),
    }));
    const stat = nodeFiles.lstat(odd);
    if ('errno' in stat) throw new Error(stat.errno);
    const others = await asked(dir, first, (onlookers) =>
      onlookers.otherFiles(seenNames(names, [stat, stat])),
    );
    expect([...others]).toEqual([0, 1]);
    remove(top);
  });
});

describe('a thread that is asked to look', () => {
  const reader = (look: Reader['look']): Reader => ({
    post: () => undefined,
    end: () => Promise.resolve(),
    ...(look === undefined ? {} : { look }),
  });

  test('fails all when it ends with names that it has taken', async ({ dir }) => {
    const names = manyNames(dir);
    const onlookers = onlookersOf([
      reader((looks) => {
        LookList.shared(looks).take();
        return Promise.reject(new Error('it ended'));
      }),
    ]);
    await expect(onlookers.otherFiles(seenNames(names, seen(names)))).rejects.toThrow('it ended');
  });

  test('is not waited for when it has taken none', async ({ dir }) => {
    const names = manyNames(dir);
    const onlookers = onlookersOf([reader(() => new Promise(() => undefined))]);
    expect((await onlookers.otherFiles(seenNames(names, seen(names)))).includes(1)).toBe(false);
  });
});
