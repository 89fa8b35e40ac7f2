/** Names of messages in a mailbox directory. */
import { asBytes, type BytePath } from './byte-path.ts';

/**
 * A leading zero is none of Cyrus's: `07.` beside `7.` would be two files for one record.
 *
 * The uid of a message file `<uid>.`, or undefined for any other name.
 * Source: cyrus-imapd imap/mailbox.c, mailbox_parse_datafilename (2.4+).
 */
export function messageUidOf(leaf: string): number | undefined {
  // Without a regular expression: half of an audit by size would be spent in it.
  const digits = leaf.length - 1;
  if (digits < 1 || digits > 10 || leaf.charCodeAt(digits) !== dot) return undefined;
  if (digits > 1 && leaf.charCodeAt(0) === zero) return undefined;
  let uid = 0;
  for (let at = 0; at < digits; at++) {
    const digit = leaf.charCodeAt(at) - zero;
    if (digit < 0 || digit > 9) return undefined;
    uid = uid * 10 + digit;
  }
  return uid <= 0xffff_ffff ? uid : undefined;
}

/** As messageUidOf(), without a string. @returns -1 for what is no message's name */
export function messageUidAt(bytes: Uint8Array, start: number): number {
  let at = start;
  let uid = 0;
  for (; ; at++) {
    const digit = (bytes[at] ?? 0) - zero;
    if (digit < 0 || digit > 9) break;
    uid = uid * 10 + digit;
  }
  const digits = at - start;
  const isName = digits > 0 && digits <= 10 && bytes[at] === dot && bytes[at + 1] === 0;
  const hasLeadingZero = digits > 1 && bytes[start] === zero;
  return isName && !hasLeadingZero && uid <= 0xffff_ffff ? uid : -1;
}

/** Of the longest name of a message, with its NUL. */
export const messageLeafBytes = 12;

/** Writes the name of a message and a NUL. @returns where that NUL is */
export function writeMessageLeaf(bytes: Uint8Array, start: number, uid: number): number {
  let end = start + 1;
  for (let power = 10; power <= uid; power *= 10) end += 1;
  let rest = uid;
  for (let at = end - 1; at >= start; at -= 1) {
    const tens = Math.floor(rest / 10);
    bytes[at] = zero + rest - tens * 10;
    rest = tens;
  }
  bytes[end] = dot;
  bytes[end + 1] = 0;
  return end + 1;
}

/** The other way round: every uid has one name. */
export function messageLeafOf(messageUid: number): BytePath {
  return asBytes(`${messageUid}.`);
}

/** A name in little room: that of a message, as nearly all are, by its uid. */
export type ShortLeaf = number | BytePath;

export function shortLeafOf(leaf: BytePath): ShortLeaf {
  return messageUidOf(leaf) ?? leaf;
}

export function wholeLeafOf(leaf: ShortLeaf): BytePath {
  return typeof leaf === 'number' ? messageLeafOf(leaf) : leaf;
}

const zero = 0x30;
const dot = 0x2e;
