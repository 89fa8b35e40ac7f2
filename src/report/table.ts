/** The report for people. */
import type { Evidence } from '../model/evidence.ts';
import { severityOf } from '../model/finding.ts';
import type { Report } from '../model/report.ts';
import { nextLines } from './next-steps.ts';
import { paint, toned } from './paint.ts';
import { printable, quote } from './quote.ts';
import { age, bytes, clockTime, count, many } from './quantities.ts';
import type { RenderOptions } from './renderer.ts';
import { auditAnswer, damagedLines } from './table-audit.ts';
import { coverageLines, gapsOf, isWhole, notLookedAtLines } from './table-coverage.ts';
import { findingLines } from './table-findings.ts';
import { rowLines } from './table-rows.ts';
import { summaryLines } from './table-summary.ts';
import { wrap } from './wrap.ts';

/** The facts of a row need about 70 columns; on a narrower terminal it is better to let that break lines. */
const narrowest = 80;

export function* renderTable(report: Report, asked: RenderOptions): Generator<string> {
  const options = { ...asked, columns: Math.max(asked.columns, narrowest) };
  for (const line of tableLines(report, options)) yield `${line}\n`;
}

function* tableLines(report: Report, options: RenderOptions): Generator<string> {
  yield* openingLines(report, options);
  if (report.stageFiles.length > 0) {
    yield '';
    yield* summaryLines(report.stageFiles, options);
    yield* rowLines(report.stageFiles, options);
  }
  if (report.messages === undefined) yield* findingLines(report.findings, options);
  else {
    yield* damagedLines(report, options);
    // What is critical stands above, by message.
    const others = report.findings.filter(({ code }) => severityOf(code) !== 'critical');
    yield* findingLines(others, options);
  }
  yield* notLookedAtLines(report, options);
  if (report.messages === undefined) {
    yield* coverageLines(report, options);
    yield* wrap(totalsText(report), options.columns);
  }
  yield* nextLines(report, options);
}

/** What a reader must know who reads no further: where, whether it is the whole answer, and the answer. */
function* openingLines(report: Report, options: RenderOptions): Generator<string> {
  const { header } = report;
  yield* wrap(
    `stagesweep ${printable(header.version)} on ${printable(header.host)}, ${clockTime(header.startedNs)}`,
    options.columns,
  );
  if (header.clockAheadSeconds !== undefined) {
    yield* wrap(
      `The clock of this run was set ahead by ${age(header.clockAheadSeconds)}: ages are that much too high.`,
      options.columns,
    );
  }
  if (!isWhole(report)) {
    const text = `INCOMPLETE: this is not the whole answer, since ${gapsOf(report).join(', ')}. What is missing below is not known to be absent.`;
    for (const line of wrap(text, options.columns)) {
      yield paint(toned(line, 'bad'), options.color);
    }
  }
  const { damagedMessages } = report.totals;
  if (damagedMessages > 0) {
    const text = `DAMAGE: ${many(damagedMessages, 'message holds', 'messages hold')} wrong bytes. Save this report before anything is removed or repaired.`;
    for (const line of wrap(text, options.columns)) {
      yield paint(toned(line, 'bad'), options.color);
    }
  }
  yield* wrap(answerText(report), options.columns);
}

function answerText(report: Report): string {
  if (report.messages !== undefined && report.audit !== undefined) {
    return auditAnswer(report.messages, report.audit);
  }
  const { stageFiles, roots, totals } = report;
  if (stageFiles.length === 0) {
    const where = roots.map(({ path }) => quote(path)).join(', ');
    if (!isWhole(report)) {
      return `No stage files were seen, but there may be some where nothing could be seen. Looked at: ${where || 'nothing'}.`;
    }
    return where === ''
      ? 'Nothing was looked at: no partition was given.'
      : `No stage files: nothing was left behind in the stage directories of ${where}.`;
  }
  const oldest = stageFiles.reduce((most, row: Evidence) => Math.max(most, row.ageSeconds), 0);
  const files = `${many(stageFiles.length, 'stage file')}, the oldest changed ${age(oldest)} ago`;
  if (totals.orphans === 0) return `${files}. None of them is known to be an orphan.`;
  return `${files}. ${many(totals.orphans, 'orphan')}: ${count(totals.linked)} with other names, ${count(totals.lastName)} with none; ${bytes(totals.bytes)}.`;
}

function totalsText(report: Report): string {
  const { totals } = report;
  const parts = [
    many(totals.stageFiles, 'stage file'),
    many(totals.orphans, 'orphan'),
    `${count(totals.inUse)} in use`,
    `${count(totals.tooYoung)} too young`,
    `${count(totals.undecided)} undecided`,
    many(totals.unknownNames, 'unknown name'),
    many(totals.unseenLinks, 'name not found', 'names not found'),
    many(totals.damagedMessages, 'damaged message'),
  ];
  return `Totals: ${parts.join(', ')}.`;
}
