/** What is looked into ahead of a reader, and when. Lookups are noted here, not made; blocks are told, not read. */
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { asBytes } from '../../../src/model/byte-path.ts';
import { DirectoryStack, PathBytes, workOf } from '../../../src/system/walk/directory-stack.ts';
import { ReadAhead } from '../../../src/system/walk/read-ahead.ts';

/** Of 4 KB and an inode each, as a directory is that is in no cache. */
const coldBlocks = 16;

/** A reader that has a thousand directories to read. */
class Reader {
  readonly asked: string[][] = [];
  readonly #answers: { resolve: () => void; reject: (error: Error) => void }[] = [];
  readonly #stack = new DirectoryStack();
  readonly #ahead: ReadAhead;
  #blocks = 0;
  readonly #progress = { directories: 0, leftOut: 0 };

  constructor() {
    const paths = Array.from({ length: 1000 }, (_, nth) => asBytes(`/spool/${nth}`));
    this.#stack.add(workOf(paths, 0));
    this.#ahead = new ReadAhead(
      (names) => {
        this.asked.push(Buffer.from(names).toString('latin1').split('\0').slice(0, -1));
        return new Promise((resolve, reject) => this.#answers.push({ resolve, reject }));
      },
      () => this.#blocks,
    );
  }

  /** @param blocks  from disks, for each directory. @param leftOut  of each */
  read(directories: number, blocks: number, leftOut = 0): void {
    for (let nth = 0; nth < directories; nth += 1) this.#stack.pop(new PathBytes());
    this.#progress.directories += directories;
    this.#progress.leftOut += directories * leftOut;
    this.#blocks += directories * blocks;
    this.#ahead.attend(this.#stack, { ...this.#progress });
  }

  async answer(how: 'resolve' | 'reject' = 'resolve'): Promise<void> {
    for (const answer of this.#answers.splice(0)) answer[how](new Error('no memory'));
    await pause(0);
  }
}

test('nothing is looked into ahead of a reader whose directories are in memory', () => {
  const reader = new Reader();
  for (let turn = 0; turn < 5; turn += 1) reader.read(100, 0);
  expect(reader.asked).toEqual([]);
});

test('once the disk was read for directories, those that come next are looked into, the next one first', () => {
  const reader = new Reader();
  reader.read(100, coldBlocks);
  expect(reader.asked[0]?.slice(0, 3)).toEqual(['/spool/897/-', '/spool/896/-', '/spool/895/-']);
});

test('no more calls are under way than were allowed, however long they take', () => {
  const reader = new Reader();
  for (let turn = 0; turn < 5; turn += 1) reader.read(20, coldBlocks);
  expect(reader.asked).toHaveLength(6);
});

test('a call that has ended makes room for the next, and none is made for the same directory', async () => {
  const reader = new Reader();
  for (let turn = 0; turn < 10; turn += 1) {
    reader.read(20, coldBlocks);
    await reader.answer();
  }
  const names = reader.asked.flat();
  expect([reader.asked.length > 20, new Set(names).size]).toEqual([true, names.length]);
});

test('the entries of directories are left alone where their inodes are enough', () => {
  const reader = new Reader();
  reader.read(100, coldBlocks, 0.9);
  expect(reader.asked[0]?.[0]).toBe('/spool/897/.');
});

test('it ends when what follows is in memory', async () => {
  const reader = new Reader();
  reader.read(100, coldBlocks);
  await reader.answer();
  const before = reader.asked.length;
  for (let turn = 0; turn < 3; turn += 1) reader.read(100, 0);
  expect(reader.asked.length).toBe(before);
});

test('where the calls fail, no more are made, and nobody is disturbed', async () => {
  const reader = new Reader();
  for (let turn = 0; turn < 10; turn += 1) {
    reader.read(20, coldBlocks);
    await reader.answer('reject');
  }
  expect(reader.asked).toHaveLength(6);
});
