/**
 * Is this file the message that Cyrus once cached the ENVELOPE of? The only local witness of content where a
 * record has no hash (up to 2.3, and zero GUIDs).
 *
 * Cyrus caches Message-ID, Subject and Date as they stand in the header, unfolded, and From as parsed addresses.
 * Source: cyrus-imapd imap/message.c, message_parse_string; lib/parseaddr.c.
 */
import type { Address, Envelope, MessageHeader } from '../model/mailbox.ts';

type EnvelopeField = keyof MessageHeader['fields'];
type Likeness = 'same' | 'different' | 'unknown';

export interface EnvelopeComparison {
  readonly verdict: Likeness;
  /** The field that decided; absent when unknown. */
  readonly field?: EnvelopeField;
}

/** imapd.conf maxheaderlines, 3.x: fields behind line 1000 are not cached, whatever the message has. */
const cachedLines = 1000;
/** lib/parseaddr.c: what stands in for a domain that is missing. */
const noDomain = 'unspecified-domain';

/**
 * Message-ID decides where either side has one; else Subject, From and Date together.
 *
 * @param header  of the whole file: a field that only lies behind what was read would count as missing
 */
export function compareEnvelope(envelope: Envelope, header: MessageHeader): EnvelopeComparison {
  const byId = compareText(envelope.messageId, header, 'messageId');
  if (byId !== 'unknown') return { verdict: byId, field: 'messageId' };
  const likenesses = [
    ['subject', compareText(envelope.subject, header, 'subject')],
    ['from', compareFrom(envelope.from, header)],
    ['date', compareText(envelope.date, header, 'date')],
  ] as const;
  const different = likenesses.find(([, likeness]) => likeness === 'different');
  if (different) return { verdict: 'different', field: different[0] };
  const same = likenesses.filter(([, likeness]) => likeness === 'same').map(([field]) => field);
  // One alone proves nothing: every night the same daemon sends the same subject. Date and another do.
  return same.length >= 2 && same.includes('date')
    ? { verdict: 'same', field: 'date' }
    : { verdict: 'unknown' };
}

function compareText(
  cached: string | undefined,
  header: MessageHeader,
  field: EnvelopeField,
): Likeness {
  const wanted = squeeze(cached ?? '');
  // 2.3 caches the first of several fields with one name, 3.x the last.
  const found = header.fields[field].map(squeeze).filter((value) => value !== '');
  if (found.length === 0) return wanted === '' ? 'unknown' : missing(header);
  if (wanted === '') return header.lines > cachedLines ? 'unknown' : 'different';
  return found.includes(wanted) ? 'same' : 'different';
}

/**
 * Only what Cyrus's address parser cannot have changed is compared: that each cached address occurs in the header.
 */
function compareFrom(cached: readonly Address[], header: MessageHeader): Likeness {
  const found = header.fields.from.map(bare).filter((value) => value !== '');
  const wanted = cached.filter(isPlain).map(({ mailbox, domain }) => bare(`${mailbox}@${domain}`));
  if (found.length === 0) return wanted.length === 0 ? 'unknown' : missing(header);
  if (wanted.length === 0) return 'unknown';
  if (found.some((value) => wanted.every((address) => value.includes(address)))) return 'same';
  // A comment inside an address is gone from the cached one.
  return header.fields.from.some((value) => value.includes('(')) ? 'unknown' : 'different';
}

/** A field that was cached and is not there: of another message, unless the header itself is torn off. */
function missing(header: MessageHeader): Likeness {
  return header.isWhole ? 'different' : 'unknown';
}

function isPlain(address: Address): address is Required<Address> {
  return (
    (address.mailbox ?? '') !== '' && (address.domain ?? '') !== '' && address.domain !== noDomain
  );
}

/** Releases differ in which blanks of a fold they keep, and Cyrus's strings end at a NUL. */
function squeeze(value: string): string {
  return (value.split('\0', 1)[0] ?? '').replace(/[ \t\r\n]+/g, ' ').trim();
}

/** Without what the address parser drops: blanks, quotes, and the second of two dots. */
function bare(value: string): string {
  return squeeze(value)
    .replace(/[ "\\]/g, '')
    .replace(/\.{2,}/g, '.');
}
