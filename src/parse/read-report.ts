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
  readCoverage,
  readEvidence,
  readFinding,
  readHeader,
  readMessages,
  readRoot,
  readScope,
  readSite,
  readTotals,
} from './report-fields.ts';
import { readCheck } from './report-check.ts';
import { ReportPlaces } from './report-places.ts';
import { readSurveys } from './report-surveys.ts';
import { StrictObject } from './strict-object.ts';

/** What is known of a report without its rows. */
export interface ReportSummary {
  readonly header: ReportHeader;
  readonly complete: boolean;
  readonly totals: Totals;
  readonly messages?: MessageTotals;
  readonly findings: Readonly<Record<Severity, number>>;
}

/** A JSONL report begins so, and so do other files of lines; a document has no `type`. */
const linesBegin = '{"type":"';
/** What V8 can hold as one string, and a document has to be one. */
const documentAtMost = 2 ** 28;
const rootsAtMost = 100_000;
const rowsAtMost = 5_000_000;
/** What rows share grows with them: where they are not kept, it is let go of after so many. */
const rowsTogether = 1000;

/**
 * @param lines  of the file, without their ends; a document is joined again
 * @throws       FormatError naming the line of JSONL or the row of a document, and the field
 */
export function readReport(lines: Iterable<string>): Report {
  const reader = new ReportReader('rows');
  for (const line of lines) reader.add(line);
  return reader.report();
}

/** Every row is checked as if it were kept, in constant memory for JSONL. @throws FormatError */
export function readReportSummary(lines: Iterable<string>): ReportSummary {
  const reader = new ReportReader('sums');
  for (const line of lines) reader.add(line);
  return reader.summary();
}

/** What stands before the rows. */
type Top = Omit<Report, 'stageFiles' | 'findings' | 'totals' | 'messages' | 'audit'>;

/** Takes one line after another, from whatever they come from. */
export class ReportReader {
  readonly #keeps: 'rows' | 'sums';
  #number = 0;
  #isLines = false;
  #document: string[] = [];
  #documentLength = 0;
  #top: Top | undefined;
  #places = new ReportPlaces([]);
  #scope: StrictObject | undefined;
  #messages: MessageTotals | undefined;
  #totals: Totals | undefined;
  #audit: AuditScope | undefined;
  #rows = 0;
  readonly #stageFiles: Evidence[] = [];
  readonly #findings: Finding[] = [];
  readonly #counts: Record<Severity, number> = { critical: 0, warning: 0, info: 0 };
  /** Findings that the rows make by themselves. */
  readonly #ofRows = new Set<string>();

  constructor(keeps: 'rows' | 'sums') {
    this.#keeps = keeps;
  }

  /** @throws FormatError */
  add(line: string): void {
    this.#number += 1;
    if (this.#number === 1) this.#isLines = line.startsWith(linesBegin);
    if (!this.#isLines) this.#addToDocument(line);
    else if (line !== '') {
      placed(`line ${this.#number}`, () => {
        this.#line(line);
      });
    }
  }

  /** Whose report it says it is; a document that was cut off says nothing. */
  get host(): string | undefined {
    return this.#top?.header.host;
  }

  /** After the last line. @throws FormatError */
  summary(): ReportSummary {
    const { header, complete, totals } = this.#end();
    return {
      header,
      complete,
      totals,
      ...(this.#messages === undefined ? {} : { messages: this.#messages }),
      findings: this.#counts,
    };
  }

  /** After the last line, with what is kept. @throws FormatError */
  report(): Report {
    return {
      ...this.#end(),
      stageFiles: this.#stageFiles,
      findings: this.#findings,
      ...(this.#messages === undefined ? {} : { messages: this.#messages }),
      ...(this.#audit === undefined ? {} : { audit: this.#audit }),
    };
  }

  #end(): Top & { readonly totals: Totals } {
    if (!this.#isLines && this.#totals === undefined) {
      placed('', () => {
        this.#readDocument(this.#document.join('\n'));
      });
      this.#document = [];
    }
    if (this.#top === undefined || this.#totals === undefined) {
      throw new FormatError('it ends in the middle: its totals, which come last, are missing', 0);
    }
    return { ...this.#top, totals: this.#totals };
  }

  #addToDocument(line: string): void {
    // Not after 256 MiB of whatever else may be named *.json.
    const isFirst = this.#documentLength === 0 && line.trim() !== '';
    if (isFirst && !line.trimStart().startsWith('{')) throw new FormatError('it is no JSON', 0);
    if (this.#documentLength > 0 || isFirst) this.#documentLength += line.length + 1;
    if (this.#documentLength > documentAtMost) {
      throw new FormatError(
        'it is a document of more than 256 MiB; save such a report as jsonl',
        0,
      );
    }
    this.#document.push(line);
  }

  #readDocument(text: string): void {
    const report = new StrictObject(jsonOf(text), 'it');
    this.#header(report);
    if (report.has('messages')) this.#messages = readMessages(report.object('messages'));
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
    this.#sums(report.object('totals'));
  }

  #line(line: string): void {
    if (this.#totals !== undefined) throw new FormatError('it comes after the totals', 0);
    const fields = new StrictObject(jsonOf(line), 'it');
    const type = fields.text('type', 64);
    if (this.#top === undefined) this.#header(fields);
    else if (type === 'header') throw new FormatError('it is a second header', 0);
    else if (type === 'stageFile') this.#stageFile(fields);
    else if (type === 'finding') this.#finding(fields);
    else if (type === 'messages') this.#messages = readMessages(fields);
    else if (type === 'totals') this.#sums(fields);
  }

  #header(fields: StrictObject): void {
    checkSchema(fields);
    const roots = fields
      .list('partitions', rootsAtMost)
      .map((root) => readRoot(new StrictObject(root, 'partitions')));
    const surveys = fields.ifAny('surveys', (key) => readSurveys(fields.object(key)));
    const check = fields.ifAny('check', (key) => readCheck(fields.object(key)));
    const site = fields.ifAny('site', (key) => readSite(fields.object(key)));
    this.#top = {
      header: readHeader(fields),
      complete: fields.flag('complete'),
      coverage: readCoverage(fields.object('coverage')),
      roots,
      notes: fields.list('notes', rootsAtMost).map((note) => String(note).slice(0, 4096)),
      ...(surveys === undefined ? {} : { surveys }),
      ...(check === undefined ? {} : { check }),
      ...(site === undefined ? {} : { site }),
    };
    this.#scope = fields.ifAny('audit', (key) => fields.object(key));
    this.#places = new ReportPlaces(roots);
  }

  #stageFile(fields: StrictObject): void {
    const row = readEvidence(fields, this.#places);
    if (this.#keeps === 'sums') {
      this.#rows += 1;
      if (this.#rows % rowsTogether === 0) this.#places = this.#places.afresh();
      return;
    }
    this.#stageFiles.push(row);
    const { path } = row.file.directory;
    for (const code of row.codes) this.#ofRows.add(`${code} ${path}/${row.file.leaf}`);
  }

  #finding(fields: StrictObject): void {
    const finding = readFinding(fields);
    this.#counts[severityOf(finding.code)] += 1;
    if (this.#keeps === 'sums') return;
    if (!this.#ofRows.delete(`${finding.code} ${finding.path}`)) this.#findings.push(finding);
  }

  #sums(totals: StrictObject): void {
    const isAudit = this.#messages !== undefined;
    this.#totals = readTotals(totals, isAudit);
    if (isAudit && this.#scope !== undefined) this.#audit = readScope(this.#scope, totals);
  }
}

/** Says of whatever else this program writes what it is. */
function checkSchema(fields: StrictObject): void {
  const schema = fields.has('schema') ? fields.text('schema', 256) : '';
  if (schema.startsWith('stagesweep.fleet/')) {
    throw new FormatError('it is a merged report, and only those it was made of can be read', 0);
  }
  if (!schema.startsWith('stagesweep.report/')) {
    throw new FormatError('it is no report of stagesweep', 0);
  }
  if (schema !== 'stagesweep.report/1') {
    throw new FormatError(`it has schema ${schema}, and this version reads stagesweep.report/1`, 0);
  }
  if (!fields.has('partitions') || !fields.has('coverage')) {
    throw new FormatError('it is no report of scan, audit, clean or check', 0);
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (text.trim() === '') throw new FormatError('it is empty', 0);
    // V8: "Unexpected token } in JSON at position 12"; without a number the text ended too early.
    const found = /position (\d+)/.exec(error instanceof Error ? error.message : '')?.[1];
    const at = found === undefined ? text.length : Number(found);
    if (at >= text.trimEnd().length) throw new FormatError('it ends in the middle', at);
    const lines = text.slice(0, at).split('\n');
    const column = (lines.at(-1) ?? '').length + 1;
    const row = lines.length > 1 ? `line ${lines.length}, ` : '';
    throw new FormatError(`it is no JSON from ${row}column ${column} on`, at);
  }
}

/** With the place before the words; the offset of a field in its line says nothing to anybody. */
function placed(where: string, read: () => void): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    const place = where === '' ? '' : `${where}: `;
    throw new FormatError(place + error.message.replace(/(?: \(at byte \d+\))+$/, ''), 0);
  }
}
