/** The report as one JSON object a line, for readers that hold one line at a time. */
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

/**
 * "header", then every "stageFile", then every "finding", of an audit "messages", and "totals" last: a file without its
 * totals was cut off, which a reader must treat as no report at all.
 */
export function* renderJsonl(report: Report): Generator<string> {
  for (const fields of jsonlObjects(report)) yield `${safeJson(fields)}\n`;
}

/** What stands in the lines, `type` first. */
export function* jsonlObjects(report: Report): Generator<Fields> {
  yield { type: 'header', ...headerFields(report) };
  for (const evidence of report.stageFiles)
    yield { type: 'stageFile', ...stageFileFields(evidence) };
  for (const finding of mergedFindings(report))
    yield { type: 'finding', ...findingFields(finding) };
  const { messages, audit, totals } = report;
  if (messages === undefined) yield { type: 'totals', ...totalsFields(totals) };
  else {
    yield { type: 'messages', ...messagesFields(messages) };
    yield { type: 'totals', ...auditTotalsFields(totals, audit) };
  }
}
