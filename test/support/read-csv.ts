/** Reads CSV as other people's programs do: by Python's csv module, which is told to be strict. */
import { execFileSync } from 'node:child_process';

export type CsvRecord = Readonly<Record<string, string>>;

/** Debian package by program, for neededPrograms(). */
export const csvReaders = { python3: 'python3' } as const;

const script = `
import csv, io, json, sys
rows = list(csv.reader(io.TextIOWrapper(sys.stdin.buffer, encoding='utf-8', newline=''), strict=True))
json.dump(rows, sys.stdout)
`;

/** Every line as its cells, the header first. */
export function csvCells(text: string): readonly (readonly string[])[] {
  const told = execFileSync('python3', ['-c', script], { input: text, maxBuffer: 1 << 28 });
  return JSON.parse(told.toString('utf8')) as string[][];
}

/** The lines behind the header by the names of their columns; every one must have as many cells as the header. */
export function readCsv(text: string): readonly CsvRecord[] {
  const [header = [], ...rows] = csvCells(text);
  return rows.map((row) => {
    if (row.length !== header.length) throw new Error(`${row.length} cells: ${row.join('|')}`);
    return Object.fromEntries(header.map((name, at) => [name, row[at] ?? '']));
  });
}
