import { expect, test } from 'vitest';
import { InodeTables } from '../../src/model/inode-tables.ts';

test('inodes of one number on two devices have each their own', () => {
  const tables = new InodeTables();
  tables.put({ dev: 1n, ino: 5n }, 10);
  tables.put({ dev: 2n, ino: 5n }, 11);
  const told = [1n, 2n, 3n].map((dev) => tables.find({ dev, ino: 5n }));
  expect(told).toEqual([10, 11, -1]);
  expect(tables.all.map(({ dev, size }) => [dev, size])).toEqual([
    [1n, 1],
    [2n, 1],
  ]);
});
