/** The figures that the README shows are those that were measured. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const read = (path: string): string =>
  readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

/** Cells of each row, without their padding. */
function rowsOf(markdown: string): string[] {
  return markdown
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) => line.replaceAll(/ {2,}/g, ' '))
    .filter((line) => !/^[| -]+$/.test(line));
}

test('every row of the README on speed stands in the kept results', () => {
  const section = /^## How fast it is$([\s\S]*?)^## /m.exec(read('README.md'))?.[1] ?? '';
  const measured = new Set(rowsOf(read('bench/results/latest.md')));
  const shown = rowsOf(section);
  expect(shown.length).toBeGreaterThan(10);
  expect(shown.filter((row) => !measured.has(row))).toEqual([]);
});
