import { lstatSync, readdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { join, toBuffer, type BytePath } from '../../src/model/byte-path.ts';
import { withShortPath } from '../../src/system/long-path.ts';
import { deepen, namesByFind, put, remove, temporary } from '../support/hard-link-tree.ts';

describe('a path longer than PATH_MAX', () => {
  let root: BytePath;
  beforeEach(() => {
    root = temporary();
  });
  afterEach(() => {
    remove(root);
  });

  test('is reached through the directories on the way, and leaves no descriptor behind', () => {
    const file = put(join(root, '1.'));
    deepen(root, file);
    const [long] = namesByFind(root, [file]).sort((a, b) => b.length - a.length);
    const before = readdirSync('/proc/self/fd').length;
    const { ino } = withShortPath(join(root, (long ?? '').slice(root.length + 1)), (short) =>
      lstatSync(toBuffer(short), { bigint: true }),
    );
    expect(ino).toBe(lstatSync(toBuffer(file), { bigint: true }).ino);
    expect(readdirSync('/proc/self/fd')).toHaveLength(before);
  });

  test('a directory on the way that is not there is told by its errno', () => {
    const path = join(root, Array.from({ length: 100 }, () => 'x'.repeat(50)).join('/'));
    expect(() => withShortPath(path, (short) => lstatSync(toBuffer(short)))).toThrow(/ENOENT/);
  });
});
