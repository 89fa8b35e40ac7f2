/**
 * One imapd.conf as directives, line by line as Cyrus reads it.
 *
 * Source: cyrus-imapd lib/libconfig.c, config_read_file (2.2 to 3.13); each rule was also tried on cyr_info of
 * 3.6.1. Cyrus does not start with a file that it refuses, so refusing the same files costs nobody anything, and
 * a configuration misread would leave a partition out of a scan without a word.
 */
import { ConfigError } from '../model/errors.ts';

/** Where something stands, for messages. */
export interface ConfigLine {
  /** As it was named, in text. */
  readonly file: string;
  /** From 1; of a continued line the first. (Cyrus names the last.) */
  readonly line: number;
}

export interface Directive extends ConfigLine {
  /** Lower case; '@include' for the one directive that is no option. */
  readonly key: string;
  /** One character per byte, never empty. */
  readonly value: string;
}

/** What isspace() takes in the C locale. \s would also take 0xA0, which is half of a UTF-8 character. */
const blanks = ' \t\n\v\f\r';

/** Without the blanks around it. (A pattern for the end takes quadratic time over a long run of blanks.) */
export function trimmed(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && blanks.includes(text.charAt(start))) start += 1;
  while (end > start && blanks.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

/**
 * @param text  the file's bytes, one per character
 * @param file  its name, for messages
 * @returns     the directives in order; `@include` is one of them, and the caller reads what it names
 * @throws      ConfigError for what Cyrus refuses: no option name, no value, an unknown `@` directive
 */
export function parseImapdConf(text: string, file: string): Directive[] {
  return [...logicalLines(text)].flatMap(({ text: line, number }) => {
    const bare = trimmed(line);
    if (bare === '' || bare.startsWith('#')) return [];
    const place = { file, line: number };
    const key = /^(@?[A-Za-z0-9_-]+):/.exec(bare)?.[1]?.toLowerCase();
    if (key === undefined) {
      throw refusal(
        place,
        'no option name: letters, digits, "-" and "_" up to a colon. Cyrus refuses this line too',
      );
    }
    const value = trimmed(bare.slice(key.length + 1));
    if (value === '') {
      throw refusal(
        place,
        `${key} has no value. Cyrus refuses this too: remove the line or fill it in`,
      );
    }
    if (key.startsWith('@') && key !== '@include') {
      throw refusal(place, `${key} is no directive; @include is the only one`);
    }
    return [{ key, value, ...place }];
  });
}

export function refusal(place: ConfigLine, what: string): ConfigError {
  return new ConfigError(`${place.file}:${place.line}: ${what}`);
}

/**
 * Joins lines that end in a backslash. What follows a comment is part of the comment, as in Cyrus, where the
 * lines are joined first. Cyrus up to 2.3.11 knew no continuation and took the backslash for data; such a value
 * is no path that exists, so the error says which line to look at.
 */
function* logicalLines(text: string): Generator<{ text: string; number: number }> {
  const pieces = text.split('\n');
  let joined = '';
  let first = 1;
  for (const [index, piece] of pieces.entries()) {
    const isLast = index === pieces.length - 1;
    // What follows the last newline is a line only if there is something; a continued line that the file ends
    // behind is lost, in Cyrus too.
    if (isLast && piece === '') return;
    const nul = piece.indexOf('\0');
    joined += nul < 0 ? piece : piece.slice(0, nul);
    // Cyrus works on C strings: behind a NUL it sees neither the rest of the line nor its end.
    if (!isLast && nul < 0 && joined.endsWith('\\')) {
      joined = joined.slice(0, -1);
      continue;
    }
    yield { text: joined, number: first };
    joined = '';
    first = index + 2;
  }
}
