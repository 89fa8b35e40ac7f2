import { expect, test } from 'vitest';
import { InodeSet } from '../../src/model/inode-set.ts';
import { SharedInodes } from '../../src/model/shared-inodes.ts';

test('one number on two devices is two inodes', () => {
  const shared = new SharedInodes();
  shared.add(1n, InodeSet.of([7n, 8n]));
  shared.add(2n, InodeSet.of([7n]));
  expect([shared.has(1n, 7n), shared.has(2n, 7n), shared.has(2n, 8n), shared.has(3n, 7n)]).toEqual([
    true,
    true,
    false,
    false,
  ]);
  expect(shared.size).toBe(3);
});

test('what passes found of one device is added up', () => {
  const shared = new SharedInodes();
  shared.add(1n, InodeSet.of([7n]));
  shared.add(1n, InodeSet.of([8n]));
  expect([...shared.inodes(1n)]).toEqual([7n, 8n]);
  expect(shared.devices()).toEqual([1n]);
});

test('as tables for a walk every inode is found on its device', () => {
  const shared = new SharedInodes();
  shared.add(1n, InodeSet.of([2n ** 60n, 8n]));
  shared.add(2n, InodeSet.of([9n]));
  const found = shared.tables().map((table) => [table.dev, table.size, table.find(2n ** 60n) >= 0]);
  expect(found).toEqual([
    [1n, 2, true],
    [2n, 1, false],
  ]);
});
