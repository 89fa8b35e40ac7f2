/**
 * cyrus.header of both eras.
 * Source: cyrus-imapd imap/mailbox.c, mailbox_read_header (1.6 to 3.13) and _parse_header_data (3.6 and later).
 */
import { asBytes } from '../model/byte-path.ts';
import { FormatError } from '../model/errors.ts';
import type { AclEntry, MailboxHeader } from '../model/mailbox.ts';
import { parseDlist, type Dlist } from './dlist.ts';
import { latin1Of } from './latin1.ts';

/** imap/mailbox.h, MAILBOX_HEADER_MAGIC: four bytes and three lines, the same in every release. */
const magic =
  '\xa1\x02\x8b\rCyrus mailbox header\n' +
  '"The best thing about this system was that it had lots of goals."\n' +
  '\t--Jim Morris on Andrew\n';
/** imap/mailbox.h, MAX_USER_FLAGS: the bits that a record has for them. */
const maxFlags = 128;
const percent = 0x25;

/**
 * Reads a whole cyrus.header.
 *
 * @param bytes  the file; some hundred bytes, a few kilobytes with a long ACL
 * @throws       FormatError with the byte offset
 */
export function parseMailboxHeader(bytes: Uint8Array): MailboxHeader {
  checkMagic(bytes);
  return bytes[magic.length] === percent ? dlistHeader(bytes) : textHeader(bytes);
}

/**
 * The name that a cyrus.header tells, without what else it holds; undefined in one of the old era, which tells none.
 * @throws  as parseMailboxHeader()
 */
export function parseHeaderName(bytes: Uint8Array): string | undefined {
  checkMagic(bytes);
  if (bytes[magic.length] === percent) return dlistHeader(bytes).name;
  let end = magic.length - 1;
  for (let line = 0; line < 3; line++) end = endOfLine(bytes, end + 1);
  return undefined;
}

function checkMagic(bytes: Uint8Array): void {
  for (let at = 0; at < magic.length; at++) {
    if (bytes[at] !== magic.charCodeAt(at))
      throw new FormatError('no cyrus.header: wrong magic', at);
  }
}

/** Three lines: quota root TAB unique id; flag names; ACL. */
function textHeader(bytes: Uint8Array): MailboxHeader {
  const quotaEnd = endOfLine(bytes, magic.length);
  const flagsEnd = endOfLine(bytes, quotaEnd + 1);
  const aclEnd = endOfLine(bytes, flagsEnd + 1);
  // Before 2.1 there was no TAB and no id; whatever a later writer puts after a second TAB is not the id.
  const [quotaRoot = '', uniqueId = ''] = latin1Of(bytes, magic.length, quotaEnd).split('\t');
  const flags = latin1Of(bytes, quotaEnd + 1, flagsEnd).split(' ');
  const acl = latin1Of(bytes, flagsEnd + 1, aclEnd).split('\t');
  // 2.1 and later end the line with a blank, which is no flag.
  if (flags.at(-1) === '') flags.pop();
  return {
    era: 'text',
    ...(uniqueId === '' ? {} : { uniqueId }),
    ...(quotaRoot === '' ? {} : { quotaRoot: asBytes(quotaRoot) }),
    // Releases that write this form know no other layout.
    legacyDirs: true,
    flagNames: flagNames(flags),
    acl: pairs(acl),
  };
}

/** One line: %(T type N name I id J jmap-id Q quota-root A %(acl) U (flags)). */
function dlistHeader(bytes: Uint8Array): MailboxHeader {
  const { value, end } = parseDlist(bytes, magic.length);
  if (bytes[end] !== 0x0a)
    throw new FormatError('the header line does not end after its list', end);
  const entries = value.kind === 'map' ? value.entries : new Map<string, Dlist>();
  const text = (key: string): string | undefined => {
    const entry = entries.get(key);
    return entry?.kind === 'string' && entry.text !== '' ? entry.text : undefined;
  };
  const [uniqueId, name, quotaRoot, mailboxType] = [text('I'), text('N'), text('Q'), text('T')];
  const flags = entries.get('U');
  const acl = entries.get('A');
  return {
    era: 'dlist',
    ...(uniqueId === undefined ? {} : { uniqueId }),
    ...(name === undefined ? {} : { name: asBytes(name) }),
    ...(quotaRoot === undefined ? {} : { quotaRoot: asBytes(quotaRoot) }),
    legacyDirs: mailboxType?.includes('l') ?? false,
    ...(mailboxType === undefined ? {} : { mailboxType }),
    flagNames: flagNames(flags?.kind === 'list' ? flags.items.map(textOf) : []),
    acl:
      acl?.kind === 'map'
        ? Array.from(acl.entries, ([identifier, rights]) => ({
            identifier,
            rights: textOf(rights),
          }))
        : [],
  };
}

function textOf(item: Dlist): string {
  return item.kind === 'string' ? item.text : '';
}

function flagNames(names: readonly string[]): (string | undefined)[] {
  // A removed flag is NIL since 3.6 and its number stays free; two blanks mean the same to Cyrus's text reader.
  return names.slice(0, maxFlags).map((name) => (name === '' ? undefined : name));
}

function pairs(fields: readonly string[]): AclEntry[] {
  const entries: AclEntry[] = [];
  for (let at = 0; at + 1 < fields.length; at += 2) {
    entries.push({ identifier: fields[at] ?? '', rights: fields[at + 1] ?? '' });
  }
  return entries;
}

function endOfLine(bytes: Uint8Array, start: number): number {
  const end = bytes.indexOf(0x0a, start);
  if (end < 0) throw new FormatError('the header ends inside a line', bytes.length);
  return end;
}
