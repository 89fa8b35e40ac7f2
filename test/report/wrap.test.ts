import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bytePath } from '../../src/model/byte-path.ts';
import { displayWidth } from '../../src/report/display-width.ts';
import { quote } from '../../src/report/quote.ts';
import { pathLines, wrap } from '../../src/report/wrap.ts';

test('a path that fits is one line', () => {
  expect(pathLines('/a/b', 4)).toEqual(['/a/b']);
});

test('a path that does not fit breaks after its slashes', () => {
  expect(pathLines('/spool/user/glad/71229.', 12)).toEqual(['/spool/user/', 'glad/71229.']);
});

test('only a path of more than three lines loses its middle, and never its leaf', () => {
  expect(pathLines(`/spool/${'deep/'.repeat(20)}71229.`, 20)).toEqual(['/spool/deep/…/71229.']);
});

test('a leaf that is longer than the line is broken, not cut', () => {
  const leaf = 'x'.repeat(50);
  expect(
    pathLines(`/${'deep/'.repeat(20)}${leaf}`, 20)
      .slice(1)
      .join(''),
  ).toBe(leaf);
});

test('an escape is not torn apart by a line end', () => {
  expect(pathLines('abc\\x1bdef', 5)).toEqual(['abc', '\\x1bd', 'ef']);
});

test('a wide character takes two columns', () => {
  expect(displayWidth('下書き')).toBe(6);
  expect(pathLines('下書き', 5)).toEqual(['下書', 'き']);
});

test('no line of a path is too wide, and every one ends as the path does', () => {
  const name = fc
    .string({ unit: 'binary', minLength: 1, maxLength: 300 })
    .map((text) => quote(bytePath(text)));
  fc.assert(
    fc.property(name, fc.integer({ min: 20, max: 100 }), (path, width) => {
      const lines = pathLines(path, width);
      const leaf = path.slice(path.lastIndexOf('/') + 1);
      return lines.every((line) => displayWidth(line) <= width) && lines.join('').endsWith(leaf);
    }),
  );
});

test('words are wrapped with a hanging indent', () => {
  expect(wrap('one two three four', 12, '- ', '  ')).toEqual(['- one two', '  three four']);
});
