import { expect, test } from 'vitest';
import { WordRows } from '../../src/model/word-rows.ts';

test.each([0, 3, 1000])(
  'rows keep their words while more come than there was room for %i',
  (room) => {
    const rows = new WordRows(3, room);
    for (let nth = 0; nth < 500; nth += 1) {
      const row = rows.push();
      rows.words.set([row, row * 2, row * 3], row * 3);
    }
    expect(rows.length).toBe(500);
    for (const row of [0, 15, 16, 499]) {
      expect([...rows.words.subarray(row * 3, row * 3 + 3)]).toEqual([row, row * 2, row * 3]);
    }
  },
);

test('a new row is all zeros', () => {
  const rows = new WordRows(2, 0);
  for (let nth = 0; nth < 40; nth += 1) rows.push();
  expect([...rows.words.subarray(0, 80)]).toEqual(Array.from({ length: 80 }, () => 0));
});
