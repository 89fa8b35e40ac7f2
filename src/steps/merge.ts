/**
 * Many hosts' reports -> a Fleet. Two passes: the first checks every file from beginning to end and keeps its sums, the
 * second reads the chosen ones again as they are asked for. So there is one report in memory, however many hosts.
 */
import { chooseReports, type ReportPolicy } from '../decide/choose-reports.ts';
import type { BytePath } from '../model/byte-path.ts';
import { FormatError, InputError } from '../model/errors.ts';
import type { Fleet, FleetHeader, FleetHost, RefusedReport } from '../model/fleet.ts';
import type { FileStat } from '../model/inode.ts';
import type { Report } from '../model/report.ts';
import { isTrouble } from '../model/trouble.ts';
import { readReport, ReportReader, type ReportSummary } from '../parse/read-report.ts';
import { TextLines } from '../parse/text-lines.ts';
import type { Clock, Files, OpenedFile } from '../system/os.ts';
import { findReports, type ReportPath } from './find-reports.ts';
import { reasonOf } from './load-report.ts';
import {
  isUnchanged,
  lineAtMost,
  openReport,
  pieces,
  reportLines,
  shownPath,
  troubleWords,
} from './report-file.ts';

export interface MergeRequest extends ReportPolicy {
  /** As typed: files, and directories of files. */
  readonly reports: readonly string[];
  readonly cwd: string;
  readonly header: FleetHeader;
}

type MergeFiles = Pick<Files, 'open' | 'canonical' | 'lstat' | 'list'>;

/** A report that was read to its end, and the file as it was then. */
interface Surveyed {
  readonly host: FleetHost;
  readonly path: BytePath;
  readonly seen: FileStat;
}

/**
 * @returns  a Fleet whose reports() throws InputError when a file is not what it was in the first pass
 * @throws   Interrupted
 */
export async function merge(
  os: { readonly files: MergeFiles; readonly clock: Pick<Clock, 'breathe'> },
  request: MergeRequest,
): Promise<Fleet> {
  const { files, clock } = os;
  const found = findReports(files, request.reports, request.cwd);
  const refused: RefusedReport[] = [...found.refused];
  const surveyed = new Map<BytePath, Surveyed>();
  for (const report of found.reports) {
    const answer = await survey(files, clock, report);
    if ('why' in answer) refused.push(answer);
    else surveyed.set(report.shown, answer);
  }
  const all = [...surveyed.values()].map(({ host }) => host);
  const { hosts, missing } = chooseReports(all, request, refused);
  const chosen = hosts.flatMap(({ file }) => surveyed.get(file) ?? []);
  return {
    header: request.header,
    hosts,
    missing,
    refused,
    *reports() {
      // Not kept in a variable: the one before would stay in memory while the next is read.
      for (const one of chosen) yield readAgain(files, one);
    },
  };
}

/** @returns why not, where there is no report */
async function survey(
  files: MergeFiles,
  clock: Pick<Clock, 'breathe'>,
  { path, shown }: ReportPath,
): Promise<Surveyed | RefusedReport> {
  const file = openReport(files, path);
  if (isTrouble(file)) return { file: shown, why: troubleWords(file) };
  const reader = new ReportReader('sums');
  try {
    const seen = file.stat();
    if (isTrouble(seen)) return { file: shown, why: troubleWords(seen) };
    return { path, seen, host: hostOf(shown, await summaryOf(file, reader, clock)) };
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    const { host } = reader;
    return { file: shown, why: reasonOf(error), ...(host === undefined ? {} : { host }) };
  } finally {
    file.close();
  }
}

async function summaryOf(
  file: OpenedFile,
  reader: ReportReader,
  clock: Pick<Clock, 'breathe'>,
): Promise<ReportSummary> {
  const lines = new TextLines(lineAtMost);
  for (const piece of pieces(file)) {
    for (const line of lines.add(piece)) reader.add(line);
    await clock.breathe();
  }
  for (const line of lines.rest()) reader.add(line);
  return reader.summary();
}

function hostOf(file: BytePath, summary: ReportSummary): FleetHost {
  const { header, complete, totals, messages, findings } = summary;
  return {
    host: header.host,
    kind: messages === undefined ? 'scan' : 'audit',
    file,
    startedNs: header.startedNs,
    finishedNs: header.finishedNs,
    complete,
    totals,
    ...(messages === undefined ? {} : { messages }),
    findings,
  };
}

/** A host's row is told before its report is read again: both have to be of the same bytes. */
function readAgain(files: MergeFiles, { host, path, seen }: Surveyed): Report {
  const changed = (): InputError =>
    new InputError(`${shownPath(host.file)} changed while it was merged; merge again`);
  const file = openReport(files, path);
  if (isTrouble(file)) throw changed();
  try {
    if (!isUnchanged(seen, file.stat())) throw changed();
    const report = readReport(reportLines(file));
    if (!isUnchanged(seen, file.stat())) throw changed();
    return report;
  } catch (error) {
    // The same bytes were a report before.
    throw error instanceof FormatError ? changed() : error;
  } finally {
    file.close();
  }
}
