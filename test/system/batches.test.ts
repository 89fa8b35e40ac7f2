import { describe, expect, test } from 'vitest';
import { bytePath } from '../../src/model/byte-path.ts';
import type { FileStat } from '../../src/model/inode.ts';
import type { Trouble } from '../../src/model/trouble.ts';
import { Batches, type Item } from '../../src/system/batches.ts';
import type { Inspection } from '../../src/system/os.ts';
import { fileStat } from '../support/file-stat.ts';

interface Named extends Item {
  readonly name: string;
}

const item = (name: string, over: Partial<Named> = {}): Named => ({
  name,
  looks: 1,
  expectedBytes: 10,
  ...over,
});

function batchesOf(items: readonly Named[], limits = { looks: 100, bytes: 1000 }): Batches<Named> {
  // eslint-disable-next-line @typescript-eslint/require-await -- what makes the items may take its time
  async function* given(): AsyncGenerator<Named> {
    yield* items;
  }
  return new Batches(given(), limits, undefined);
}

const namesOf = (batch: readonly Named[]): string[] => batch.map(({ name }) => name);

describe('batches', () => {
  test('have no more looks, and no more bytes, than it takes to reach the limit', async () => {
    const items = [
      item('a', { looks: 3 }),
      item('b'),
      item('c', { expectedBytes: 500 }),
      item('d'),
    ];
    const batches = batchesOf(items, { looks: 4, bytes: 100 });
    expect(namesOf(await batches.next())).toEqual(['a', 'b']);
    expect(namesOf(await batches.next())).toEqual(['c']);
    expect(namesOf(await batches.next())).toEqual(['d']);
    expect([batches.looks, batches.bytes]).toEqual([6, 530]);
  });

  test('come to an end when all of them were settled, and not before', async () => {
    const batches = batchesOf([item('a')]);
    const batch = await batches.next();
    let isDone = false;
    const end = batches.next().then((last) => {
      isDone = true;
      return last;
    });
    await new Promise(setImmediate);
    expect(isDone).toBe(false);
    batches.settle(batch, 10);
    expect(await end).toEqual([]);
  });

  test('give out what an answer gave to do before anything new', async () => {
    const batches = batchesOf([item('a'), item('b')], { looks: 1, bytes: 1000 });
    const batch = await batches.next();
    batches.add(item('of a'));
    batches.settle(batch, 10);
    expect(namesOf(await batches.next())).toEqual(['of a']);
    expect(namesOf(await batches.next())).toEqual(['b']);
  });

  test('give nothing out when they were closed', async () => {
    const batches = batchesOf([item('a'), item('b')], { looks: 1, bytes: 1000 });
    await batches.next();
    batches.add(item('of a'));
    await batches.close();
    expect(await batches.next()).toEqual([]);
  });
});

describe('a file whose inode has three names', () => {
  const stat: FileStat = fileStat({ linkCount: 3 });

  /** Both names were looked at. */
  async function shared(): Promise<{ batches: Batches<Named>; told: string[] }> {
    const batches = batchesOf([item('a'), item('b')]);
    const told: string[] = [];
    const batch = await batches.next();
    for (const one of batch) {
      batches.share(one, stat, (sha1) => told.push(`${one.name} ${sha1}`));
    }
    batches.settle(batch, 0);
    return { batches, told };
  }

  test('is read by its first name, and the others have the digest', async () => {
    const { batches, told } = await shared();
    const [first] = await batches.next();
    if (first === undefined) throw new Error('nothing to read');
    batches.answered(first, { stat, sha1: 'abc', readBytes: 10 });
    expect(told).toEqual(['b abc']);
  });

  const changes: [string, Inspection | Trouble | undefined][] = [
    ['has changed since', { stat: { ...stat, sizeBytes: 7 }, sha1: 'abc', readBytes: 7 }],
    ['has only that name by now', undefined],
    ['could not be read', { path: bytePath('/a'), syscall: 'open', errno: 'EIO' }],
  ];
  test.for(changes)('is read by another name when it %s', async ([, answer]) => {
    const { batches, told } = await shared();
    const batch = await batches.next();
    const [first] = batch;
    expect(namesOf(batch)).toEqual(['a']);
    if (first === undefined) throw new Error('nothing to read');
    batches.answered(first, answer);
    expect(told).toEqual([]);
    batches.settle(batch, 10);
    expect(namesOf(await batches.next())).toEqual(['b']);
  });
});
