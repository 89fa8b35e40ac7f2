/**
 * The ENVELOPE of a cache record:
 * (date subject from sender reply-to to cc bcc in-reply-to message-id), each address (name route mailbox domain).
 * Source: cyrus-imapd imap/message.c, message_write_envelope and message_write_address.
 */
import { FormatError } from '../model/errors.ts';
import type { Address, Envelope } from '../model/mailbox.ts';
import { parseDlist, type Dlist } from './dlist.ts';

/** @throws FormatError; `.at` counts from the start of the item */
export function parseEnvelope(item: Uint8Array): Envelope {
  const { value, end } = parseDlist(item, 0);
  if (value.kind !== 'list' || value.items.length !== 10) {
    throw new FormatError('an ENVELOPE is a list of ten', 0);
  }
  if (end !== item.length) throw new FormatError('bytes after the ENVELOPE', end);
  const [date, subject, from, , , , , , , messageId] = value.items;
  return {
    ...textAs('date', date),
    ...textAs('subject', subject),
    from: addresses(from),
    ...textAs('messageId', messageId),
  };
}

function textAs<Key extends string>(
  key: Key,
  item: Dlist | undefined,
): Partial<Record<Key, string>> {
  const found: Partial<Record<Key, string>> = {};
  if (item?.kind === 'string') found[key] = item.text;
  return found;
}

function addresses(item: Dlist | undefined): Address[] {
  if (item?.kind !== 'list') return [];
  return item.items.map((address) => {
    const [, , mailbox, domain] = address.kind === 'list' ? address.items : [];
    return { ...textAs('mailbox', mailbox), ...textAs('domain', domain) };
  });
}
