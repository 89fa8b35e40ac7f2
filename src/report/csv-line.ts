/**
 * Lines of CSV that are safe to open in a spreadsheet.
 *
 * RFC 4180: commas, CRLF, quotes doubled. What a spreadsheet would take for a formula gets an apostrophe in front, as
 * OWASP's page on CSV injection advises; a cell that begins with an apostrophe gets one more, so that taking one away
 * from every cell that has it gives back what was meant.
 */
import { asBytes, base64Of, utf8Of, type BytePath } from '../model/byte-path.ts';
import { isBytes, quote, quoteMailbox } from './quote.ts';

export type Cell = string | number | bigint | boolean | undefined;

/** Empty for what does not apply. Text must be free of control characters: escape names first. */
export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

/** `=` `+` `-` `@`, also in their wide forms, after whatever blanks a spreadsheet drops. */
const formula = /^\s*['=+\-@\uff1d\uff0b\uff0d\uff20]/;
/** Spreadsheets of half of Europe split at semicolons, quoted or not: there a new cell begins behind one. */
const hiddenFormula = /;(?=[\s"']*[=+\-@\uff1d\uff0b\uff0d\uff20])/g;

function csvCell(value: Cell): string {
  if (value === undefined) return '';
  // Numbers are ours, and a negative one is no formula.
  if (typeof value !== 'string') return value.toString();
  const text = value.replace(hiddenFormula, '\\x3b');
  const harmless = formula.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** The name as the table shows it, and its bytes where that is not the name itself. */
export function pathCells(path: BytePath): readonly [shown: string, base64: string | undefined] {
  const shown = quote(path);
  return [shown, shown === utf8Of(path) ? undefined : base64Of(path)];
}

export function mailboxCells(
  name: string | undefined,
): readonly [shown: string | undefined, base64: string | undefined] {
  if (name === undefined) return [undefined, undefined];
  return isBytes(name) ? pathCells(asBytes(name)) : [quoteMailbox(name), undefined];
}
