/**
 * A comparison as CSV: a `finding` for every difference, with what both ends have; then `note` and, always the last,
 * `report`, which says whether it is complete.
 */
import type { Difference, EndSummary } from '../model/comparison.ts';
import { severityOf } from '../model/finding.ts';
import type { ManifestMessage } from '../model/manifest.ts';
import { ComparisonAdvice } from './comparison-advice.ts';
import type { ComparisonRenderer } from './comparison-json.ts';
import { csvLine, mailboxCells, pathCells, type Cell } from './csv-line.ts';
import { isoTime } from './quantities.ts';
import { printable, quoteMailbox } from './quote.ts';

/** Scripts go by these names and this order: new ones are added at the end. */
const ends = [
  'record_size',
  'record_guid',
  'size',
  'sha1',
  'expunged',
  'missing',
  'errno',
] as const;
const columns = [
  'row',
  'severity',
  'code',
  'mailbox',
  'message_uid',
  'messages',
  'damaged_end',
  ...ends.map((column) => `a_${column}` as const),
  ...ends.map((column) => `b_${column}` as const),
  'detail',
  'unique_id',
  'path',
  'path_base64',
  'mailbox_base64',
  'complete',
  'started_at',
  'finished_at',
] as const;
type Cells = Readonly<Partial<Record<(typeof columns)[number], Cell>>>;

export const renderComparisonCsv: ComparisonRenderer = async function* (
  header,
  differences,
  outcome,
) {
  yield csvLine(columns);
  const advice = new ComparisonAdvice(header);
  for await (const difference of differences) {
    advice.see(difference);
    yield rowOf(differenceCells(difference));
  }
  const end = outcome();
  for (const note of [...end.notes, ...advice.steps])
    yield rowOf({ row: 'note', detail: printable(note) });
  yield rowOf({
    row: 'report',
    complete: end.complete,
    started_at: isoTime(header.startedNs),
    finished_at: isoTime(end.finishedNs),
    detail: printable(gapsOf({ A: end.a, B: end.b })) || undefined,
  });
};

function rowOf(cells: Cells): string {
  return csvLine(columns.map((column) => cells[column]));
}

function differenceCells(difference: Difference): Cells {
  const { code, path, uniqueId, detail } = difference;
  const [mailbox, mailboxBase64] = mailboxCells(difference.mailbox);
  const [shown, pathBase64] = path === undefined ? [] : pathCells(path);
  return {
    row: 'finding',
    severity: severityOf(code),
    code,
    mailbox,
    message_uid: difference.messageUid,
    messages: difference.messages,
    damaged_end: difference.damagedEnd,
    ...endCells('a', difference.a),
    ...endCells('b', difference.b),
    detail: detail === undefined ? undefined : printable(detail),
    unique_id: uniqueId === undefined ? undefined : quoteMailbox(uniqueId),
    path: shown,
    path_base64: pathBase64,
    mailbox_base64: mailboxBase64,
  };
}

function endCells(end: 'a' | 'b', message: ManifestMessage | undefined): Cells {
  if (message === undefined) return {};
  return {
    [`${end}_record_size`]: message.recordSize,
    [`${end}_record_guid`]: message.recordGuid,
    [`${end}_size`]: message.size,
    [`${end}_sha1`]: message.sha1,
    [`${end}_expunged`]: message.isExpunged || undefined,
    [`${end}_missing`]: message.isMissing || undefined,
    [`${end}_errno`]: message.errno,
  };
}

function gapsOf(both: Readonly<Record<string, EndSummary>>): string {
  return Object.entries(both)
    .flatMap(([end, { incompleteBecause }]) =>
      incompleteBecause === undefined ? [] : [`${end}: ${incompleteBecause}`],
    )
    .join('. ');
}
