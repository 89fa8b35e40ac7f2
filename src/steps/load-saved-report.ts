/** --from: the selection that a saved report is, and what is odd about it. */
import { relativeTo, utf8Of, type BytePath } from '../model/byte-path.ts';
import { UsageError } from '../model/errors.ts';
import type { Root } from '../model/partition.ts';
import type { SavedReport } from '../model/saved-report.ts';
import { isTrouble } from '../model/trouble.ts';
import { parseReportJson } from '../parse/report-json.ts';
import type { Files } from '../system/os.ts';
import { resolved } from './config-files.ts';

/** Some 200,000 rows. A larger scan needs no --from: clean scans by itself. */
const largestBytes = 256 * 1024 * 1024;

/** @throws UsageError naming the file, or the place in it that is wrong */
export function loadSavedReport(
  files: Pick<Files, 'read'>,
  typed: string,
  cwd: string,
): SavedReport {
  const bytes = files.read(resolved(typed, cwd), largestBytes);
  if (isTrouble(bytes)) {
    const why =
      bytes.errno === 'EFBIG'
        ? 'is larger than 256 MiB; leave --from out, since clean scans by itself, or save a scan of fewer partitions'
        : bytes.errno === 'EINVAL'
          ? 'is no regular file'
          : `cannot be read (${bytes.errno})`;
    throw new UsageError(`--from ${typed} ${why}`);
  }
  return parseReportJson(Buffer.from(bytes).toString('utf8'));
}

/** Sentences for the notes of a run. */
export function notesOnSaved(
  saved: SavedReport,
  host: string,
  roots: readonly Root[],
): readonly string[] {
  const notes = [
    `The report of ${saved.startedAt} only selects: ${saved.files.size} of its orphans were judged anew, and nothing else is touched.`,
  ];
  if (saved.host !== host) {
    notes.push(
      `That report is of host ${saved.host}, and this is ${host}: files that are not the same by inode, size and time are kept.`,
    );
  }
  const elsewhere = new Set<BytePath>();
  for (const path of [...saved.files.keys(), ...saved.directories]) {
    if (roots.some((root) => relativeTo(path, root.path) !== undefined)) continue;
    const home = saved.roots.find((root) => relativeTo(path, root) !== undefined);
    if (home !== undefined) elsewhere.add(home);
  }
  for (const root of elsewhere) {
    notes.push(
      `That report also tells of ${utf8Of(root) ?? root}, which this run does not look at: name it on the command line.`,
    );
  }
  return notes;
}
