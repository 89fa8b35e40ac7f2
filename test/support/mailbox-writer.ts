/** Composes cyrus.header of both eras and cyrus.cache. */

const magic = Buffer.from([0xa1, 0x02, 0x8b, 0x0d]);
const firstLines =
  'Cyrus mailbox header\n"The best thing about this system was that it had lots of goals."\n' +
  '\t--Jim Morris on Andrew\n';

/** @param rest  what follows the magic, one character per byte */
export function composeHeader(rest: string): Buffer {
  return Buffer.concat([magic, Buffer.from(firstLines + rest, 'latin1')]);
}

export interface TextHeader {
  readonly quotaRoot: string;
  readonly uniqueId: string;
  readonly flags: readonly string[];
  readonly acl: readonly (readonly [string, string])[];
}

/** cyrus.header up to 3.4. */
export function composeTextHeader(header: TextHeader): Buffer {
  return composeHeader(
    `${header.quotaRoot}\t${header.uniqueId}\n` +
      `${header.flags.map((flag) => `${flag} `).join('')}\n` +
      `${header.acl.map(([who, rights]) => `${who}\t${rights}\t`).join('')}\n`,
  );
}

export interface DlistHeader extends TextHeader {
  readonly type: string;
  readonly name: string;
}

/** cyrus.header of 3.6 and later. */
export function composeDlistHeader(header: DlistHeader): Buffer {
  const acl = header.acl.map(([who, rights]) => `${astring(who)} ${astring(rights)}`);
  return composeHeader(
    `%(T ${header.type} N ${astring(header.name)} I ${astring(header.uniqueId)}` +
      (header.quotaRoot === '' ? '' : ` Q ${astring(header.quotaRoot)}`) +
      ` A %(${acl.join(' ')}) U (${header.flags.map(astring).join(' ')}))\n`,
  );
}

/** An atom where it can be one, else a quoted string, else a literal: prot_printastring of Cyrus. */
export function astring(text: string): string {
  if (/^[!#-$&'+-[\]-z|}~]+$/.test(text) && text !== 'NIL') return text;
  return /["\\%\r\n\x80-\xff\0]/.test(text) ? literal(text) : `"${text}"`;
}

/** A string of an ENVELOPE: message_write_nstring of Cyrus. */
export function nstring(text: string | undefined): string {
  if (text === undefined) return 'NIL';
  return text.length >= 1024 || /["\\%\r\n\x80-\xff\0]/.test(text) ? literal(text) : `"${text}"`;
}

function literal(text: string): string {
  return `{${text.length}}\r\n${text}`;
}

export interface EnvelopeText {
  readonly date?: string | undefined;
  readonly subject?: string | undefined;
  /** [mailbox, domain] */
  readonly from?: readonly (readonly [string, string])[] | undefined;
  readonly messageId?: string | undefined;
}

export function composeEnvelope(envelope: EnvelopeText): string {
  const one = (envelope.from ?? []).map(
    ([mailbox, domain]) => `(NIL NIL ${nstring(mailbox)} ${nstring(domain)})`,
  );
  const from = one.length === 0 ? 'NIL' : `(${one.join('')})`;
  return (
    `(${nstring(envelope.date)} ${nstring(envelope.subject)} ${from} ${from} ${from} ` +
    `NIL NIL NIL NIL ${nstring(envelope.messageId)})`
  );
}

/** The SECTION item of a message of one part. */
export function composeSection(headerBytes: number, contentBytes: number): Buffer {
  const words = [2, 0, headerBytes, headerBytes, contentBytes, 0, 0, headerBytes, headerBytes];
  const bytes = Buffer.alloc((words.length + 3) * 4);
  words.forEach((word, index) => bytes.writeUInt32BE(word, index * 4));
  return bytes;
}

/** The ten items of a message; those not given are empty. */
export function composeCacheRecord(envelope: string, section: Uint8Array, subject = ''): Buffer {
  const empty = Buffer.alloc(0);
  const items = [Buffer.from(envelope, 'latin1'), empty, empty, section, empty];
  items.push(empty, empty, empty, empty, Buffer.from(subject, 'latin1'));
  return Buffer.concat(items.flatMap((item) => cacheItem(item)));
}

/** A cyrus.cache, and where each of its records begins. */
export function composeCache(
  generation: number,
  records: readonly Uint8Array[],
): { readonly bytes: Buffer; readonly offsets: readonly number[] } {
  const head = Buffer.alloc(4);
  head.writeUInt32BE(generation);
  const offsets: number[] = [];
  let at = 4;
  for (const record of records) {
    offsets.push(at);
    at += record.length;
  }
  return { bytes: Buffer.concat([head, ...records]), offsets };
}

function cacheItem(item: Uint8Array): Uint8Array[] {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(item.length);
  return [length, item, Buffer.alloc((4 - (item.length % 4)) % 4)];
}
