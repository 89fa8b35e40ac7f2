/**
 * A saved report `stagesweep.report/1` (contract.md), JSON or JSONL, from its text.
 *
 * Whoever could write the file could have written anything: every field that is used is checked, and keys that are
 * not known here are passed over, since the format only grows.
 */
import type { Evidence } from '../model/evidence.ts';
import { FormatError } from '../model/errors.ts';
import { severityOf, type Finding, type Severity } from '../model/finding.ts';
import type { AuditScope, MessageTotals, Report, ReportHeader, Totals } from '../model/report.ts';
import {
  ReportPlaces,
  readCoverage,
  readEvidence,
  readFinding,
  readHeader,
  readMessages,
  readRoot,
  readScope,
  readTotals,
} from './report-fields.ts';
import { StrictObject } from './strict-object.ts';

/** What is known of a report without its rows. */
export interface ReportSummary {
  readonly header: ReportHeader;
  readonly complete: boolean;
  readonly totals: Totals;
  readonly messages?: MessageTotals;
  readonly findings: Readonly<Record<Severity, number>>;
}

/** A JSONL report begins so; a document has no `type`. */
const linesBegin = '{"type":"header"';
/** What V8 can hold as one string, and a document has to be one. */
const documentAtMost = 2 ** 28;
const rootsAtMost = 100_000;

/**
 * @param lines  of the file, without their ends; a document is joined again
 * @throws       FormatError naming the line of JSONL, else the field
 */
export function readReport(lines: Iterable<string>): Report {
  const reader = new ReportReader(true);
  reader.take(lines);
  return reader.report();
}

/** In constant memory for JSONL. @throws FormatError */
export function readReportSummary(lines: Iterable<string>): ReportSummary {
  const reader = new ReportReader(false);
  reader.take(lines);
  return reader.summary();
}

/** What stands before the rows. */
type Top = Omit<Report, 'stageFiles' | 'findings' | 'totals' | 'messages' | 'audit'>;

class ReportReader {
  readonly #keepsRows: boolean;
  #top: Top | undefined;
  #places = new ReportPlaces([]);
  #scope: StrictObject | undefined;
  #messages: MessageTotals | undefined;
  #totals: Totals | undefined;
  #audit: AuditScope | undefined;
  readonly #stageFiles: Evidence[] = [];
  readonly #findings: Finding[] = [];
  readonly #counts: Record<Severity, number> = { critical: 0, warning: 0, info: 0 };
  /** Findings that the rows make by themselves. */
  readonly #ofRows = new Set<string>();

  constructor(keepsRows: boolean) {
    this.#keepsRows = keepsRows;
  }

  take(lines: Iterable<string>): void {
    let number = 0;
    const document: string[] = [];
    let length = 0;
    let isLines = false;
    for (const line of lines) {
      number += 1;
      if (number === 1) isLines = line.startsWith(linesBegin);
      if (!isLines) {
        length += line.length + 1;
        if (length > documentAtMost) {
          throw new FormatError(
            'the report is a document of more than 256 MiB; save it as jsonl',
            length,
          );
        }
        document.push(line);
      } else if (line !== '') this.#line(line, number);
    }
    if (!isLines) this.#document(document.join('\n'));
  }

  summary(): ReportSummary {
    const { header, complete } = this.#whole();
    const totals = this.#totals;
    if (totals === undefined) throw new FormatError('it ends in the middle', 0);
    return {
      header,
      complete,
      totals,
      ...(this.#messages === undefined ? {} : { messages: this.#messages }),
      findings: this.#counts,
    };
  }

  report(): Report {
    const { totals, messages } = this.summary();
    return {
      ...this.#whole(),
      stageFiles: this.#stageFiles,
      findings: this.#findings,
      totals,
      ...(messages === undefined ? {} : { messages }),
      ...(this.#audit === undefined ? {} : { audit: this.#audit }),
    };
  }

  #whole(): Top {
    if (this.#top === undefined || this.#totals === undefined) {
      throw new FormatError('it ends in the middle: its totals, which come last, are missing', 0);
    }
    return this.#top;
  }

  #document(text: string): void {
    const report = new StrictObject(jsonOf(text), 'the report');
    const isAudit = report.has('messages');
    this.#header(report);
    if (isAudit) this.#messages = readMessages(report.object('messages'));
    else {
      report.list('stageFiles', rowsAtMost).forEach((row, at) => {
        placed(`stageFiles[${at}]`, () => {
          this.#stageFile(new StrictObject(row, 'it'));
        });
      });
    }
    report.list('findings', rowsAtMost).forEach((finding, at) => {
      placed(`findings[${at}]`, () => {
        this.#finding(new StrictObject(finding, 'it'));
      });
    });
    this.#end(report.object('totals'));
  }

  #line(line: string, number: number): void {
    placed(`line ${number}`, () => {
      if (this.#totals !== undefined) throw new FormatError('it comes after the totals', 0);
      const fields = new StrictObject(jsonOf(line), 'it');
      const type = fields.text('type', 64);
      if (type === 'header') {
        if (this.#top !== undefined) throw new FormatError('it is a second header', 0);
        this.#header(fields);
      } else if (this.#top === undefined) throw new FormatError('it comes before the header', 0);
      else if (type === 'stageFile') this.#stageFile(fields);
      else if (type === 'finding') this.#finding(fields);
      else if (type === 'messages') this.#messages = readMessages(fields);
      else if (type === 'totals') this.#end(fields);
    });
  }

  #header(fields: StrictObject): void {
    const schema = fields.text('schema', 256);
    if (!schema.startsWith('stagesweep.report/')) {
      throw new FormatError('it is no report of stagesweep', 0);
    }
    if (schema !== 'stagesweep.report/1') {
      throw new FormatError(`it has schema ${schema}, and this version reads report/1`, 0);
    }
    const roots = fields
      .list('partitions', rootsAtMost)
      .map((root) => readRoot(new StrictObject(root, 'partitions')));
    this.#top = {
      header: readHeader(fields),
      complete: fields.flag('complete'),
      coverage: readCoverage(fields.object('coverage')),
      roots,
      notes: fields.list('notes', rootsAtMost).map((note) => String(note).slice(0, 4096)),
    };
    this.#scope = fields.ifAny('audit', (key) => fields.object(key));
    this.#places = new ReportPlaces(roots);
  }

  #stageFile(fields: StrictObject): void {
    if (!this.#keepsRows) return;
    const row = readEvidence(fields, this.#places);
    this.#stageFiles.push(row);
    const { path } = row.file.directory;
    for (const code of row.codes) this.#ofRows.add(`${code} ${path}/${row.file.leaf}`);
  }

  #finding(fields: StrictObject): void {
    const finding = readFinding(fields);
    this.#counts[severityOf(finding.code)] += 1;
    if (!this.#keepsRows || this.#ofRows.delete(`${finding.code} ${finding.path}`)) return;
    this.#findings.push(finding);
  }

  #end(totals: StrictObject): void {
    const isAudit = this.#messages !== undefined;
    this.#totals = readTotals(totals, isAudit);
    if (isAudit && this.#scope !== undefined) this.#audit = readScope(this.#scope, totals);
  }
}

const rowsAtMost = 5_000_000;

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new FormatError(text.trim() === '' ? 'it is empty' : 'it is no JSON', 0);
  }
}

/** With the place before the words; the offset of a field in its line says nothing to anybody. */
function placed(where: string, read: () => void): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new FormatError(`${where}: ${error.message.replace(/(?: \(at byte \d+\))+$/, '')}`, 0);
  }
}
