/** What a run did, for people: how much, what not and why, where the journal is, how to undo and how to purge. */
import { join } from '../model/byte-path.ts';
import type { CleanReport, DoneRoot, DoneStep } from '../model/clean-report.ts';
import type { StepOutcome } from '../model/journal.ts';
import type { PlanStep } from '../model/plan.ts';
import { commandLines, runArguments } from './command-line.ts';
import { paint, toned } from './paint.ts';
import { stepPath } from './plan-rows.ts';
import { printable, quote, shellQuote } from './quote.ts';
import { bytes, count, many } from './quantities.ts';
import type { RenderOptions } from './renderer.ts';
import { wrap } from './wrap.ts';

/** Steps that went otherwise than planned, listed without -v. */
const oddLimit = 20;

/** In the order in which a reader wants them. */
const outcomeWords: Readonly<Record<StepOutcome, string>> = {
  unlinked: 'unlinked',
  quarantined: 'moved to quarantine',
  copied: 'copied to quarantine, since the last message went meanwhile',
  'directory-removed': 'empty directories removed',
  'already-gone': 'already gone',
  refused: 'left alone',
  'put-back': 'put back',
  failed: 'failed',
};

export function* doneLines(clean: CleanReport, options: RenderOptions): Generator<string> {
  const { done, plan } = clean;
  if (done === undefined) return;
  yield '';
  // A run that made no journal has done nothing, and left nothing of its name.
  const began = done.roots.some(({ journal }) => journal !== undefined);
  const title = began ? `Run ${done.run}` : 'Nothing was changed';
  yield paint(toned(title, began ? 'title' : 'bad'), options.color);
  for (const root of done.roots) yield* rootLines(clean, root, done.run, options);
  const asked = plan.kept.length;
  if (asked > 0) yield* wrap(`${many(asked, 'name')} kept, as the plan says.`, options.columns);
}

function* rootLines(
  { plan, report }: CleanReport,
  root: DoneRoot,
  run: string,
  options: RenderOptions,
): Generator<string> {
  const planned = plan.roots.find((one) => one.root === root.root)?.steps.length ?? 0;
  const parts = Object.entries(countsOf(root.results)).map(
    ([words, number]) => `${count(number)} ${words}`,
  );
  const begun = root.results.length;
  if (begun < planned) parts.push(`${count(planned - begun)} not done`);
  yield* wrap(`${quote(root.root)}: ${parts.join(', ') || 'nothing was done'}.`, options.columns);
  const bad = [
    ...(root.isInterrupted
      ? ['Interrupted: the step that was begun was finished, the rest was not begun.']
      : []),
    ...(root.stopped === undefined ? [] : [`STOPPED: ${printable(root.stopped)}.`]),
  ];
  for (const line of bad.flatMap((sentence) => wrap(sentence, options.columns))) {
    yield paint(toned(line, 'bad'), options.color);
  }
  yield* oddLines(root, options);
  if (root.journal === undefined) return;
  // Never broken, however long: people paste it.
  yield `  Journal: ${quote(root.journal)}`;
  const directory = join(join(root.root, 'stagesweep.'), run);
  const words = report.header.command;
  yield* command(
    'To put everything back:',
    ['undo', shellQuote(directory), ...runArguments(words, 'undo'), '--apply'],
    options,
  );
  const held = root.results.some(
    ({ outcome }) => outcome === 'quarantined' || outcome === 'copied',
  );
  if (held) {
    // The plan knows the sum of all roots only, and of all its steps as they were planned.
    const isAll = plan.roots.length === 1 && begun === planned && !root.results.some(isUnplanned);
    const frees = !isAll ? '' : `, which frees ${bytes(plan.bytesQuarantined)}`;
    yield* command(
      `To delete the quarantine for good${frees}:`,
      ['purge', shellQuote(directory), ...runArguments(words, 'purge'), '--apply'],
      options,
    );
  }
}

function countsOf(results: readonly DoneStep[]): Record<string, number> {
  const counts = new Map<StepOutcome, number>();
  for (const { outcome } of results) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  const told: Record<string, number> = {};
  for (const outcome of outcomes) {
    const number = counts.get(outcome);
    if (number !== undefined) told[outcomeWords[outcome]] = number;
  }
  return told;
}

const outcomes = Object.keys(outcomeWords).filter(isOutcome);

function isOutcome(word: string): word is StepOutcome {
  return word in outcomeWords;
}

function* oddLines(root: DoneRoot, options: RenderOptions): Generator<string> {
  const odd = root.results.filter(isOdd);
  const shown = options.verbose > 0 ? odd : odd.slice(0, oddLimit);
  for (const { step, outcome, detail } of shown) {
    const why = detail === undefined ? '' : `: ${printable(detail)}`;
    const text = `${quote(stepPath(root.root, step))} ${outcomeWords[outcome]}${why}`;
    yield* wrap(text, options.columns, '  ', '    ');
  }
  const left = odd.length - shown.length;
  if (left > 0) yield `  … and ${many(left, 'more')} (-v shows all)`;
}

function isUnplanned({ step, outcome }: DoneStep): boolean {
  return outcome !== plannedOutcome(step);
}

/** Otherwise than planned, or there is something to say of it. */
function isOdd({ step, outcome, detail }: DoneStep): boolean {
  return detail !== undefined || isUnplanned({ step, outcome });
}

function plannedOutcome(step: PlanStep): StepOutcome {
  if (step.kind === 'directory') return 'directory-removed';
  return step.action === 'unlink' ? 'unlinked' : 'quarantined';
}

function* command(
  text: string,
  words: readonly string[],
  options: RenderOptions,
): Generator<string> {
  const all = ['stagesweep', ...words];
  yield* wrap(text, options.columns, '  ');
  yield* commandLines(all, options.columns, '      ') ?? [`      ${all.join(' ')}`];
}
