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
  for (const { type, fields } of jsonlItems(report)) yield jsonLine(type, fields);
}

export interface JsonlItem {
  readonly type: string;
  readonly fields: Fields;
}

/** What stands in the lines. */
export function* jsonlItems(report: Report): Generator<JsonlItem> {
  yield { type: 'header', fields: headerFields(report) };
  for (const row of report.stageFiles) yield { type: 'stageFile', fields: stageFileFields(row) };
  for (const one of mergedFindings(report)) yield { type: 'finding', fields: findingFields(one) };
  const { messages, audit, totals } = report;
  if (messages === undefined) yield { type: 'totals', fields: totalsFields(totals) };
  else {
    yield { type: 'messages', fields: messagesFields(messages) };
    yield { type: 'totals', fields: auditTotalsFields(totals, audit) };
  }
}

/** `type` first, and what else goes before the fields. They are not copied for it: that took longer than the writing. */
export function jsonLine(type: string, fields: Fields): string {
  return `{"type":"${type}",${safeJson(fields).slice(1)}\n`;
}
