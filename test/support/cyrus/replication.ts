/** Work on the master, and sync_client that brings it to the replica. */
import { ImapClient } from './imap-client.ts';
import { account } from './account.ts';
import type { Instance } from './instance.ts';
import { message } from './message.ts';
import { runCyrus, type Outcome } from './run-program.ts';
import type { Ends } from './situation.ts';

/** @param user userid, with its domain if it has one. @param partition of the new inbox */
export async function createUser(
  master: Instance,
  user: string,
  partition?: string,
): Promise<void> {
  const admin = await ImapClient.login(master.ports.imap, account.name);
  await admin.command(`CREATE "user/${user}"${partition === undefined ? '' : ` ${partition}`}`);
  await admin.logout();
}

/** Uploads messages that are all different into a mailbox of the user's own; returns them. */
export async function fill(
  instance: Instance,
  user: string,
  count: number,
  options: { mailbox?: string; sizeBytes?: number; internalDate?: string; topic?: string } = {},
): Promise<readonly Buffer[]> {
  const { mailbox = 'INBOX', sizeBytes, internalDate, topic = 'first' } = options;
  const messages = Array.from({ length: count }, (_, i) =>
    message(`${user} ${mailbox} ${topic} ${i + 1}`, sizeBytes),
  );
  const client = await ImapClient.login(instance.ports.imap, user);
  if (mailbox !== 'INBOX') await client.command(`CREATE "${mailbox}"`);
  for (const bytes of messages) await client.append(mailbox, bytes, internalDate);
  await client.logout();
  return messages;
}

/** @param channel 'imap' asks the replica's imapd instead of its sync_server */
export function replicate(ends: Ends, user: string, channel?: 'imap'): Promise<Outcome> {
  const through = channel === undefined ? [] : ['-n', channel];
  return runCyrus('sync_client', ['-C', ends.master.configFile, ...through, '-u', user]);
}

/** The same, where nothing is meant to go wrong. */
export async function mustReplicate(ends: Ends, user: string): Promise<void> {
  const { status, output } = await replicate(ends, user);
  if (status !== 0) throw new Error(`sync_client -u ${user}: ${status}: ${output}`);
}
