/** Sessions that have staged files and stay open: what must never be taken for leftovers. */
import { ImapClient } from './imap-client.ts';
import { LmtpClient } from './lmtp-client.ts';
import { message } from './message.ts';
import { createUser, fill, mustReplicate } from './replication.ts';
import { live, type Ends, type Situation } from './situation.ts';
import { stageOwner, stageOwners, syncOwner } from './staged-by.ts';
import { SyncSession, type SyncPeer } from './sync-session.ts';
import type { Wire } from './wire.ts';

/** Of a message that is twice as long. */
const sentBytes = 30_000;

export interface LiveSessions {
  readonly wires: readonly Wire[];
  readonly situations: readonly Situation[];
}

export async function openSessions(ends: Ends): Promise<LiveSessions> {
  // Before the first session: it keeps the one sync_server that there is.
  const olga = await replicated(ends, 'olga');
  const paul = await replicated(ends, 'paul');
  const opened = [
    await stageOverSync(ends, 'olga', olga, 'sync_server'),
    await stageOverSync(ends, 'paul', paul, 'imapd'),
    await appendHalf(ends),
    await deliverHalf(ends),
  ];
  return {
    wires: opened.map((session) => session.wire),
    situations: opened.map((session) => session.situation),
  };
}

interface Opened {
  readonly wire: Wire;
  readonly situation: Situation;
}

async function replicated(ends: Ends, user: string): Promise<readonly Buffer[]> {
  await createUser(ends.master, user);
  const messages = await fill(ends.master, user, 2);
  await mustReplicate(ends, user);
  return messages;
}

/** Two reserved messages, one that was uploaded whole, one that is still under way. */
async function stageOverSync(
  ends: Ends,
  user: string,
  messages: readonly Buffer[],
  peer: SyncPeer,
): Promise<Opened> {
  const { imap, sync } = ends.replica.ports;
  const session = await SyncSession.open(peer === 'imapd' ? imap : sync, peer);
  await session.reserve('default', [`user.${user}`], messages);
  await session.upload('default', message(`${user} uploaded`));
  const underWay = message(`${user} under way`, 2 * sentBytes);
  session.uploadPart('default', underWay, sentBytes);
  const pid = await syncOwner(`${ends.replica.home}/spool`, underWay, [], sentBytes);
  return { wire: session.wire, situation: live(`${peer} in a session`, 'replica', pid) };
}

async function appendHalf(ends: Ends): Promise<Opened> {
  const root = `${ends.master.home}/spool`;
  const others = stageOwners(root);
  const client = await ImapClient.login(ends.master.ports.imap, 'bob');
  client.appendPart('INBOX', message('append under way', 2 * sentBytes), sentBytes);
  const pid = await stageOwner(root, others, sentBytes);
  return { wire: client.wire, situation: live('imapd in an APPEND', 'master', pid) };
}

async function deliverHalf(ends: Ends): Promise<Opened> {
  const root = `${ends.master.home}/spool`;
  const others = stageOwners(root);
  const client = await LmtpClient.open(ends.master.ports.lmtp);
  await client.deliverPart(['bob'], message('delivery under way', 2 * sentBytes), sentBytes);
  const pid = await stageOwner(root, others, sentBytes);
  return { wire: client.wire, situation: live('lmtpd in DATA', 'master', pid) };
}
