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
 * "header", then every "stageFile", then every "finding", of an audit "messages", and "totals" last: a file without its totals was cut
 * off, which a reader must treat as no report at all.
 */
export function* renderJsonl(report: Report): Generator<string> {
  yield line('header', headerFields(report));
  for (const evidence of report.stageFiles) yield line('stageFile', stageFileFields(evidence));
  for (const finding of mergedFindings(report)) yield line('finding', findingFields(finding));
  const { messages, audit, totals } = report;
  if (messages === undefined) yield line('totals', totalsFields(totals));
  else {
    yield line('messages', messagesFields(messages));
    yield line('totals', auditTotalsFields(totals, audit));
  }
}

function line(type: string, fields: Fields): string {
  return `${safeJson({ type, ...fields })}\n`;
}
