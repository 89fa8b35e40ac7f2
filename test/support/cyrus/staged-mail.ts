/** The mail of a DamageLab, and the sessions that left stage names on it. */
import { spawnSync } from 'node:child_process';
import { ImapClient } from './imap-client.ts';
import type { Instance } from './instance.ts';
import { LmtpClient } from './lmtp-client.ts';
import { message } from './message.ts';
import { createUser, fill, mustReplicate } from './replication.ts';
import { reserveAndAbandon } from './reserve-and-abandon.ts';
import { mustRunCyrus } from './run-program.ts';
import type { Ends } from './situation.ts';
import { syncOwner } from './staged-by.ts';
import { strike } from './strike.ts';
import { SyncSession } from './sync-session.ts';

/** The same bytes on an inode for each of three users: replicated one user at a time, nothing lets them share one. */
const thrice = message('sent to cleo, dora and emil, to each apart');
const carol = 'carol@example.org';
const going = 'Weg (R&-D)';
const legacyUsers = [
  'alice',
  'bob',
  carol,
  'cleo',
  'dora',
  'emil',
  'fay',
  'gil',
  'gus',
  'hal',
  'jan',
];

/** A delivery to two recipients shares one inode, and lmtpd dies before it lets go of its stage name. */
export async function stageAtMaster(master: Instance): Promise<void> {
  for (const user of ['alice', 'bob']) await createUser(master, user);
  // As in crashes-on-master.ts: the last unlink is number 2 + mailboxes.
  const blow = { comm: 'lmtpd', syscall: 'unlink', when: 4, signal: 'SIGKILL' } as const;
  await strike(master, blow, async () => {
    const client = await LmtpClient.open(master.ports.lmtp);
    await client.deliver(['alice', 'bob'], message('delivered to both'));
  });
}

/** Legacy directories: everything that will be overwritten is reserved, by sessions that are killed. */
export async function stageAtReplica(ends: Ends): Promise<void> {
  const { master, replica } = ends;
  const alice = await fill(master, 'alice', 12);
  await fill(master, 'bob', 3);
  await createUser(master, carol);
  const carols = await fill(master, carol, 3);
  await changeMailbox(master, carol, 'INBOX', [
    'CREATE "INBOX/Entw&APw-rfe"',
    'COPY 1:* "INBOX/Entw&APw-rfe"',
  ]);
  for (const user of ['cleo', 'dora', 'emil']) {
    await createUser(master, user);
    const client = await ImapClient.login(master.ports.imap, user);
    await client.append('INBOX', thrice);
    await client.logout();
    await fill(master, user, 1);
  }
  await createUser(master, 'fay');
  const fay = await fill(master, 'fay', 6);
  await createUser(master, 'gil');
  await fill(master, 'gil', 3);
  await createUser(master, 'gus', 'second');
  const gus = await fill(master, 'gus', 3);
  await createUser(master, 'hal');
  const hal = await fill(master, 'hal', 5, { internalDate: '13-Feb-2007 10:00:00 +0000' });
  await createUser(master, 'jan');
  const jan = await fill(master, 'jan', 2, { mailbox: `INBOX/${going}` });
  for (const user of legacyUsers) await mustReplicate(ends, user);

  const mailboxes = [
    ...['user.alice', 'example.org!user.carol', 'user.dora', 'user.fay', 'user.hal'],
    `user.jan.${going}`,
  ];
  const messages = [...alice, ...carols, thrice, ...fay, ...hal, ...jan];
  const root = `${replica.home}/spool`;
  await reserveAndAbandon(replica, { partition: 'default', root, mailboxes, messages });
  const cleo = { partition: 'default', root, mailboxes: ['user.cleo'], messages: [thrice] };
  await reserveAndAbandon(replica, cleo);
  const second = { partition: 'second', root: `${replica.home}/second`, mailboxes: ['user.gus'] };
  await reserveAndAbandon(replica, { ...second, messages: gus });

  // Purged, and expunged but not purged; then a folder deleted with a delay. All of it at both ends.
  await changeMailbox(master, 'fay', 'INBOX', ['STORE 1:2 +FLAGS (\\Deleted)', 'EXPUNGE']);
  await mustReplicate(ends, 'fay');
  for (const { configFile } of [master, replica]) {
    await mustRunCyrus('cyr_expire', ['-C', configFile, '-X', '0', '-u', 'fay']);
  }
  await changeMailbox(master, 'fay', 'INBOX', ['STORE 1:2 +FLAGS (\\Deleted)', 'EXPUNGE']);
  await mustReplicate(ends, 'fay');
  await changeMailbox(master, 'jan', 'INBOX', [`DELETE "INBOX/${going}"`]);
  await mustReplicate(ends, 'jan');
  await changeMailbox(master, 'gil', 'INBOX', ['STORE 1:2 +FLAGS (\\Deleted)', 'EXPUNGE']);
  await mustReplicate(ends, 'gil');
  killInPurge(replica, 'gil', `${replica.home}/spool/g/user/gil/2.`);
}

/** uuid directories; the last session is one that an ordinary stop of the replica finds open, and leaves staged. */
export async function stageInUuidDirectories(ends: Ends): Promise<void> {
  const { master, replica } = ends;
  await createUser(master, 'kim');
  await createUser(master, 'lea', 'second');
  const kim = await fill(master, 'kim', 3);
  const lea = await fill(master, 'lea', 3);
  for (const user of ['kim', 'lea']) await mustReplicate(ends, user);
  const session = await SyncSession.open(replica.ports.sync, 'sync_server');
  await session.reserve('default', ['user.kim'], kim);
  await session.reserve('second', ['user.lea'], lea);
  await syncOwner(`${replica.home}/second`, lea[2] ?? thrice);
}

/**
 * A purge that is killed at its second file, after it wrote both records as UNLINKED: one of them has its file still
 * (3.6.1, mailbox.c: records first, then each file while the index is written anew).
 */
function killInPurge(instance: Instance, user: string, second: string): void {
  const inject = ['-e', 'trace=unlink', '-e', 'inject=unlink:signal=SIGKILL:when=1', '-P', second];
  const purge = ['/usr/lib/cyrus/bin/cyr_expire', '-C', instance.configFile, '-X', '0', '-u', user];
  // strace ends as what it traced did.
  const { signal } = spawnSync('/usr/bin/strace', [
    ...['-o', '/dev/null', '-u', 'cyrus'],
    ...inject,
    ...purge,
  ]);
  if (signal !== 'SIGKILL') throw new Error(`cyr_expire was not killed at ${second}`);
}

async function changeMailbox(
  instance: Instance,
  user: string,
  mailbox: string,
  commands: readonly string[],
): Promise<void> {
  const client = await ImapClient.login(instance.ports.imap, user);
  await client.command(`SELECT "${mailbox}"`);
  for (const command of commands) await client.command(command);
  await client.logout();
}
