/**
 * The header of a message file, as far as it can be compared with a cached ENVELOPE.
 *
 * Nothing is refused: these may be the bytes of another message, a torn one, or none. Follows what Cyrus's own
 * parser takes for a header, so that a healthy message compares equal.
 * Source: cyrus-imapd imap/message.c, message_parse_headers, message_header_lookup, message_parse_string.
 */
import type { MessageHeader } from '../model/mailbox.ts';
import { latin1Of } from './latin1.ts';

const [lf, cr, space, tab] = [0x0a, 0x0d, 0x20, 0x09];
const fieldNames = new Map<string, keyof MessageHeader['fields']>([
  ['message-id', 'messageId'],
  ['subject', 'subject'],
  ['from', 'from'],
  ['date', 'date'],
]);
/** The longest of those names and its colon. */
const longestName = 11;

/**
 * @param bytes  the file, or its beginning; a header that goes on behind it is not whole
 */
export function parseMessageHeader(bytes: Uint8Array): MessageHeader {
  const fields: Record<keyof MessageHeader['fields'], string[]> = {
    messageId: [],
    subject: [],
    from: [],
    date: [],
  };
  let lines = 0;
  let at = 0;
  while (at < bytes.length) {
    const end = endOfField(bytes, at);
    if (isBlank(bytes, at)) {
      return { sizeBytes: end.at, isWhole: true, lines, fields };
    }
    const colon = bytes.subarray(at, at + longestName).indexOf(0x3a);
    const name = colon < 0 ? '' : latin1Of(bytes, at, at + colon).toLowerCase();
    const field = fieldNames.get(name);
    if (field) fields[field].push(unfold(latin1Of(bytes, at + colon + 1, end.at)));
    lines += end.lines;
    at = end.at;
  }
  return { sizeBytes: bytes.length, isWhole: false, lines, fields };
}

/** The offset after a field and its continuation lines. */
function endOfField(bytes: Uint8Array, start: number): { at: number; lines: number } {
  let at = start;
  let lines = 0;
  const isEmptyLine = isBlank(bytes, start);
  do {
    const newline = bytes.indexOf(lf, at);
    if (newline < 0) return { at: bytes.length, lines: lines + 1 };
    at = newline + 1;
    lines++;
  } while (!isEmptyLine && (bytes[at] === space || bytes[at] === tab));
  return { at, lines };
}

function isBlank(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === lf || (bytes[at] === cr && bytes[at + 1] === lf);
}

/** Cyrus takes the line ends out and leaves the blanks of the folds, after those in front of the value. */
function unfold(value: string): string {
  return value.replace(/^[ \t]+/, '').replace(/\r?\n/g, '');
}
