/** The runs of the partitions, for people. */
import type { RunState } from '../model/journal.ts';
import type { RunSummary } from '../model/run.ts';
import type { HistoryReport } from '../model/run-report.ts';
import { gridLines } from './grid.ts';
import { toned, type Tone } from './paint.ts';
import { printable, quote } from './quote.ts';
import { bytes, clockTime, count } from './quantities.ts';
import type { RenderOptions } from './renderer.ts';
import { wrap } from './wrap.ts';

const narrowest = 80;

const tones: Readonly<Record<RunState, Tone | undefined>> = {
  complete: 'good',
  interrupted: 'bad',
  'never-began': 'quiet',
  'partly-undone': 'doubt',
  undone: 'quiet',
  purged: 'quiet',
  running: 'doubt',
  unreadable: 'bad',
};

export function* renderHistoryTable(
  report: HistoryReport,
  asked: RenderOptions,
): Generator<string> {
  const options = { ...asked, columns: Math.max(asked.columns, narrowest) };
  for (const line of lines(report, options)) yield `${line}\n`;
}

function* lines({ runs, refusals }: HistoryReport, options: RenderOptions): Generator<string> {
  for (const refusal of refusals) yield* wrap(printable(`${refusal}.`), options.columns);
  if (runs.length === 0) {
    yield 'No run has left anything here.';
    return;
  }
  yield* gridLines(
    [
      { title: 'state', align: 'left' },
      { title: 'started', align: 'left' },
      { title: 'holds', align: 'right' },
      { title: 'size', align: 'right' },
    ],
    'run',
    runs,
    (run) => ({
      cells: [
        toned(run.state, tones[run.state]),
        toned(run.startedNs === undefined ? '?' : clockTime(run.startedNs)),
        toned(count(run.heldFiles)),
        toned(bytes(run.heldBytes)),
      ],
      name: quote(run.run),
      below: (room) => wrap(wordsOf(run), room).map((text) => toned(text, 'quiet')),
    }),
    options,
  );
}

function wordsOf({ root, state, counts, detail }: RunSummary): string {
  const parts = Object.entries(counts).map(([outcome, steps]) => `${count(steps)} ${outcome}`);
  if (state === 'partly-undone') parts.push(`${count(leftOf(counts))} not back`);
  const words = detail === undefined ? parts : [...parts, printable(detail)];
  return `in ${quote(root)}: ${words.join(', ') || 'no steps'}`;
}

/** Of what was removed, what neither undo nor purge has settled. */
function leftOf(counts: RunSummary['counts']): number {
  const { unlinked = 0, quarantined = 0, copied = 0, undone = 0, purged = 0 } = counts;
  const removed = unlinked + quarantined + copied + (counts['directory-removed'] ?? 0);
  return Math.max(removed - undone - purged, 0);
}
