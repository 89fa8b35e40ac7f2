/** What was typed -> files that may be reports: a directory stands for its *.json and *.jsonl. */
import { bytePath, compareBytes, join, type BytePath } from '../model/byte-path.ts';
import type { RefusedReport } from '../model/fleet.ts';
import { isTrouble } from '../model/trouble.ts';
import type { Files } from '../system/os.ts';
import { resolved } from './config-files.ts';
import { troubleWords } from './report-file.ts';

export interface ReportPath {
  /** Absolute. */
  readonly path: BytePath;
  /** As typed, or below what was typed. */
  readonly shown: BytePath;
}

export interface FoundReports {
  /** Every file once, in the order typed; those of a directory by name. */
  readonly reports: readonly ReportPath[];
  /** Directories that cannot be read, or have no report in them. */
  readonly refused: readonly RefusedReport[];
}

export function findReports(
  files: Pick<Files, 'canonical' | 'lstat' | 'list'>,
  typed: readonly string[],
  cwd: string,
): FoundReports {
  const reports = new Map<BytePath, ReportPath>();
  const refused: RefusedReport[] = [];
  // What cannot be resolved is kept: opening it tells why.
  const add = (report: ReportPath): void => {
    const canonical = files.canonical(report.path);
    const key = isTrouble(canonical) ? report.path : canonical;
    if (!reports.has(key)) reports.set(key, report);
  };
  for (const name of typed) {
    const shown = bytePath(name);
    const path = resolved(name, cwd);
    if (!isDirectory(files, path)) {
      add({ path, shown });
      continue;
    }
    const leaves = reportsIn(files, path);
    if (typeof leaves === 'string') refused.push({ file: shown, why: leaves });
    else for (const leaf of leaves) add({ path: join(path, leaf), shown: join(shown, leaf) });
  }
  return { reports: [...reports.values()], refused };
}

function isDirectory(files: Pick<Files, 'canonical' | 'lstat'>, path: BytePath): boolean {
  const canonical = files.canonical(path);
  const stat = isTrouble(canonical) ? canonical : files.lstat(canonical);
  return !isTrouble(stat) && stat.kind === 'directory';
}

/** @returns why not, without a full stop, where there are none */
function reportsIn(files: Pick<Files, 'list'>, directory: BytePath): BytePath[] | string {
  const leaves: BytePath[] = [];
  const trouble = files.list(directory, (leaf) => {
    // A name that begins with a dot is half a file: rsync's, an editor's.
    if (/^[^.].*\.jsonl?$/s.test(leaf)) leaves.push(leaf);
  });
  if (trouble !== undefined) return troubleWords(trouble);
  if (leaves.length === 0) return 'has no *.json and no *.jsonl in it';
  return leaves.sort(compareBytes);
}
