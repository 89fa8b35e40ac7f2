/** The results as a table on a terminal, and as Markdown for the README. */
import Table from 'cli-table3';
import type { Claim, Growth } from './growth.ts';
import { machineLine, type Machine } from './machine.ts';
import type { Comparison, RaceResult } from './race.ts';
import type { Mark } from './targets.ts';

export const marks: Readonly<Record<Mark, string>> = {
  met: 'yes',
  missed: 'FALLS SHORT',
  none: '',
};

const heads = [
  'work',
  'spool',
  'cache',
  'ours',
  'peer',
  'seconds',
  'ratio (least–most)',
  'promised',
  'met',
  'MiB',
];

export function comparisonRows(results: readonly RaceResult[]): string[][] {
  return results.flatMap((result) =>
    result.comparisons.map((comparison) => {
      const own = figuresOf(result, comparison.ours);
      const other = figuresOf(result, comparison.peer);
      return [
        result.title,
        result.spool,
        result.cache,
        own.searched === undefined || own.searched > 0.995
          ? comparison.ours
          : `${comparison.ours} (read ${Math.round(own.searched * 100)} %)`,
        comparison.peer,
        `${seconds(own.medianMs)} : ${seconds(other.medianMs)}`,
        ratioOf(comparison, own.wrong, other.wrong),
        comparison.atMost === undefined ? '' : `≤ ${comparison.atMost}`,
        marks[comparison.mark],
        `${mebibytes(own.mostKiB)} : ${mebibytes(other.mostKiB)}`,
      ];
    }),
  );
}

export function claimRows(claims: readonly Claim[]): string[][] {
  return claims.map(({ claim, found, promise, mark }) => [claim, found, promise, marks[mark]]);
}

export function growthRows(growths: readonly Growth[]): string[][] {
  return growths.flatMap(({ title, per, unit, points, line }) => {
    if (points.length === 0) return [];
    const measured = points.map(({ x, y }) => `${count(x)}: ${inUnit(y, unit)}`).join('; ');
    if (line === undefined) return [[title, measured, 'two sizes are needed', '']];
    const [, factor] = units[unit];
    return [
      [
        title,
        measured,
        `${inUnit(line.intercept, unit)} + ${line.slope.toFixed(2)} ${unit} a ${per}`,
        `${((line.intercept + line.slope * 100_000_000) / factor).toFixed(0)} ${units[unit][0]} at 100,000,000`,
      ],
    ];
  });
}

const growthHeads = ['growth', 'measured', 'line', 'projected'];
const claimHeads = ['promise', 'found', 'promised', 'met'];

export function terminalTables(
  results: readonly RaceResult[],
  claims: readonly Claim[],
  growths: readonly Growth[],
): string {
  return [
    terminalTable(heads, comparisonRows(results)),
    terminalTable(claimHeads, claimRows(claims)),
    terminalTable(growthHeads, growthRows(growths)),
  ]
    .filter((table) => table !== '')
    .join('\n\n');
}

/** @param takenOn the day, for a reader who wonders how old it is */
export function markdownTables(
  machine: Machine,
  runs: number,
  takenOn: string,
  results: readonly RaceResult[],
  claims: readonly Claim[],
  growths: readonly Growth[],
): string {
  return [
    `Measured on ${takenOn} by \`npm run bench\`: ${machineLine(machine)}. Median of ${runs} runs in turns; a ratio is the median of the ratios of neighbouring runs.`,
    markdownTable(heads, comparisonRows(results)),
    markdownTable(claimHeads, claimRows(claims)),
    markdownTable(growthHeads, growthRows(growths)),
    '',
  ]
    .filter((part, index, parts) => part !== '' || index === parts.length - 1)
    .join('\n\n');
}

function terminalTable(head: readonly string[], rows: readonly string[][]): string {
  if (rows.length === 0) return '';
  const table = new Table({ head: [...head], style: { head: [], border: [], compact: true } });
  table.push(...rows);
  return table.toString();
}

function markdownTable(head: readonly string[], rows: readonly string[][]): string {
  if (rows.length === 0) return '';
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function figuresOf(result: RaceResult, name: string): RaceResult['figures'][number] {
  const figures = result.figures.find((one) => one.name === name);
  if (figures === undefined) throw new Error(`${name} did not run in ${result.id}`);
  return figures;
}

function ratioOf({ ratio }: Comparison, own?: string, other?: string): string {
  if (ratio === undefined) {
    return own === undefined ? `peer is wrong: ${other ?? ''}` : `ours is wrong: ${own}`;
  }
  const { median, least, most } = ratio;
  return `${median.toFixed(2)} (${least.toFixed(2)}–${most.toFixed(2)})`;
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(ms < 1000 ? 3 : 2);
}

function mebibytes(kib: number | undefined): string {
  return kib === undefined ? '–' : String(Math.round(kib / 1024));
}

const units = { bytes: ['MiB', 2 ** 20], ns: ['s', 1e9] } as const;

function inUnit(value: number, unit: Growth['unit']): string {
  const [name, factor] = units[unit];
  const digits = unit === 'ns' ? 2 : 0;
  return `${(value / factor).toFixed(digits)} ${name}`;
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}
