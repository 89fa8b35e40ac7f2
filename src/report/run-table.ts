/** Undo and purge for people: what became of every name, or would, and the command that does it. */
import { bytePath } from '../model/byte-path.ts';
import type { RunStep } from '../model/run.ts';
import type { RunReport } from '../model/run-report.ts';
import { commandLines } from './command-line.ts';
import { gridLines } from './grid.ts';
import { paint, toned, type Tone } from './paint.ts';
import { printable, quote, shellQuote } from './quote.ts';
import { bytes, count, many } from './quantities.ts';
import type { RenderOptions } from './renderer.ts';
import { wrap } from './wrap.ts';

const narrowest = 80;
/** Rows that are shown without -v; what asks for a person is always shown. */
const shownAtMost = 200;

const tones: Readonly<Record<RunStep['outcome'], Tone | undefined>> = {
  restored: 'good',
  'would-restore': undefined,
  'nothing-to-do': 'quiet',
  held: 'doubt',
  cannot: 'bad',
  failed: 'bad',
  purged: 'good',
  'would-purge': undefined,
  kept: 'doubt',
};

export function* renderRunTable(report: RunReport, asked: RenderOptions): Generator<string> {
  const options = { ...asked, columns: Math.max(asked.columns, narrowest) };
  for (const line of lines(report, options)) yield `${line}\n`;
}

/** What a person is asked before it is done. */
export function runQuestion({ verb, outcomes }: RunReport): string {
  const steps = outcomes.flatMap((outcome) => outcome.steps);
  if (verb === 'undo') {
    const names = steps.filter(({ outcome }) => outcome === 'would-restore').length;
    return `Put ${many(names, 'name')} back? (yes/no) `;
  }
  const files = steps.filter(({ outcome }) => outcome === 'would-purge');
  const last = files.filter(({ isLast }) => isLast === true).length;
  const warning =
    last === 0 ? '' : ` ${count(last)} of them have no other name: their bytes are gone then.`;
  return `Delete ${many(files.length, 'file')} for good?${warning} (yes/no) `;
}

/** Is there anything to carry out? */
export function wouldDo({ outcomes }: RunReport): boolean {
  return outcomes.some(({ steps }) =>
    steps.some(({ outcome }) => outcome === 'would-restore' || outcome === 'would-purge'),
  );
}

function* lines(report: RunReport, options: RenderOptions): Generator<string> {
  const run = report.outcomes[0]?.run ?? '';
  const verb = report.isApplied ? report.verb : `${report.verb} (nothing was changed)`;
  yield* wrap(`stagesweep ${verb}, run ${printable(run)}`, options.columns);
  if (report.refusal !== undefined) {
    for (const line of wrap(`${report.refusal}.`, options.columns)) {
      yield paint(toned(line, 'bad'), options.color);
    }
  }
  for (const { root, steps, refusals, heldFiles, isInterrupted } of report.outcomes) {
    yield '';
    yield paint(toned(quote(root), 'title'), options.color);
    for (const refusal of refusals) {
      for (const line of wrap(printable(`${refusal}.`), options.columns, '  ')) {
        yield paint(toned(line, 'bad'), options.color);
      }
    }
    if (isInterrupted) yield '  Interrupted: the same command goes on where this one ended.';
    if (steps.length === 0 && refusals.length === 0) yield '  The quarantine of this run is empty.';
    yield* stepLines(steps, options);
    if (report.isApplied || steps.length > 0) {
      yield `  ${tallyOf(steps)}; ${many(heldFiles, 'file')} in the quarantine.`;
    }
  }
  if (report.isApplied || !wouldDo(report)) return;
  yield '';
  yield `To ${report.verb === 'undo' ? 'put them back' : 'delete them for good'}:`;
  const words = [...report.header.command.filter((word) => word !== '--json'), '--apply'];
  yield* (
    commandLines(
      ['stagesweep', ...words.map((word) => shellQuote(bytePath(word)))],
      options.columns,
      '  ',
    ) ?? [`  stagesweep ${report.verb} … --apply`]
  );
}

function* stepLines(all: readonly RunStep[], options: RenderOptions): Generator<string> {
  const asksForPerson = ({ outcome, isLast }: RunStep): boolean =>
    ['held', 'cannot', 'failed', 'kept'].includes(outcome) || isLast === true;
  const steps = options.verbose > 0 || all.length <= shownAtMost ? all : all.filter(asksForPerson);
  if (steps.length > 0) {
    yield* gridLines(
      [
        { title: 'outcome', align: 'left' },
        { title: 'size', align: 'right' },
      ],
      'path',
      steps,
      (step) => ({
        cells: [
          toned(step.isLast === true ? `${step.outcome}, LAST` : step.outcome, tones[step.outcome]),
          toned(step.sizeBytes === undefined ? '' : bytes(step.sizeBytes)),
        ],
        name: quote(step.stagePath ?? step.path),
        below: (room) =>
          step.detail === undefined
            ? []
            : wrap(printable(step.detail), room).map((text) => toned(text, 'quiet')),
      }),
      options,
    );
  }
  const left = all.length - steps.length;
  if (left > 0) yield `  … and ${many(left, 'more name')} (-v shows all)`;
}

function tallyOf(steps: readonly RunStep[]): string {
  const tally = new Map<string, number>();
  for (const { outcome } of steps) tally.set(outcome, (tally.get(outcome) ?? 0) + 1);
  if (tally.size === 0) return 'nothing was done';
  return [...tally].map(([outcome, files]) => `${count(files)} ${outcome}`).join(', ');
}
