/** The results as a table on a terminal, and as Markdown for the README. */
import Table from 'cli-table3';
import type { Claim, Growth } from './growth.ts';
import { machineLine, type Machine } from './machine.ts';
import type { Comparison, RaceResult } from './race.ts';
import { notMeasured, type Mark } from './targets.ts';

const marks: Readonly<Record<Mark, string>> = {
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

/** @param runs of who has no limit of its own: fewer are told */
function comparisonRows(results: readonly RaceResult[], runs: number): string[][] {
  return results.flatMap((result) =>
    result.comparisons.map((comparison) => {
      const own = figuresOf(result, comparison.ours);
      const other = figuresOf(result, comparison.peer);
      return [
        result.title,
        result.spool,
        result.cache,
        `${comparison.ours}${noteOf(own)}`,
        `${comparison.peer}${noteOf(other)}`,
        `${seconds(own.medianMs)} : ${seconds(other.medianMs)}`,
        ratioOf(comparison, runs, own.wrong, other.wrong),
        comparison.atMost === undefined ? '' : `≤ ${comparison.atMost}`,
        marks[comparison.mark],
        `${mebibytes(own.mostKiB)} : ${mebibytes(other.mostKiB)}`,
      ];
    }),
  );
}

/** Promises that nothing was held against: another size, no root, a peer that is not here. */
function notMeasuredRows(results: readonly RaceResult[]): string[][] {
  const compared = results.flatMap(({ id, files, cache, comparisons }) =>
    comparisons.map(({ ours, peer }) => ({ race: id, files, cache, ours, peer })),
  );
  return notMeasured(compared).map(({ race, files, cache, ours, peer, atMost }) => [
    race,
    files === undefined ? 'any' : `${count(files)} files`,
    cache,
    ours,
    peer,
    '',
    'not measured',
    `≤ ${atMost}`,
    '',
    '',
  ]);
}

function noteOf({ searched, passes }: RaceResult['figures'][number]): string {
  if (passes !== undefined) return ` (${passes} ${passes === 1 ? 'pass' : 'passes'})`;
  return searched === undefined || searched > 0.995
    ? ''
    : ` (read ${Math.round(searched * 100)} %)`;
}

function claimRows(claims: readonly Claim[]): string[][] {
  return claims.map(({ claim, found, promise, mark }) => [claim, found, promise, marks[mark]]);
}

function growthRows(growths: readonly Growth[]): string[][] {
  return growths.flatMap(({ title, per, unit, projectedTo, points, line }) => {
    if (points.length === 0) return [];
    const measured = points.map(({ x, y }) => `${count(x)}: ${inUnit(y, unit)}`).join('; ');
    if (line === undefined) return [[title, measured, 'two sizes are needed', '']];
    const [, factor] = units[unit];
    return [
      [
        title,
        measured,
        `${inUnit(line.intercept, unit)} + ${line.slope.toFixed(2)} ${unit} a ${per}`,
        `${((line.intercept + line.slope * projectedTo) / factor).toFixed(0)} ${units[unit][0]} at ${count(projectedTo)}`,
      ],
    ];
  });
}

const growthHeads = ['growth', 'measured', 'line', 'projected'];
const claimHeads = ['promise', 'found', 'promised', 'met'];

export const offlineRemark =
  'Every run of ours has --offline: no process of the machine is asked who uses what, as no peer asks.';

export function terminalTables(
  runs: number,
  results: readonly RaceResult[],
  claims: readonly Claim[],
  growths: readonly Growth[],
): string {
  return [
    terminalTable(heads, [...comparisonRows(results, runs), ...notMeasuredRows(results)]),
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
    `Measured on ${takenOn} by \`npm run bench\`: ${machineLine(machine)}. Median of ${runs} runs in turns; a ratio is the median of the ratios of neighbouring runs. ${offlineRemark}`,
    markdownTable(heads, [...comparisonRows(results, runs), ...notMeasuredRows(results)]),
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

function ratioOf({ ratio }: Comparison, runs: number, own?: string, other?: string): string {
  if (ratio === undefined) {
    return own === undefined ? `peer is wrong: ${other ?? ''}` : `ours is wrong: ${own}`;
  }
  const { median, least, most, pairs } = ratio;
  const fewer = pairs < runs ? `, ${pairs} ${pairs === 1 ? 'run' : 'runs'}` : '';
  return `${median.toFixed(2)} (${least.toFixed(2)}–${most.toFixed(2)}${fewer})`;
}

function seconds(ms: number | undefined): string {
  if (ms === undefined) return '–';
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
