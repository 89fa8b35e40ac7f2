import fc from 'fast-check';
import { expect, test } from 'vitest';
import { partitionLabels } from '../../src/report/partition-labels.ts';

const labels = (...partitions: string[]): string[] =>
  partitions.map((partition) => partitionLabels(partitions)(partition));

test('a configured name is its own label', () => {
  expect(labels('default', 'big')).toEqual(['default', 'big']);
});

test('a directory without a name has no path for a label', () => {
  expect(labels('/mnt/b', '/home/fred/mail')).toEqual(['unnamed 2', 'unnamed']);
});

test('a name of two configurations keeps their files apart, without their directories', () => {
  expect(labels('default', 'default (/etc/cyrus/imapd-2.conf)')).toEqual([
    'default',
    'default (imapd-2.conf)',
  ]);
});

test('no two partitions share a label, and none has a slash', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.stringMatching(/^[/a-c ()]{1,8}$/)), (partitions) => {
      const found = labels(...partitions);
      expect(new Set(found).size).toBe(partitions.length);
      expect(found.join('')).not.toContain('/');
    }),
  );
});
