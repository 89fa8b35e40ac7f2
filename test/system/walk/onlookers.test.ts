/** Looks at all that a walk has found by all of its threads, against what was done to it meanwhile. */
import { linkSync, mkdirSync, renameSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect } from 'vitest';
import { asBytes, bytePath, join as joined, type BytePath } from '../../../src/model/byte-path.ts';
import type { FileStat } from '../../../src/model/inode.ts';
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
import { hitsOf } from '../../support/hits.ts';
import { test } from '../../support/spool.ts';
import { requestFor, silent } from '../../support/walk-run.ts';

const calls = await loadGetdents();

/** Walks over `roots` for the files, and asks the threads then. */
async function asked<T>(
  roots: readonly BytePath[],
  files: readonly BytePath[],
  first: typeof startThread,
  question: (onlookers: Onlookers) => Promise<T>,
): Promise<T> {
  let answer: T | undefined;
  await nativeWalk((events) => first(events), 0).run(
    { ...requestFor(files), roots },
    {
      ...silent,
      async ended(onlookers) {
        if (onlookers !== undefined) answer = await question(onlookers);
      },
    },
  );
  if (answer === undefined) throw new Error('nobody was asked');
  return answer;
}

function statOf(path: BytePath): FileStat {
  const stat = nodeFiles.lstat(path);
  if ('errno' in stat) throw new Error(stat.errno);
  return stat;
}

const wanted = (files: readonly BytePath[]) => {
  const stats = files.map(statOf);
  return { length: files.length, statOf: (index: number) => stats[index] ?? statOf(asBytes('/')) };
};

/** Enough to ask other threads, in directories of many sizes. */
function manyFiles(dir: string): string[] {
  return [1, 2, 700, 3, 1500, ...Array.from({ length: 300 }, () => 1)].flatMap((count, nth) => {
    const path = join(dir, `${nth}`);
    mkdirSync(path);
    return Array.from({ length: count }, (_, uid) => {
      writeFileSync(join(path, `${uid}.`), '');
      return join(path, `${uid}.`);
    });
  });
}

test('nobody looks again where few inodes are wanted', async ({ dir }) => {
  const files = manyFiles(dir).slice(0, 2047).map(bytePath);
  const question = (): Promise<true> => Promise.resolve(true);
  await expect(asked([bytePath(dir)], files, startThread, question)).rejects.toThrow('nobody');
});

describe.each([
  ['of this thread and others', readHere(calls)],
  ['of others alone', startThread],
] as const)('the onlookers %s', (_, first) => {
  test('say of each of many files whether all of its names are what they were', async ({ dir }) => {
    const paths = manyFiles(dir);
    const at = (nth: number): string => paths[nth] ?? '';
    for (const nth of [1600, 1700]) linkSync(at(nth), join(dirname(at(3)), `${nth}.`));
    const files = paths.map(bytePath);
    const expected = wanted(files);
    const isSame = await asked([bytePath(dir)], files, first, (onlookers) => {
      unlinkSync(at(0));
      linkSync(at(1), join(dir, 'another'));
      writeFileSync(at(500), 'more');
      renameSync(at(900), at(901));
      // Under its other name it is what it was.
      renameSync(at(1600), join(dir, 'moved'));
      unlinkSync(at(2203));
      symlinkSync('elsewhere', at(2203));
      return onlookers.sameFiles(expected);
    });
    expect(files.flatMap((_file, nth) => (isSame(nth) ? [] : [nth]))).toEqual([
      ...[0, 1, 500, 900, 901, 1600, 2203],
    ]);
  });

  test('call nothing the same of which the walk has told no name', async ({ dir }) => {
    const files = manyFiles(dir).map(bytePath);
    const expected = wanted(files);
    const isSame = await asked([bytePath(join(dir, '2'))], files, first, (onlookers) =>
      onlookers.sameFiles(expected),
    );
    const same = files.flatMap((file, nth) => (isSame(nth) ? [file] : []));
    expect(same).toEqual(files.filter((file) => file.startsWith(bytePath(join(dir, '2/')))));
  });

  test('say that directories are where they were', async ({ dir }) => {
    const files = manyFiles(dir).map(bytePath);
    const areThere = await asked([bytePath(dir)], files, first, (onlookers) => {
      // What else becomes of a directory is its own affair.
      writeFileSync(join(dir, '3', 'file'), '');
      return onlookers.areDirectoriesThere();
    });
    expect(areThere).toBe(true);
  });

  test.for<[string, (dir: string) => void]>([
    [
      'is gone',
      (dir) => {
        renameSync(join(dir, '7'), join(dir, 'gone'));
      },
    ],
    [
      'has changed places with another',
      (dir) => {
        renameSync(join(dir, '11'), join(dir, 'aside'));
        renameSync(join(dir, '12'), join(dir, '11'));
        renameSync(join(dir, 'aside'), join(dir, '12'));
      },
    ],
    [
      'is only reached by a symlink',
      (dir) => {
        renameSync(join(dir, '20'), join(dir, 'linked'));
        symlinkSync('linked', join(dir, '20'));
      },
    ],
  ])('say when a directory %s', async ([, change], { dir }) => {
    const files = manyFiles(dir).map(bytePath);
    const areThere = await asked([bytePath(dir)], files, first, (onlookers) => {
      change(dir);
      return onlookers.areDirectoriesThere();
    });
    expect(areThere).toBe(false);
  });

  test('are asked several things at once', async ({ dir }) => {
    const files = manyFiles(dir).map(bytePath);
    const expected = wanted(files);
    const answers = await asked([bytePath(dir)], files, first, (onlookers) =>
      Promise.all([0, 1, 2].map(() => onlookers.sameFiles(expected))),
    );
    expect(answers.map((isSame) => files.every((_file, nth) => isSame(nth)))).toEqual([
      ...[true, true, true],
    ]);
  });

  test('leave a path past PATH_MAX to who can reach it, and take names of any bytes', async ({
    dir,
  }) => {
    const odd = asBytes(`${bytePath(dir)}/\xff\x01\n\xe9`);
    writeFileSync(Buffer.from(odd, 'latin1'), 'odd');
    const other = joined(bytePath(dir), asBytes('other'));
    writeFileSync(join(dir, 'other'), 'other');
    const top = temporary();
    // Its last name is a link of `other`, 6,000 bytes below.
    deepen(top, other);
    const files = [odd, other, ...manyFiles(dir).map(bytePath)];
    const expected = wanted(files);
    const isSame = await asked([bytePath(dir), bytePath(top)], files, first, (onlookers) =>
      onlookers.sameFiles(expected),
    );
    expect([isSame(0), isSame(1)]).toEqual([true, false]);
    remove(top);
  });
});

describe('a thread that is asked to look', () => {
  const reader = (look: Reader['look']): Reader => ({
    post: () => undefined,
    end: () => Promise.resolve(),
    ...(look === undefined ? {} : { look }),
  });
  const onlookersWith = (dir: string, paths: readonly string[], look: Reader['look']): Onlookers =>
    onlookersOf([reader(look)], hitsOf(paths), [statOf(bytePath(dir)).dev]);

  test('fails all when it ends with names that it has taken', async ({ dir }) => {
    const paths = manyFiles(dir);
    const onlookers = onlookersWith(dir, paths, (looks) => {
      LookList.shared(looks).take();
      return Promise.reject(new Error('it ended'));
    });
    await expect(onlookers.sameFiles(wanted(paths.map(bytePath)))).rejects.toThrow('it ended');
  });

  test('looks at no other files than those that are asked about at once', async ({ dir }) => {
    const paths = manyFiles(dir);
    const expected = wanted(paths.map(bytePath));
    const gone = [0, 299, 300, 2505];
    for (const nth of gone) unlinkSync(paths[nth] ?? '');
    const onlookers = onlookersOf([], hitsOf(paths), [statOf(bytePath(dir)).dev], 300);
    const isSame = await onlookers.sameFiles(expected);
    expect(paths.flatMap((_path, nth) => (isSame(nth) ? [] : [nth]))).toEqual(gone);
  });

  test('is not waited for when it has taken none', async ({ dir }) => {
    const paths = manyFiles(dir);
    const onlookers = onlookersWith(dir, paths, () => new Promise(() => undefined));
    const isSame = await onlookers.sameFiles(wanted(paths.map(bytePath)));
    expect(paths.every((_path, nth) => isSame(nth))).toBe(true);
  });
});
