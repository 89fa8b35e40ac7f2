/** Mailboxes that are no more than their index, to be listed. */
import { composeDlistHeader } from './mailbox-writer.ts';
import { MailboxSpool } from './mailbox-spool.ts';

/** Gives each of the directories, relative to the base, a cyrus.index. */
export function mailboxes(spool: MailboxSpool, ...places: readonly string[]): MailboxSpool {
  for (const place of places) spool.write(`${place}/cyrus.index`, '');
  return spool;
}

export const header = (name: string): Buffer =>
  composeDlistHeader({ type: 'e', name, uniqueId: 'x', quotaRoot: '', flags: [], acl: [] });

export const hashed = { hashed: true, fullHash: false, domains: true };
