import { describe as suite, expect, test } from 'vitest';
import { contentOf } from '../../bench/message-content.ts';
import {
  contentSize,
  describe,
  isReal,
  mailboxCount,
  messagePath,
  messageSize,
  messagesOf,
  realCount,
  realMessage,
  shapeNames,
  type SpoolDescription,
} from '../../bench/spool-shape.ts';

const all = (spool: SpoolDescription): number[] => Array.from({ length: spool.files }, (_, n) => n);
/** More than are real, and no multiple of a mailbox. */
const spools = shapeNames.map((shape) => describe(shape, 50_003));

suite.each(spools)('a spool of the shape $shape', (spool) => {
  test('gives each message a path of its own, in the mailbox that it belongs to', () => {
    const paths = new Set<string>();
    for (let mailbox = 0; mailbox < mailboxCount(spool); mailbox += 1) {
      const { first, count } = messagesOf(spool, mailbox);
      for (let nth = 0; nth < count; nth += 1) {
        const path = messagePath(spool, first + nth);
        expect(path.endsWith(`/${nth + 1}.`)).toBe(true);
        paths.add(path);
      }
    }
    expect(paths.size).toBe(spool.files);
  });

  test('has as many real messages as it says, and knows them by number', () => {
    const real = all(spool).filter((message) => isReal(spool, message));
    expect(real).toHaveLength(realCount(spool));
    expect(real).toEqual(real.map((_, nth) => realMessage(spool, nth)));
  });
});

test('what is not real is as long as its record says, and what is real as its bytes', () => {
  const spool = describe('many', 100_000);
  const sizes = [0, realMessage(spool, 0)].map((message) => messageSize(spool, message));
  expect(isReal(spool, 0)).toBe(false);
  expect(sizes).toEqual([2000, contentOf(spool, realMessage(spool, 0)).bytes.length]);
});

test('small spools are real throughout', () => {
  const spool = describe('many', 500);
  expect(all(spool).every((message) => isReal(spool, message))).toBe(true);
});

test('messages of an audit are 1 to 64 KiB long, and some 15 on average', () => {
  const spool = describe('audit', 10_000);
  const sizes = all(spool).map((message) => contentSize(spool, message));
  expect(Math.min(...sizes)).toBeGreaterThanOrEqual(1024);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(65_536);
  const mean = sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
  expect(mean / 1024).toBeCloseTo(15.1, 0);
});
