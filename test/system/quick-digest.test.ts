/** The quick way to digest against the plain one: they must say the same of every file, whatever became of it. */
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  linkSync,
  mkdirSync,
  renameSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { expect } from 'vitest';
import { bytePath } from '../../src/model/byte-path.ts';
import { digestFile, pieceBytes } from '../../src/system/digest-file.ts';
import { ExpectedStats } from '../../src/system/expected-stats.ts';
import { nodeFiles } from '../../src/system/files.ts';
import { loadDigest } from '../../src/system/quick-digest.ts';
import { test } from '../support/spool.ts';

const digest = await loadDigest();

test.for([
  ['that nobody has touched', () => undefined],
  [
    'that has got another name',
    (path) => {
      linkSync(path, `${path}-`);
    },
  ],
  [
    'that has other permissions',
    (path) => {
      chmodSync(path, 0o600);
    },
  ],
  [
    'that was written to',
    (path) => {
      appendFileSync(path, 'more');
    },
  ],
  [
    'that was written to and is as long as before',
    (path) => {
      writeFileSync(path, 'five');
    },
  ],
  [
    'that was cut off',
    (path) => {
      truncateSync(path, 1);
    },
  ],
  [
    'that went away',
    (path) => {
      unlinkSync(path);
    },
  ],
  [
    'whose name has another file',
    (path) => {
      writeFileSync(`${path}-`, 'four');
      renameSync(`${path}-`, path);
    },
  ],
  [
    'whose name a symbolic link took',
    (path) => {
      renameSync(path, `${path}-`);
      symlinkSync(`${path}-`, path);
    },
  ],
  [
    'whose name a FIFO took',
    (path) => {
      unlinkSync(path);
      execFileSync('mkfifo', [path]);
    },
  ],
  [
    'whose name a directory took',
    (path) => {
      unlinkSync(path);
      mkdirSync(path);
    },
  ],
] as const satisfies readonly (readonly [string, (path: string) => void])[])(
  'the quick digest says of a file %s what the plain one says',
  ([, change], { dir }) => {
    const path = join(dir, 'file');
    writeFileSync(path, 'four');
    const expected = nodeFiles.lstat(bytePath(path));
    if ('errno' in expected) throw new Error(expected.errno);
    const rows = ExpectedStats.ofMany(2);
    rows.set(1, expected);
    change(path);
    const plain = digestFile(bytePath(path), expected, Buffer.alloc(pieceBytes));
    expect(digest(bytePath(path), rows, 1)).toEqual(plain);
  },
);

test.for([0, 1, pieceBytes - 1, pieceBytes, pieceBytes + 1])(
  'the quick digest of %s bytes is their SHA-1',
  (size, { dir }) => {
    const path = join(dir, 'file');
    const content = Buffer.alloc(size, 'four');
    writeFileSync(path, content);
    const expected = nodeFiles.lstat(bytePath(path));
    if ('errno' in expected) throw new Error(expected.errno);
    const rows = ExpectedStats.ofMany(1);
    rows.set(0, expected);
    expect(digest(bytePath(path), rows, 0)).toBe(createHash('sha1').update(content).digest('hex'));
  },
);
