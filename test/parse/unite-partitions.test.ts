import { describe, expect, test } from 'vitest';
import { bytePath } from '../../src/model/byte-path.ts';
import type { Partition } from '../../src/model/partition.ts';
import { configuredName, unitePartitions } from '../../src/parse/unite-partitions.ts';

function partition(name: string, data: string, rest: Partial<Partition> = {}): Partition {
  return { name, data: bytePath(data), metadata: new Map(), ...rest };
}

const plain = { hashed: false, fullHash: false, domains: false };

describe('partitions of several configurations', () => {
  test('keep unique names, which roots and stage files carry', () => {
    const united = unitePartitions([
      { label: 'one.conf', partitions: [partition('a', '/a')] },
      { label: 'two.conf', partitions: [partition('a', '/b')] },
      { label: 'three.conf', partitions: [partition('a', '/c'), partition('a', '/b')] },
    ]);
    expect(united.map(({ name, data }) => [name, data])).toEqual([
      ['a', '/a'],
      ['a (two.conf)', '/b'],
      ['a (three.conf)', '/c'],
    ]);
    expect(united.map(configuredName)).toEqual(['a', 'a', 'a']);
  });

  test('with the same directories have no layout when they do not agree on it', () => {
    const [united] = unitePartitions([
      { label: 'one.conf', partitions: [partition('a', '/a', { layout: plain })] },
      {
        label: 'two.conf',
        partitions: [partition('a', '/a', { layout: { ...plain, hashed: true } })],
      },
    ]);
    expect(united).toEqual(partition('a', '/a'));
  });

  test('are two when only their metadata lies in different places', () => {
    const metadata = new Map([['index', bytePath('/m')]] as const);
    const united = unitePartitions([
      { label: 'one.conf', partitions: [partition('a', '/a')] },
      { label: 'two.conf', partitions: [partition('a', '/a', { metadata })] },
    ]);
    expect(united).toHaveLength(2);
  });
});
