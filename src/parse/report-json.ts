/**
 * A saved scan (`stagesweep.report/1`, contract.md) from its text, JSON or JSONL.
 *
 * Whoever could write the file could have written anything, so every field that is used is checked. What is taken is
 * a selection only: the files it names are judged anew before anything happens to them.
 */
import { asBytes, bytePath, type BytePath } from '../model/byte-path.ts';
import { UsageError } from '../model/errors.ts';
import type { SavedReport } from '../model/saved-report.ts';
import type { SavedFile } from '../model/selection.ts';
import { parseIsoTime } from './iso-time.ts';

type Fields = Readonly<Record<string, unknown>>;

/** PATH_MAX of Linux; reports may name files beyond it by joining, but no spool of Cyrus is that deep. */
const longestPath = 4096;
const rowsAtMost = 5_000_000;
const verdicts = new Set(['orphan', 'in-use', 'too-young', 'undecided', 'unknown-name']);

/** @throws UsageError naming the place: line and column where it is no JSON, else the field */
export function parseReportJson(text: string): SavedReport {
  const lines = jsonlLines(text);
  return lines === undefined ? fromDocument(parsed(text, 1)) : fromLines(lines);
}

/** A JSONL report begins with its header line; a document has its first line break inside the object. */
function jsonlLines(text: string): string[] | undefined {
  if (!/^\{"type":"header"/.test(text)) return undefined;
  return text.split('\n');
}

function fromDocument(value: unknown): SavedReport {
  const fields = objectOf(value, 'the report');
  checkSchema(fields);
  const reader = new Reader();
  listOf(fields, 'stageFiles', '').forEach((row, index) => {
    reader.row(objectOf(row, `stageFiles[${index}]`), `stageFiles[${index}]`);
  });
  listOf(fields, 'findings', '').forEach((finding, index) => {
    reader.finding(objectOf(finding, `findings[${index}]`), `findings[${index}]`);
  });
  return reader.report(fields, '');
}

function fromLines(lines: readonly string[]): SavedReport {
  let header: Fields | undefined;
  let totals: Fields | undefined;
  const reader = new Reader();
  lines.forEach((line, index) => {
    if (line === '' && index === lines.length - 1) return;
    const where = `line ${index + 1}`;
    if (totals !== undefined) throw wrong(where, 'comes after the totals, which are the last line');
    const fields = objectOf(parsed(line, index + 1), where);
    switch (fields['type']) {
      case 'header':
        if (header !== undefined) throw wrong(where, 'is a second header');
        checkSchema(fields);
        header = fields;
        return;
      case 'stageFile':
        reader.row(fields, where);
        return;
      case 'finding':
        reader.finding(fields, where);
        return;
      case 'totals':
        totals = fields;
        return;
      default:
        // The format only grows.
        if (typeof fields['type'] !== 'string') throw wrong(where, 'has no type');
    }
  });
  if (header === undefined || totals === undefined) {
    throw new UsageError('--from: the report was cut off: it ends without its totals');
  }
  return reader.report(header, 'line 1');
}

class Reader {
  readonly #files = new Map<BytePath, SavedFile>();
  readonly #directories = new Set<BytePath>();
  #rows = 0;

  row(fields: Fields, where: string): void {
    this.#rows += 1;
    if (this.#rows > rowsAtMost) throw wrong(where, `is beyond the limit of ${rowsAtMost} rows`);
    const path = pathOf(fields, where);
    const verdict = textOf(fields, 'verdict', where);
    if (!verdicts.has(verdict)) throw wrong(where, 'has a verdict that is none');
    const file = {
      ino: inodeOf(fields, where),
      sizeBytes: sizeOf(fields, where),
      modifiedNs: timeOf(fields, 'modifiedAt', where),
    };
    if (this.#files.has(path)) throw wrong(where, 'has the path of an earlier row');
    if (verdict === 'orphan') this.#files.set(path, file);
  }

  finding(fields: Fields, where: string): void {
    if (textOf(fields, 'code', where) !== 'stage-empty-directory') return;
    this.#directories.add(pathOf(fields, where));
  }

  report(header: Fields, where: string): SavedReport {
    return {
      host: textOf(header, 'host', where),
      startedAt: textOf(header, 'startedAt', where),
      roots: listOf(header, 'partitions', where).map((partition, index) =>
        pathOf(objectOf(partition, `partitions[${index}]`), place(where, `partitions[${index}]`)),
      ),
      files: this.#files,
      directories: this.#directories,
    };
  }
}

function checkSchema(fields: Fields): void {
  const schema = fields['schema'];
  const [name, version] = typeof schema === 'string' ? schema.split('/') : [];
  if (name !== 'stagesweep.report' || !/^\d{1,6}$/.test(version ?? '')) {
    throw new UsageError('--from: this is no report of stagesweep (its schema says otherwise)');
  }
  if (version !== '1') {
    throw new UsageError(
      `--from: the report has schema ${String(schema)}, and this stagesweep reads stagesweep.report/1. Save one with this version`,
    );
  }
  const hasRows = fields['type'] === 'header' || fields['stageFiles'] !== undefined;
  if (!hasRows) throw new UsageError('--from: the report is not one of a scan');
}

function parsed(text: string, line: number): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // V8: "Unexpected token } in JSON at position 12"; without a number the text ended too early.
    const found = /position (\d+)/.exec(error instanceof Error ? error.message : '')?.[1];
    const before = text.slice(0, found === undefined ? text.length : Number(found));
    const row = line + (before.match(/\n/g)?.length ?? 0);
    const column = before.length - before.lastIndexOf('\n');
    throw new UsageError(`--from: this is no JSON from line ${row}, column ${column} on`);
  }
}

function objectOf(value: unknown, where: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw wrong(where, 'is no object');
  }
  return value as Fields;
}

function listOf(fields: Fields, key: string, where: string): readonly unknown[] {
  const value = fields[key];
  if (!Array.isArray(value)) throw wrong(place(where, key), 'is no list');
  return value;
}

function textOf(fields: Fields, key: string, where: string): string {
  const value = fields[key];
  if (typeof value !== 'string') throw wrong(place(where, key), 'is no string');
  if (value.length > longestPath) throw wrong(place(where, key), 'is too long');
  return value;
}

function pathOf(fields: Fields, where: string): BytePath {
  const key = fields['pathBase64'] === undefined ? 'path' : 'pathBase64';
  // Base64 takes four characters for three bytes.
  const text = fields[key];
  if (typeof text !== 'string') throw wrong(place(where, key), 'is no string');
  if (text.length > longestPath * 2) throw wrong(place(where, key), 'is too long');
  const path = key === 'path' ? bytePath(text) : fromBase64(text, place(where, key));
  const isPlain =
    path.startsWith('/') &&
    !path.includes('\0') &&
    path.split('/').every((part, at) => at === 0 || (part !== '' && part !== '.' && part !== '..'));
  if (!isPlain) throw wrong(place(where, key), 'is no absolute path in its plain form');
  return path;
}

function fromBase64(text: string, where: string): BytePath {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64') !== text) throw wrong(where, 'is no base64');
  return asBytes(bytes.toString('latin1'));
}

function inodeOf(fields: Fields, where: string): bigint {
  const text = textOf(fields, 'inode', where);
  if (!/^(?:0|[1-9]\d{0,19})$/.test(text)) throw wrong(place(where, 'inode'), 'is no inode number');
  return BigInt(text);
}

function sizeOf(fields: Fields, where: string): number {
  const value = fields['size'];
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
    throw wrong(place(where, 'size'), 'is no number of bytes');
  }
  return value;
}

function timeOf(fields: Fields, key: string, where: string): bigint {
  const ns = parseIsoTime(textOf(fields, key, where));
  if (ns === undefined)
    throw wrong(place(where, key), 'is no time like 2007-02-21T10:00:00.000000000Z');
  return ns;
}

/** "line 3: size", "stageFiles[2].size" */
function place(where: string, key: string): string {
  if (where === '') return key;
  return where.startsWith('line') ? `${where}: ${key}` : `${where}.${key}`;
}

function wrong(where: string, what: string): UsageError {
  return new UsageError(`--from: ${where} ${what}`);
}
