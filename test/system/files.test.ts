import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { bytePath } from '../../src/model/byte-path.ts';
import { isTrouble } from '../../src/model/trouble.ts';
import { nodeFiles } from '../../src/system/files.ts';
import type { OpenedFile } from '../../src/system/os.ts';
import { test } from '../support/spool.ts';

function opened(path: string): OpenedFile {
  const file = nodeFiles.open(bytePath(path));
  if (isTrouble(file)) throw new Error(file.errno);
  return file;
}

function text(bytes: ReturnType<OpenedFile['readAt']>): string {
  if (isTrouble(bytes)) throw new Error(bytes.errno);
  return Buffer.from(bytes).toString('latin1');
}

describe('an opened file', () => {
  test('is read in parts, as far as it goes', ({ dir }) => {
    const path = join(dir, 'file');
    writeFileSync(path, '0123456789');
    const file = opened(path);
    const parts = [file.readAt(2, 3), file.readAt(8, 100), file.readAt(10, 1), file.readAt(99, 1)];
    expect(parts.map(text)).toEqual(['234', '89', '', '']);
    file.close();
  });

  test('takes no memory for a length that it does not have', ({ dir }) => {
    const path = join(dir, 'file');
    writeFileSync(path, 'abc');
    const file = opened(path);
    expect(text(file.readAt(0, 2 ** 45))).toBe('abc');
    file.close();
  });

  test('shows what was appended since', ({ dir }) => {
    const path = join(dir, 'file');
    writeFileSync(path, 'abc');
    const file = opened(path);
    appendFileSync(path, 'def');
    expect(text(file.readAt(0, 100))).toBe('abcdef');
    expect(file.stat()).toMatchObject({ sizeBytes: 6 });
    file.close();
  });

  test('stays the inode that it was when its name is taken by another', ({ dir }) => {
    const path = join(dir, 'file');
    writeFileSync(path, 'old');
    const file = opened(path);
    writeFileSync(`${path}.NEW`, 'new');
    renameSync(`${path}.NEW`, path);
    expect(text(file.readAt(0, 3))).toBe('old');
    expect(file.stat()).not.toMatchObject({
      ino: (nodeFiles.lstat(bytePath(path)) as { ino?: bigint }).ino,
    });
    file.close();
  });
});

describe('what is not opened', () => {
  test('is a FIFO, which would never answer', ({ dir }) => {
    execFileSync('mkfifo', [join(dir, 'fifo')]);
    expect(nodeFiles.open(bytePath(join(dir, 'fifo')))).toMatchObject({ errno: 'EINVAL' });
  });

  test('is a directory', ({ dir }) => {
    expect(nodeFiles.open(bytePath(dir))).toMatchObject({ errno: 'EINVAL' });
  });

  test('is a symbolic link, wherever it leads', ({ dir }) => {
    writeFileSync(join(dir, 'file'), 'x');
    symlinkSync(join(dir, 'file'), join(dir, 'link'));
    expect(nodeFiles.open(bytePath(join(dir, 'link')))).toMatchObject({ errno: 'EINVAL' });
  });

  test('is a name that is not there', ({ dir }) => {
    expect(nodeFiles.open(bytePath(join(dir, 'none')))).toMatchObject({ errno: 'ENOENT' });
  });
});

describe('a directory that is asked whether it holds anything', () => {
  test('says no when it is empty, is none, or is not there', ({ dir }) => {
    mkdirSync(join(dir, 'empty'));
    mkdirSync(join(dir, 'full/inner'), { recursive: true });
    writeFileSync(join(dir, 'file'), 'text');
    const answers = ['full', 'empty', 'file', 'gone'].map((name) =>
      nodeFiles.holdsAnything(bytePath(join(dir, name))),
    );
    expect(answers).toEqual([true, false, false, false]);
  });
});
