import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { asBytes, bytePath, toBuffer, type BytePath } from '../../src/model/byte-path.ts';
import { nodeFiles } from '../../src/system/files.ts';
import type { Lists } from '../../src/system/os.ts';
import { quickLists } from '../../src/system/quick-list.ts';
import { test } from '../support/spool.ts';

const quick = await quickLists();

function told(lists: Lists, path: BytePath): unknown {
  const entries: string[] = [];
  const trouble = lists.list(path, (leaf, kind) => entries.push(`${kind} ${leaf}`));
  return { entries: entries.sort(), trouble };
}

test('the quick listing is another than that of Node where koffi is installed', () => {
  expect(quick).not.toBe(nodeFiles);
});

test('the quick listing tells every name and kind as Node does', ({ dir }) => {
  const path = bytePath(dir);
  for (let uid = 0; uid < 3000; uid++) writeFileSync(join(dir, `${uid}.`), '');
  for (const leaf of ['..x', '...', '.hidden', '\xff\xfe\n', 'x'.repeat(255)]) {
    writeFileSync(toBuffer(asBytes(`${path}/${leaf}`)), '');
  }
  mkdirSync(join(dir, 'directory'));
  symlinkSync('nowhere', join(dir, 'symlink'));
  execFileSync('mkfifo', [join(dir, 'fifo')]);
  expect(told(quick, path)).toEqual(told(nodeFiles, path));
});

test.for([
  ['quick listing', quick],
  ['listing of Node', nodeFiles],
] as const)('the %s tells messages by their uids to who asks for them so', ([, lists], { dir }) => {
  const messages = ['0.', '1.', '10.', '4294967295.'];
  const others = ['01.', '4294967296.', '1', '1.x', 'cyrus.index'];
  for (const leaf of [...messages, ...others]) writeFileSync(join(dir, leaf), '');
  mkdirSync(join(dir, '2.'));
  symlinkSync('1.', join(dir, '3.'));
  const uids: number[] = [];
  const leaves: string[] = [];
  lists.list(
    bytePath(dir),
    (leaf) => leaves.push(leaf),
    (uid) => uids.push(uid),
  );
  expect(uids.map((uid) => `${uid}.`).sort()).toEqual(messages.toSorted());
  expect(leaves.sort()).toEqual([...others, '2.', '3.'].sort());
});

test('the quick listing refuses what Node refuses, in its words', ({ dir }) => {
  writeFileSync(join(dir, 'file'), '');
  for (const leaf of ['gone', 'file']) {
    const path = bytePath(join(dir, leaf));
    expect(told(quick, path)).toEqual(told(nodeFiles, path));
  }
});

test('a listing may be asked for while another is told', ({ dir }) => {
  for (const leaf of ['a', 'b']) {
    mkdirSync(join(dir, leaf));
    writeFileSync(join(dir, leaf, `in-${leaf}`), '');
  }
  const path = bytePath(dir);
  const inner: string[] = [];
  const outer: string[] = [];
  quick.list(path, (leaf) => {
    outer.push(leaf);
    quick.list(asBytes(`${path}/${leaf}`), (below) => inner.push(below));
  });
  expect([outer.sort(), inner.sort()]).toEqual([
    ['a', 'b'],
    ['in-a', 'in-b'],
  ]);
});
