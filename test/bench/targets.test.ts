import { describe, expect, test } from 'vitest';
import {
  markOf,
  millionOrphansBytes,
  notMeasured,
  ourName,
  targetOf,
  type Compared,
} from '../../bench/targets.ts';

const worst: Compared = {
  race: 'one-worst',
  files: 1_000_000,
  cache: 'warm',
  ours: ourName,
  peer: 'find -inum',
};

describe('the promise for a comparison', () => {
  test('is that of its race, size, cache and peer', () => {
    expect(targetOf(worst)?.atMost).toBe(0.9);
    expect(targetOf({ ...worst, files: 10_000_000 })?.atMost).toBe(0.75);
    expect(targetOf({ ...worst, cache: 'cold' })?.atMost).toBe(0.65);
    expect(targetOf({ ...worst, cache: 'cold', peer: 'find -samefile' })?.atMost).toBe(0.12);
    expect(targetOf({ ...worst, race: 'one-random' })?.atMost).toBe(0.7);
  });

  test.each<[string, Partial<Compared>]>([
    ['another size', { files: 100_000 }],
    ['another peer', { peer: 'bfs -inum' }],
    ['another of ours', { ours: `${ourName} --walker node` }],
    ['another race', { race: 'one-huge' }],
  ])('is none for %s', (_, other) => {
    expect(targetOf({ ...worst, ...other })).toBeUndefined();
  });

  test('on all cores is that of the peer', () => {
    const peer = 'xargs -P 2 openssl sha1';
    const audit = { ...worst, race: 'audit-digest', files: 200_000, peer };
    expect(targetOf(audit)?.atMost).toBe(1.25);
    expect(targetOf({ ...audit, peer: 'xargs -P 2 sha1sum' })).toBeUndefined();
  });
});

test('a promise that nothing was held against is told', () => {
  const all = notMeasured([]);
  expect(all.length).toBeGreaterThan(10);
  const left = notMeasured([worst, { ...worst, peer: 'bfs -inum' }]);
  expect(left).toHaveLength(all.length - 1);
  expect(left).not.toContainEqual(expect.objectContaining({ race: 'one-worst', atMost: 0.9 }));
});

test('a promise is met at its limit, and missed without a ratio', () => {
  const target = targetOf(worst);
  expect(markOf(target, 0.9)).toBe('met');
  expect(markOf(target, 0.91)).toBe('missed');
  expect(markOf(target, undefined)).toBe('missed');
  expect(markOf(undefined, 0.1)).toBe('none');
});

test('700 MB are 700 million bytes', () => {
  expect(millionOrphansBytes).toBe(700_000_000);
});
