import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bytePath, join, toBuffer, type BytePath } from '../../src/model/byte-path.ts';
import { isTrouble, type Trouble } from '../../src/model/trouble.ts';
import { nodeDigest } from '../../src/system/digest.ts';
import { statOf } from '../../src/system/file-stat.ts';
import type { DigestRequest } from '../../src/system/os.ts';

let root: BytePath;
beforeEach(() => {
  root = bytePath(realpathSync(mkdtempSync(`${tmpdir()}/digest-`)));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

function put(leaf: string, content: string | Buffer): DigestRequest {
  const path = join(root, leaf);
  writeFileSync(toBuffer(path), content);
  return { path, expected: statOf(lstatSync(toBuffer(path), { bigint: true })) };
}

async function sumsOf(files: readonly DigestRequest[], jobs = 1): Promise<(string | Trouble)[]> {
  const sums: (string | Trouble)[] = [];
  await nodeDigest(jobs).sha1(files, (index, sum) => {
    sums[index] = sum;
  });
  return sums;
}

function sha1(content: string | Buffer): string {
  return createHash('sha1').update(content).digest('hex');
}

describe('digests of stage files', () => {
  test('are the SHA-1 of the whole content', async () => {
    const contents = [
      '',
      'a',
      'Subject: x\r\n\r\n',
      Buffer.alloc(1_048_576, 7),
      'z'.repeat(3_000_001),
    ];
    const files = contents.map((content, index) => put(`${index}.`, content));
    expect(await sumsOf(files)).toEqual(contents.map(sha1));
  });

  test('come for every file once when threads share the work', async () => {
    const files = Array.from({ length: 3000 }, (_, index) => put(`${index}.`, `message ${index}`));
    const seen = new Map<number, number>();
    const sums: (string | Trouble)[] = [];
    await nodeDigest(2).sha1(files, (index, sum) => {
      seen.set(index, (seen.get(index) ?? 0) + 1);
      sums[index] = sum;
    });
    expect(sums).toEqual(files.map((_, index) => sha1(`message ${index}`)));
    expect([...seen.values()].every((count) => count === 1)).toBe(true);
  });

  test('read names of any bytes', async () => {
    expect(await sumsOf([put('\xff\xfe\n.', 'x')])).toEqual([sha1('x')]);
  });

  test('tell that a file went away', async () => {
    const file = put('1.', 'x');
    unlinkSync(toBuffer(file.path));
    expect(await sumsOf([file])).toMatchObject([{ errno: 'ENOENT', path: file.path }]);
  });

  test('tell that a file was written to since it was seen', async () => {
    const file = put('1.', 'x');
    appendFileSync(toBuffer(file.path), 'y');
    expect(await sumsOf([file])).toMatchObject([{ errno: 'ESTALE' }]);
  });

  test('are of a file that has got another name since it was seen', async () => {
    const file = put('1.', 'x');
    linkSync(toBuffer(file.path), toBuffer(join(root, '2.')));
    expect(await sumsOf([file])).toEqual([sha1('x')]);
  });

  test('tell that a FIFO or a directory took the name', async () => {
    const [fifo, directory] = [put('1.', 'x'), put('2.', 'x')];
    for (const { path } of [fifo, directory]) unlinkSync(toBuffer(path));
    execFileSync('mkfifo', [join(root, '1.')]);
    mkdirSync(toBuffer(directory.path));
    expect(await sumsOf([fifo, directory])).toMatchObject([
      { errno: 'ESTALE' },
      { errno: 'ESTALE' },
    ]);
  });

  test('tell that another file has the name now', async () => {
    const file = put('1.', 'x');
    renameSync(toBuffer(put('2.', 'y').path), toBuffer(file.path));
    expect(await sumsOf([file])).toMatchObject([{ errno: 'ESTALE' }]);
  });

  test('do not follow a symbolic link that took the name', async () => {
    const file = put('1.', 'x');
    renameSync(toBuffer(file.path), toBuffer(join(root, '2.')));
    symlinkSync('2.', toBuffer(file.path));
    expect(await sumsOf([file])).toMatchObject([{ errno: 'ELOOP' }]);
  });

  test('troubles come from threads as they come from here', async () => {
    const files = Array.from({ length: 1500 }, (_, index) => put(`${index}.`, 'x'));
    const last = files.at(-1);
    if (last) appendFileSync(toBuffer(last.path), 'y');
    const sums = await sumsOf(files, 2);
    expect(sums.filter(isTrouble)).toEqual([
      { path: last?.path, syscall: 'fstat', errno: 'ESTALE' },
    ]);
  });

  test('end at a signal', async () => {
    const files = Array.from({ length: 3000 }, (_, index) => put(`${index}.`, 'x'));
    const stop = new AbortController();
    let told = 0;
    await nodeDigest(2).sha1(
      files,
      () => {
        told++;
        if (told === 1100) stop.abort();
      },
      stop.signal,
    );
    expect(told).toBeLessThan(3000);
  });

  test('read no file when the signal came before', async () => {
    let told = 0;
    await nodeDigest(2).sha1([put('1.', 'x')], () => told++, AbortSignal.abort());
    expect(told).toBe(0);
  });
});
