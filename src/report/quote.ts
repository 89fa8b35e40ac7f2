/**
 * Names as text that is safe to print.
 *
 * A name in a spool may hold any bytes, and whoever can create one must not be able to send an escape sequence
 * to the terminal of root, to forge a row of a table, or to make two names look alike.
 */
import { asBytes, type BytePath } from '../model/byte-path.ts';

/** Well-formed UTF-8, one character a match; a byte that is part of none matches alone. Source: Unicode, table 3-7. */
const characters =
  // eslint-disable-next-line no-control-regex -- control characters are bytes like any other
  /[\x00-\x7f]|[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}|[\x80-\xff]/gs;

const visible = /^[\p{L}\p{N}\p{P}\p{S}]$/u;
// Visible by category and yet drawn as nothing (fillers, U+2800), or drawn into their neighbour (skin tones,
// flags), which would make the width of a column depend on the terminal. Marks and bidi controls are not
// visible by category in the first place.
const deceptive =
  /\p{Default_Ignorable_Code_Point}|\p{Emoji_Modifier}|\p{Regional_Indicator}|\u2800/u;
const plain = /^[!-[\]-~]*$/;

/**
 * A path or leaf in printable characters. Everything else is escaped: `\xNN` is one byte, `\u{N}` one valid
 * character, `\\` a backslash, so that two names never print alike. A space stays when it stands alone between
 * other characters.
 */
export function quote(path: BytePath): string {
  if (plain.test(path)) return path;
  const text = path.replace(characters, (match) => {
    if (match.length === 1) return match === '\\' ? '\\\\' : quoteByte(match);
    const character = Buffer.from(match, 'latin1').toString('utf8');
    return isPrintable(character) ? character : quoteCharacter(character);
  });
  return text.replace(/^ | (?=$| )/g, '\\x20');
}

/** An internal mailbox name, which is bytes like the directory it comes from (cyrus.header has no charset). */
export function quoteMailbox(name: string): string {
  return isBytes(name) ? quote(asBytes(name)) : printable(name);
}

/** Text of our own that may quote a stranger's (evidence, a host name): spaces and backslashes stay as they are. */
export function printable(text: string): string {
  if (/^[ -~]*$/.test(text)) return text;
  return Array.from(text, (character) => {
    if (character === ' ' || isPrintable(character)) return character;
    return character.length === 1 && character < '\x80'
      ? quoteByte(character)
      : quoteCharacter(character);
  }).join('');
}

/**
 * A word for a shell (bash, ksh, zsh; `$'…'` is in POSIX since 2024): bare, in single quotes, or in `$'…'` when
 * it holds bytes that must not reach a terminal.
 */
export function shellQuote(word: BytePath): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  const shown = quote(word);
  if (!shown.replaceAll('\\\\', '').includes('\\')) {
    return `'${shown.replaceAll('\\\\', '\\').replaceAll("'", "'\\''")}'`;
  }
  const escaped = word.replace(characters, (match) => {
    if (match === "'" || match === '\\') return `\\${match}`;
    if (match.length === 1) return match === ' ' ? ' ' : quoteByte(match);
    const character = Buffer.from(match, 'latin1').toString('utf8');
    return isPrintable(character) ? character : Array.from(match, quoteByte).join('');
  });
  return `$'${escaped}'`;
}

/** Is every character one byte? Then it is the raw form, whatever those bytes mean. */
export function isBytes(text: string): boolean {
  // eslint-disable-next-line no-control-regex -- the range is that of a byte
  return /^[\x00-\xff]*$/.test(text);
}

function isPrintable(character: string): boolean {
  return visible.test(character) && !deceptive.test(character);
}

function quoteByte(byte: string): string {
  if (byte === ' ' || (byte > ' ' && byte < '\x7f')) return byte;
  return `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`;
}

function quoteCharacter(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
