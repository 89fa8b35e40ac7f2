/** What a check tells monitoring when it has no answer. Apart from its other lines, since every start loads it. */
import { printable } from './quote.ts';

/** The whole output of a check that could not be made. */
export function unknownLine(why: string): string {
  return `STAGESWEEP UNKNOWN - ${safe(printable(why))}\n`;
}

/** Escaped as in the table: `\xNN` is one byte. */
export function safe(text: string): string {
  return text.replaceAll('|', '\\x7c');
}
