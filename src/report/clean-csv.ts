/** A clean as CSV: the rows of its scan, then `plan`, and what was done as `step`, in the columns of csv.ts. */
import type { BytePath } from '../model/byte-path.ts';
import type { CleanReport } from '../model/clean-report.ts';
import { pathCells } from './csv-line.ts';
import { csvEnd, csvFindings, csvHeader, csvRow, type CsvCells } from './csv.ts';
import { actionOf, planRows, stepPath } from './plan-rows.ts';
import { printable } from './quote.ts';

export function* renderCleanCsv(clean: CleanReport): Generator<string> {
  const { host } = clean.report.header;
  yield csvHeader;
  yield* csvFindings(clean.report);
  for (const cells of cleanCells(clean)) yield csvRow(host, cells);
  yield csvEnd(clean.report);
}

function* cleanCells({ plan, obstacles, refusal, done }: CleanReport): Generator<CsvCells> {
  for (const { path, action, reasons } of planRows(plan)) {
    // The stage file's own row has its size already: the sum of the column must stay one.
    yield { row: 'plan', ...placeCells(path), action, reasons: reasons.join(' ') };
  }
  for (const { root, why } of plan.refused) {
    yield { row: 'refused', ...placeCells(root), detail: printable(why) };
  }
  for (const { root, why } of obstacles) {
    yield { row: 'obstacle', ...placeCells(root), detail: printable(why) };
  }
  if (refusal !== undefined) yield { row: 'refusal', detail: printable(refusal) };
  if (done !== undefined) yield { row: 'run', detail: done.run };
  for (const { root, results, stopped, isInterrupted } of done?.roots ?? []) {
    for (const { step, outcome, detail } of results) {
      yield {
        row: 'step',
        ...placeCells(stepPath(root, step)),
        action: actionOf(step),
        outcome,
        detail: detail === undefined ? undefined : printable(detail),
      };
    }
    const end = stopped ?? (isInterrupted ? 'interrupted' : undefined);
    if (end !== undefined) yield { row: 'stopped', ...placeCells(root), detail: printable(end) };
  }
}

function placeCells(path: BytePath): CsvCells {
  const [shown, base64] = pathCells(path);
  return { path: shown, path_base64: base64 };
}
