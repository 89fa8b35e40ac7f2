/** A clean for people: what could not be looked at, the plan, and what was done. */
import type { CleanReport } from '../model/clean-report.ts';
import type { Plan } from '../model/plan.ts';
import { doneLines } from './done-table.ts';
import { paint, toned } from './paint.ts';
import { planLines } from './plan-table.ts';
import { printable } from './quote.ts';
import { clockTime, count, many } from './quantities.ts';
import type { RenderOptions } from './renderer.ts';
import { gapsOf, isWhole, notLookedAtLines } from './table-coverage.ts';
import { wrap } from './wrap.ts';

const narrowest = 80;

export function* renderCleanTable(clean: CleanReport, asked: RenderOptions): Generator<string> {
  const options = { ...asked, columns: Math.max(asked.columns, narrowest) };
  for (const line of lines(clean, options)) yield `${line}\n`;
}

function* lines(clean: CleanReport, options: RenderOptions): Generator<string> {
  const { report } = clean;
  const { header } = report;
  yield* wrap(
    `stagesweep ${printable(header.version)} on ${printable(header.host)}, ${clockTime(header.startedNs)}`,
    options.columns,
  );
  if (!isWhole(report)) {
    const text = `INCOMPLETE: not everything could be looked at (${gapsOf(report).join(', ')}). What was not seen is kept, and what cannot be proved is quarantined, never unlinked.`;
    for (const line of wrap(text, options.columns)) yield paint(toned(line, 'bad'), options.color);
  }
  if (report.totals.damagedMessages > 0) {
    const text = `DAMAGE: ${many(report.totals.damagedMessages, 'message holds', 'messages hold')} wrong bytes. Its stage files are evidence and are only ever quarantined; read stagesweep scan first.`;
    for (const line of wrap(text, options.columns)) yield paint(toned(line, 'bad'), options.color);
  }
  yield* planLines(clean, options);
  yield* doneLines(clean, options);
  yield* notLookedAtLines(report, options);
}

/** What a person says yes to, with the numbers. */
export function questionOf(plan: Plan): string {
  const numbers = { unlink: 0, quarantine: 0, directory: 0 };
  for (const step of plan.roots.flatMap(({ steps }) => steps)) {
    numbers[step.kind === 'file' ? step.action : 'directory'] += 1;
  }
  const parts = [
    `unlink ${many(numbers.unlink, 'name')}`,
    `move ${count(numbers.quarantine)} to quarantine`,
    `remove ${many(numbers.directory, 'empty directory', 'empty directories')}`,
  ];
  return `\nstagesweep is about to ${parts.join(', ')} in ${many(plan.roots.length, 'spool directory', 'spool directories')}.\nType yes to go on: `;
}
