/**
 * Every window of sync_server in which a crash leaves something, in hashed legacy directories.
 *
 * Order of its calls (traced, 3.6.1): RESERVE link(mailbox, stage); MESSAGE unlink, open, write, fsync;
 * MAILBOX link(stage, mailbox) in order of uid; end of session unlink, rmdir.
 */
import { ImapClient } from './imap-client.ts';
import { sha1Of } from './message.ts';
import { createUser, fill, mustReplicate, replicate } from './replication.ts';
import { reserveAndAbandon, reserveAndExit } from './reserve-and-abandon.ts';
import { mustRunCyrus } from './run-program.ts';
import { dead, type Ends, type Situation } from './situation.ts';
import { syncOwner } from './staged-by.ts';
import { strike, type Blow } from './strike.ts';
import { SyncSession } from './sync-session.ts';

export async function crashOnReplica(ends: Ends): Promise<Situation[]> {
  return [
    await killedInUpload(ends, 'anna', 1, 'sync_server killed before the first byte of an upload'),
    await killedInUpload(ends, 'alice', 2, 'sync_server killed in the middle of an upload'),
    await struck(ends, 'bob', { syscall: 'link', when: 3 }, 'sync_server killed while it linked'),
    await renumbered(ends),
    await linkedAgain(ends),
    await killedInReserve(ends),
    // 5 unlinks come before the 5 uploads; the third of the clean-up is the 8th.
    await struck(
      ends,
      'dora',
      { syscall: 'unlink', when: 8 },
      'sync_server killed in its clean-up',
      {
        partition: 'second',
        count: 5,
      },
    ),
    await struck(
      ends,
      'emil',
      { syscall: 'link', when: 2, signal: 'SIGTERM' },
      'sync_server ended by SIGTERM while it linked',
    ),
    await struck(
      ends,
      'fay',
      { comm: 'imapd', syscall: 'unlink', when: 5 },
      'imapd killed in the clean-up of a replication',
      { channel: 'imap' },
    ),
    ...(await twoPidsOneInode(ends)),
    ...(await archivedReserve(ends)),
    await archivedLater(ends),
    await deletedLater(ends, 'jan', 'mailbox deleted after its messages were reserved'),
    await stoppedInSession(ends),
  ];
}

interface Work {
  readonly count?: number;
  readonly partition?: string;
  readonly channel?: 'imap';
}

/** A new user's first replication, in which the process dies. */
export async function struck(
  ends: Ends,
  user: string,
  blow: Pick<Blow, 'syscall' | 'when'> & Partial<Blow>,
  name: string,
  work: Work = {},
): Promise<Situation> {
  await createUser(ends.master, user, work.partition);
  await fill(ends.master, user, work.count ?? 4);
  const pid = await strike(ends.replica, { comm: 'sync_server', signal: 'SIGKILL', ...blow }, () =>
    replicate(ends, user, work.channel),
  );
  return dead(name, 'replica', pid);
}

async function killedInUpload(
  ends: Ends,
  user: string,
  when: number,
  name: string,
): Promise<Situation> {
  await createUser(ends.master, user);
  const [, second] = await fill(ends.master, user, 3, { sizeBytes: 40_000 });
  if (second === undefined) throw new Error('no second message');
  const path = (pid: number): string => `${ends.replica.home}/spool/sync./${pid}/${sha1Of(second)}`;
  const pid = await strike(
    ends.replica,
    { comm: 'sync_server', syscall: 'write', when, signal: 'SIGKILL', path },
    () => replicate(ends, user),
  );
  return dead(name, 'replica', pid);
}

/**
 * In a mailbox that this very session created, the next session finds the checksums at odds and gives all
 * messages new uids at both ends (IMAP_SYNC_CHECKSUM): files 1. and 2. stay for ever, without a record.
 */
async function renumbered(ends: Ends): Promise<Situation> {
  const name = 'sync_server killed while it linked, then replicated under new uids';
  const situation = await struck(ends, 'frank.smith', { syscall: 'link', when: 3 }, name);
  await mustReplicate(ends, 'frank.smith');
  return situation;
}

/** In an older mailbox the next session replaces the names that have no record: the orphans are last names. */
async function linkedAgain(ends: Ends): Promise<Situation> {
  await createUser(ends.master, 'bea');
  await fill(ends.master, 'bea', 2);
  await mustReplicate(ends, 'bea');
  await fill(ends.master, 'bea', 2, { topic: 'later' });
  const pid = await strike(
    ends.replica,
    { comm: 'sync_server', syscall: 'link', when: 2, signal: 'SIGKILL' },
    () => replicate(ends, 'bea'),
  );
  await mustReplicate(ends, 'bea');
  return dead('sync_server killed while it linked, then replicated again', 'replica', pid);
}

async function killedInReserve(ends: Ends): Promise<Situation> {
  const user = 'carol@example.org';
  await createUser(ends.master, user);
  await fill(ends.master, user, 4);
  await mustReplicate(ends, user);
  const client = await ImapClient.login(ends.master.ports.imap, user);
  await client.command('CREATE "INBOX/Entw&APw-rfe"');
  await client.command('SELECT INBOX');
  await client.command('COPY 1:4 "INBOX/Entw&APw-rfe"');
  await client.logout();
  const pid = await strike(
    ends.replica,
    { comm: 'sync_server', syscall: 'link', when: 3, signal: 'SIGKILL' },
    () => replicate(ends, user),
  );
  return dead('sync_server killed while it reserved', 'replica', pid);
}

/** Both stage names stay when the mailbox lets go of the file: two links, and no mailbox at all. */
async function twoPidsOneInode(ends: Ends): Promise<Situation[]> {
  await createUser(ends.master, 'gus');
  const messages = await fill(ends.master, 'gus', 2);
  await mustReplicate(ends, 'gus');
  const root = `${ends.replica.home}/spool`;
  const reserve = { partition: 'default', root, mailboxes: ['user.gus'], messages };
  const first = await reserveAndAbandon(ends.replica, reserve);
  const second = await reserveAndAbandon(ends.replica, reserve);
  const client = await ImapClient.login(ends.replica.ports.imap, 'gus');
  await client.command('SELECT INBOX');
  await client.command('STORE 1:* +FLAGS (\\Deleted)');
  await client.command('EXPUNGE');
  await client.logout();
  await mustRunCyrus('cyr_expire', ['-C', ends.replica.configFile, '-X', '0', '-u', 'gus']);
  return [
    dead('reserved, then expunged: first of two dead pids', 'replica', first),
    dead('reserved, then expunged: second of two dead pids', 'replica', second),
  ];
}

/**
 * A message older than archive_after goes to the archive at once, and its reserve is staged there. A session
 * that ends well unlinks it, but leaves its empty pid directory in the archive (3.0 to 3.6).
 */
async function archivedReserve(ends: Ends): Promise<Situation[]> {
  await createUser(ends.master, 'hal');
  const internalDate = '13-Feb-2007 10:00:00 +0000';
  const messages = await fill(ends.master, 'hal', 2, { internalDate });
  await mustReplicate(ends, 'hal');
  const root = `${ends.replica.home}/archive`;
  const reserve = { partition: 'default', root, mailboxes: ['user.hal'], messages };
  return [
    dead('archived message reserved', 'replica', await reserveAndAbandon(ends.replica, reserve)),
    dead(
      'archived message reserved in a session that ended well',
      'replica',
      await reserveAndExit(ends.replica, reserve),
    ),
  ];
}

async function archivedLater(ends: Ends): Promise<Situation> {
  const situation = await reservedFrom(ends, 'ida', 'INBOX', 'user.ida', 'reserved, then archived');
  await mustRunCyrus('cyr_expire', ['-C', ends.replica.configFile, '-A', '0', '-u', 'ida']);
  return situation;
}

export async function deletedLater(ends: Ends, user: string, name: string): Promise<Situation> {
  const folder = 'Weg (R&-D)';
  const internal = `user.${user}.${folder}`;
  const situation = await reservedFrom(ends, user, `INBOX/${folder}`, internal, name);
  const client = await ImapClient.login(ends.replica.ports.imap, user);
  await client.command(`DELETE "INBOX/${folder}"`);
  await client.logout();
  return situation;
}

async function reservedFrom(
  ends: Ends,
  user: string,
  mailbox: string,
  internal: string,
  name: string,
): Promise<Situation> {
  await createUser(ends.master, user);
  const messages = await fill(ends.master, user, 2, { mailbox });
  await mustReplicate(ends, user);
  const root = `${ends.replica.home}/spool`;
  const reserve = { partition: 'default', root, mailboxes: [internal], messages };
  return dead(name, 'replica', await reserveAndAbandon(ends.replica, reserve));
}

/** No crash at all: Cyrus 3.6 does not clean up when it is told to end. Leaves the replica stopped. */
async function stoppedInSession(ends: Ends): Promise<Situation> {
  await createUser(ends.master, 'lou');
  const messages = await fill(ends.master, 'lou', 2);
  await mustReplicate(ends, 'lou');
  const session = await SyncSession.open(ends.replica.ports.sync, 'sync_server');
  await session.reserve('default', ['user.lou'], messages);
  const [first] = messages;
  if (first === undefined) throw new Error('nothing was reserved');
  const pid = await syncOwner(`${ends.replica.home}/spool`, first);
  await ends.replica.stop();
  session.wire.close();
  return dead('service stopped during a session', 'replica', pid);
}
