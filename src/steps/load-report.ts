/** A saved report from a file or from a pipe. */
import type { BytePath } from '../model/byte-path.ts';
import { FormatError, InputError } from '../model/errors.ts';
import type { Report } from '../model/report.ts';
import { isTrouble } from '../model/trouble.ts';
import { readReport, ReportReader } from '../parse/read-report.ts';
import { TextLines } from '../parse/text-lines.ts';
import type { Files } from '../system/os.ts';
import { lineAtMost, openReport, reportLines, shownPath, troubleWords } from './report-file.ts';

/**
 * @param path  absolute
 * @throws      InputError naming the file, when it is not there, cannot be read, or is no whole report
 */
export function loadReport(files: Pick<Files, 'open' | 'canonical'>, path: BytePath): Report {
  const file = openReport(files, path);
  if (isTrouble(file)) throw new InputError(`${shownPath(path)}: ${troubleWords(file)}`);
  try {
    return readReport(reportLines(file));
  } catch (error) {
    throw named(shownPath(path), error);
  } finally {
    file.close();
  }
}

/**
 * The same from standard input or whatever else comes in pieces.
 *
 * @param name  for messages
 * @throws      InputError
 */
export async function loadReportFrom(
  name: string,
  chunks: AsyncIterable<Uint8Array>,
): Promise<Report> {
  const lines = new TextLines(lineAtMost);
  const reader = new ReportReader('rows');
  try {
    for await (const chunk of chunks) for (const line of lines.add(chunk)) reader.add(line);
    for (const line of lines.rest()) reader.add(line);
    return reader.report();
  } catch (error) {
    throw named(name, error);
  }
}

function named(name: string, error: unknown): unknown {
  if (!(error instanceof FormatError)) return error;
  return new InputError(`${name}: ${reasonOf(error)}`);
}

/** The offset says nothing to anybody: lines and rows are named in the words. */
export function reasonOf(error: FormatError): string {
  return error.message.replace(/ \(at byte \d+\)$/, '');
}
