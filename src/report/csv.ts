/**
 * The report as a table for spreadsheets and databases: CSV of RFC 4180 in UTF-8, with a header line.
 *
 * The column `row` says what a row is: `stage-file`; `link`, one for every other name of its inode, with the owner,
 * verdict and action of its stage file; `finding` for those that belong to no stage file; `note`; and `report`, always
 * the last row of a host, without which the file was cut off. Sizes stand at stage files only, so that a sum is one.
 * Names are escaped as in the table.
 */
import type { BytePath } from '../model/byte-path.ts';
import type { Evidence } from '../model/evidence.ts';
import {
  reaches,
  severityOf,
  type Finding,
  type FindingCode,
  type Severity,
} from '../model/finding.ts';
import { linkPath, type Link } from '../model/link.ts';
import type { Report } from '../model/report.ts';
import { stagePath } from '../model/stage.ts';
import { adviceOf } from './advice.ts';
import { csvLine, mailboxCells, pathCells, type Cell } from './csv-line.ts';
import { otherNames } from './other-names.ts';
import { isoTime } from './quantities.ts';
import { printable, quote, quoteMailbox } from './quote.ts';
import type { Renderer } from './renderer.ts';

/** Scripts go by these names and this order: new ones are added at the end. */
const columns = [
  'host',
  'row',
  'severity',
  'codes',
  'partition',
  'area',
  'stage_path',
  'owner_pid',
  'owner_state',
  'owner_evidence',
  'verdict',
  'action',
  'reasons',
  'damage',
  'age_seconds',
  'size',
  'links_expected',
  'links_found',
  'links_complete',
  'path',
  'kind',
  'mailbox',
  'message_uid',
  'status',
  'donor_mailbox',
  'donor_uid',
  'good_copy',
  'detail',
  'device',
  'inode',
  'modified_at',
  'changed_at',
  'sha1',
  'path_base64',
  'mailbox_base64',
  'outcome',
  'complete',
  'started_at',
  'finished_at',
] as const;
export type CsvColumn = (typeof columns)[number];
export type CsvCells = Readonly<Partial<Record<CsvColumn, Cell>>>;

export const csvHeader = csvLine(columns);

export const renderCsv: Renderer = function* (report) {
  yield csvHeader;
  yield* csvRows(report);
};

/** Everything but the header line. */
export function* csvRows(report: Report): Generator<string> {
  yield* csvFindings(report);
  yield csvEnd(report);
}

/** Everything but the header line and the row that ends a report. */
export function* csvFindings(report: Report): Generator<string> {
  const { host } = report.header;
  for (const row of report.stageFiles) {
    yield csvRow(host, stageCells(row));
    for (const link of otherNames(row)) yield csvRow(host, linkCells(row, link));
  }
  for (const finding of report.findings) yield csvRow(host, findingCells(finding));
  for (const note of report.notes) yield csvRow(host, { row: 'note', detail: printable(note) });
  // One row a line: commands must stay what they are.
  for (const line of adviceOf(report).flatMap((each) => each.split('\n'))) {
    yield csvRow(host, { row: 'note', detail: printable(line) });
  }
}

/** The row that ends a report. */
export function csvEnd({ header, complete }: Report): string {
  return csvRow(header.host, {
    row: 'report',
    complete,
    started_at: isoTime(header.startedNs),
    finished_at: isoTime(header.finishedNs),
  });
}

/** @param cells  text without control characters */
export function csvRow(host: string, cells: CsvCells): string {
  const row: CsvCells = { host: printable(host), ...cells };
  return csvLine(columns.map((column) => row[column]));
}

function stageCells(row: Evidence): CsvCells {
  const { file, owner, account } = row;
  return {
    row: 'stage-file',
    ...sharedCells(row),
    ...codeCells(row.codes),
    owner_evidence: printable(owner.evidence),
    reasons: row.reasons.join(' '),
    size: file.stat.sizeBytes,
    links_expected: account.expected,
    links_found: account.links.length,
    links_complete: account.complete,
    ...placeCells(stagePath(file)),
    kind: 'stage',
    modified_at: isoTime(file.stat.modifiedNs),
    changed_at: isoTime(file.stat.changedNs),
    sha1: row.sha1,
  };
}

function linkCells(row: Evidence, link: Link): CsvCells {
  return {
    row: 'link',
    ...sharedCells(row),
    ...codeCells(link.codes),
    ...placeCells(linkPath(link), link.mailbox),
    kind: link.kind,
    message_uid: link.messageUid,
    status: link.status,
  };
}

function findingCells(finding: Finding): CsvCells {
  const { code, path, mailbox, messageUid, donor, goodCopy, detail } = finding;
  return {
    row: 'finding',
    ...codeCells([code]),
    ...placeCells(path, mailbox),
    message_uid: messageUid,
    donor_mailbox: donor && quoteMailbox(donor.mailbox),
    donor_uid: donor?.messageUid,
    good_copy: goodCopy && quote(goodCopy.path),
    detail: detail === undefined ? undefined : printable(detail),
  };
}

/** What holds for a stage file and for all its links, by which they are filtered and counted. */
function sharedCells({ file, owner, verdict, action, damage, ageSeconds }: Evidence): CsvCells {
  const { partition, area } = file.directory;
  return {
    partition: quoteMailbox(partition),
    area,
    stage_path: quote(stagePath(file)),
    owner_pid: file.ownerPid,
    owner_state: owner.state,
    verdict,
    action,
    damage,
    age_seconds: ageSeconds,
    device: file.stat.dev,
    inode: file.stat.ino,
  };
}

/** With the gravest severity of all codes. */
function codeCells(codes: readonly FindingCode[]): CsvCells {
  const severity = codes
    .map(severityOf)
    .reduce<Severity | undefined>(
      (gravest, one) => (gravest !== undefined && reaches(gravest, one) ? gravest : one),
      undefined,
    );
  return { codes: codes.join(' '), severity };
}

function placeCells(path: BytePath, mailbox?: string): CsvCells {
  const [shown, pathBase64] = pathCells(path);
  const [name, mailboxBase64] = mailboxCells(mailbox);
  return { path: shown, path_base64: pathBase64, mailbox: name, mailbox_base64: mailboxBase64 };
}
