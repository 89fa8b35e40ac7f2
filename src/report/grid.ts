/**
 * Rows of short facts, each with one name that may be long.
 *
 * The name is the last column where there is room for it, and has lines of its own below the facts where there is
 * none. No border: lines are copied, grepped and mailed.
 */
import CliTable3 from 'cli-table3';
import { displayWidth } from './display-width.ts';
import { paint, toned, type Toned } from './paint.ts';
import type { RenderOptions } from './renderer.ts';
import { pathLines } from './wrap.ts';

export interface Column {
  readonly title: string;
  readonly align: 'left' | 'right';
}

export interface Entry {
  /** As many as there are columns; plain ASCII of our own. */
  readonly cells: readonly Toned[];
  /** Quoted. */
  readonly name: string;
  /** Lines below it, made for the room that there is. */
  readonly below?: (room: number) => readonly Toned[];
}

const indent = '  ';
const nested = '      ';
const gap = 2;
// cli-table3 lays out a whole table at once, in more than linear time: 20,000 rows took 4.2 s in tables of 500
// and 2.4 s in tables of 50 (2 busy cores). Small ones also keep a million rows out of memory.
const batch = 50;

/** @param rows  gone over twice, so that no entry is kept: first for widths, then for lines */
export function* gridLines<Row>(
  columns: readonly Column[],
  nameTitle: string,
  rows: readonly Row[],
  toEntry: (row: Row, index: number) => Entry,
  options: RenderOptions,
): Generator<string> {
  const widths = columns.map((column) => column.title.length);
  let longest = 0;
  rows.forEach((row, index) => {
    const entry = toEntry(row, index);
    longest = Math.max(longest, displayWidth(entry.name));
    entry.cells.forEach((cell, at) => {
      widths[at] = Math.max(widths[at] ?? 0, cell.text.length);
    });
  });
  const used = indent.length + widths.reduce((sum, width) => sum + width + gap, 0);
  const room = options.columns - used;
  // 62 columns hold `sync./<pid>/` and a SHA-1 with some to spare; what is longer may take two lines.
  const isBeside = room >= Math.min(Math.max(longest, nameTitle.length), 62);
  const nameWidth = isBeside ? room : options.columns - nested.length;
  const grid = (lines: Toned[][], names: string[]): string[] =>
    facts(columns, widths, lines, options).map((line, at) =>
      (indent + line + (isBeside ? (names[at] ?? '') : '')).trimEnd(),
    );
  yield* grid(
    [columns.map((column) => toned(column.title, 'quiet'))],
    [paint(toned(nameTitle, 'quiet'), options.color)],
  );
  for (let start = 0; start < rows.length; start += batch) {
    const entries = rows.slice(start, start + batch).map((row, at) => toEntry(row, start + at));
    const names = entries.map((entry) => pathLines(entry.name, nameWidth));
    const lines = grid(
      entries.map((entry) => [...entry.cells]),
      names.map(([first = '']) => first),
    );
    for (const [at, entry] of entries.entries()) {
      yield lines[at] ?? '';
      const lead = isBeside ? ' '.repeat(used) : nested;
      for (const more of (names[at] ?? []).slice(isBeside ? 1 : 0)) yield lead + more;
      for (const line of entry.below?.(options.columns - nested.length) ?? []) {
        yield nested + paint(line, options.color);
      }
    }
  }
}

function facts(
  columns: readonly Column[],
  widths: readonly number[],
  rows: readonly (readonly Toned[])[],
  options: RenderOptions,
): string[] {
  const table = new CliTable3({
    chars: borderless,
    colWidths: widths.map((width) => width + gap),
    colAligns: columns.map((column) => column.align),
    style: { 'padding-left': 0, 'padding-right': gap, head: [], border: [], compact: true },
  });
  for (const row of rows) table.push(row.map((cell) => paint(cell, options.color)));
  return table.toString().split('\n');
}

const borderless = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '',
};
