/** The report as one JSON document, `stagesweep.report/1` (contract.md). */
import type { Report } from '../model/report.ts';
import {
  auditTotalsFields,
  findingFields,
  headerFields,
  messagesFields,
  stageFileFields,
  totalsFields,
  type Fields,
} from './json-fields.ts';
import { mergedFindings } from './merged-findings.ts';
import { safeJson } from './safe-json.ts';

/** One line for every row and finding, so that diff and grep work on the document too. */
export function* renderJson(report: Report): Generator<string> {
  // The header is an object of its own; without its closing brace the lists follow in the same object.
  yield safeJson(headerFields(report)).slice(0, -1);
  const { messages, audit } = report;
  if (messages !== undefined) yield `,\n"messages":${safeJson(messagesFields(messages))}`;
  else {
    yield ',\n"stageFiles":[';
    yield* list(report.stageFiles, stageFileFields);
    yield ']';
  }
  yield ',\n"findings":[';
  yield* list(mergedFindings(report), findingFields);
  const totals =
    messages === undefined ? totalsFields(report.totals) : auditTotalsFields(report.totals, audit);
  yield `],\n"totals":${safeJson(totals)}}\n`;
}

function* list<T>(items: Iterable<T>, fields: (item: T) => Fields): Generator<string> {
  let separator = '\n';
  for (const item of items) {
    yield separator + safeJson(fields(item));
    separator = ',\n';
  }
}
