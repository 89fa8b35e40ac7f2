/** The plan for people: what would go, what stays, why, what it frees, and the command that carries it out. */
import type { CleanReport } from '../model/clean-report.ts';
import type { Action } from '../model/verdict.ts';
import { commandLines, spoolArguments } from './command-line.ts';
import { gridLines, type Column } from './grid.ts';
import { paint, toned, type Tone } from './paint.ts';
import { groupRows, planRows, type PlanAction, type PlanRow } from './plan-rows.ts';
import { printable, quote } from './quote.ts';
import { bytes, count, many } from './quantities.ts';
import type { RenderOptions } from './renderer.ts';
import { reasonWords } from './sentences.ts';
import { wrap } from './wrap.ts';

/** Groups that are told without -v: a page. */
const groupLimit = 24;

const columns: readonly Column[] = [
  { title: 'action', align: 'left' },
  { title: 'files', align: 'right' },
];
const fileColumns: readonly Column[] = [{ title: 'action', align: 'left' }];

export const actionTones: Readonly<Record<PlanAction, Tone | undefined>> = {
  unlink: 'doubt',
  quarantine: 'doubt',
  'remove-directory': 'doubt',
  keep: undefined,
};

export function* planLines(clean: CleanReport, options: RenderOptions): Generator<string> {
  const rows = planRows(clean.plan);
  yield* wrap(answerText(rows), options.columns);
  yield* hindranceLines(clean, options);
  if (rows.length > 0) {
    yield '';
    yield paint(toned('Plan', 'title'), options.color);
    yield* options.verbose > 0 ? everyRow(rows, options) : byDirectory(rows, options);
    yield '';
    yield* wrap(bytesText(clean, rows), options.columns);
  }
  yield* commandText(clean, options);
}

function answerText(rows: readonly PlanRow[]): string {
  const of = (action: PlanAction): number =>
    rows.reduce((sum, row) => sum + (row.action === action ? 1 : 0), 0);
  const going = rows.length - of('keep');
  if (rows.length === 0) return 'Nothing to do: there are no stage files.';
  if (going === 0) return `Nothing to do: ${many(rows.length, 'name')} kept, and none to go.`;
  const parts = [
    `${count(of('unlink'))} to unlink`,
    `${count(of('quarantine'))} to quarantine`,
    many(of('remove-directory'), 'empty directory to remove', 'empty directories to remove'),
    `${count(of('keep'))} kept`,
  ];
  return `The plan: ${parts.join(', ')}.`;
}

/** What will not work is said before anything else is read. */
export function* hindranceLines(clean: CleanReport, options: RenderOptions): Generator<string> {
  const sentences = [
    ...clean.plan.refused.map(({ root, why }) => `REFUSED: ${quote(root)} ${why}.`),
    ...clean.obstacles.map(({ why }) => `WILL NOT WORK: ${printable(why)}.`),
    ...(clean.refusal === undefined ? [] : [`REFUSED: ${clean.refusal}.`]),
  ];
  for (const sentence of sentences) {
    for (const line of wrap(sentence, options.columns)) {
      yield paint(toned(line, 'bad'), options.color);
    }
  }
}

function* byDirectory(rows: readonly PlanRow[], options: RenderOptions): Generator<string> {
  const groups = groupRows(rows);
  const shown = [...groups].sort((a, b) => b.files - a.files).slice(0, groupLimit);
  const chosen = new Set(shown);
  yield* gridLines(
    columns,
    'directory',
    groups.filter((group) => chosen.has(group)),
    ({ action, files, directory, reasons }) => ({
      cells: [toned(action, actionTones[action]), toned(count(files))],
      name: quote(directory),
      below: (room) => whyLines(reasons, room),
    }),
    options,
  );
  const left = groups.filter((group) => !chosen.has(group));
  if (left.length > 0) {
    const files = left.reduce((sum, group) => sum + group.files, 0);
    yield `  … and ${many(files, 'more name')} in ${many(left.length, 'group')} (-v shows every one)`;
  }
}

function* everyRow(rows: readonly PlanRow[], options: RenderOptions): Generator<string> {
  yield* gridLines(
    fileColumns,
    'stage file',
    rows,
    ({ action, path, reasons }) => ({
      cells: [toned(action, actionTones[action])],
      name: quote(path),
      below: (room) => whyLines(reasons, room),
    }),
    options,
  );
}

function whyLines(reasons: PlanRow['reasons'], room: number): ReturnType<typeof toned>[] {
  if (reasons.length === 0) return [];
  const text = reasons.map((reason) => reasonWords[reason]).join('; ');
  return wrap(text, room).map((line) => toned(line, 'quiet'));
}

function bytesText({ plan }: CleanReport, rows: readonly PlanRow[]): string {
  const sizeOf = (action: Action): number =>
    rows.reduce((sum, row) => sum + (row.action === action ? row.sizeBytes : 0), 0);
  const sentences = ['This frees no bytes by itself.'];
  if (rows.some((row) => row.action === 'unlink')) {
    sentences.push(
      `Unlinking frees nothing: those names (${bytes(sizeOf('unlink'))}) are hard links of messages, which stay.`,
    );
  }
  if (rows.some((row) => row.action === 'quarantine')) {
    sentences.push(
      `Quarantine keeps every byte until it is purged, which would free ${bytes(plan.bytesQuarantined)}.`,
    );
  }
  return rows.some((row) => row.action !== 'keep') ? sentences.join(' ') : 'No bytes are freed.';
}

function* commandText(clean: CleanReport, options: RenderOptions): Generator<string> {
  if (clean.done !== undefined || clean.plan.roots.length === 0) return;
  yield '';
  yield* wrap('Nothing was changed. To carry this out:', options.columns);
  const words = ['stagesweep', 'clean', '--apply', ...applyArguments(clean)];
  const lines = commandLines(words, options.columns, '    ');
  // A command that is cut is a wrong command; a long one is still one that can be pasted.
  if (lines === undefined) yield `    ${words.join(' ')}`;
  else yield* lines;
}

function applyArguments(clean: CleanReport): string[] {
  const same = spoolArguments(clean.report.header.command, 'clean') ?? [];
  return same.filter((word) => word !== '--apply' && word !== '--yes' && word !== '-y');
}
