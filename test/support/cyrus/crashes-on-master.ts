/**
 * Deliveries and uploads that were cut off, in plain legacy directories.
 *
 * Both lmtpd and imapd unlink the stage name before they open it, the mailbox name before they link it, and
 * the stage name at the end (traced, 3.6.1): the last unlink is number 2 + mailboxes.
 */
import { abandon } from './abandon.ts';
import { ImapClient } from './imap-client.ts';
import type { Instance } from './instance.ts';
import { LmtpClient } from './lmtp-client.ts';
import { message } from './message.ts';
import { dead, type Situation } from './situation.ts';
import { stageOwner, stageOwners } from './staged-by.ts';
import { strike } from './strike.ts';

export async function crashOnMaster(master: Instance): Promise<Situation[]> {
  return [
    dead('lmtpd killed in DATA', 'master', await killedInData(master)),
    dead('imapd killed in the literal of an APPEND', 'master', await killedInLiteral(master)),
    dead(
      'lmtpd killed before its last unlink, two recipients',
      'master',
      await killedInDelivery(master, ['alice', 'bob']),
    ),
    // One stage name on each partition, and both are names of one inode.
    dead(
      'lmtpd killed before its last unlinks, two partitions',
      'master',
      await killedInDelivery(master, ['emil', 'dora']),
    ),
    dead('imapd killed before its last unlink', 'master', await killedInAppend(master)),
  ];
}

function killedInDelivery(master: Instance, recipients: readonly string[]): Promise<number> {
  const when = 2 + recipients.length;
  return strike(master, { comm: 'lmtpd', syscall: 'unlink', when, signal: 'SIGKILL' }, async () => {
    const client = await LmtpClient.open(master.ports.lmtp);
    await client.deliver(recipients, message(`delivered to ${recipients.join(' and ')}`));
  });
}

function killedInAppend(master: Instance): Promise<number> {
  return strike(
    master,
    { comm: 'imapd', syscall: 'unlink', when: 3, signal: 'SIGKILL' },
    async () => {
      const client = await ImapClient.login(master.ports.imap, 'frank.smith');
      await client.append('INBOX', message('appended and not acknowledged'));
    },
  );
}

/** Far more than stdio buffers, so that some of it is on disk. */
const cutMessage = message('cut off', 60_000);
const cutAt = 30_000;

async function killedInData(master: Instance): Promise<number> {
  const root = `${master.home}/spool`;
  const others = stageOwners(root);
  const client = await LmtpClient.open(master.ports.lmtp);
  await client.deliverPart(['alice'], cutMessage, cutAt);
  const pid = await abandon(await stageOwner(root, others, cutAt));
  client.wire.close();
  return pid;
}

async function killedInLiteral(master: Instance): Promise<number> {
  const root = `${master.home}/spool`;
  const others = stageOwners(root);
  const client = await ImapClient.login(master.ports.imap, 'alice');
  client.appendPart('INBOX', cutMessage, cutAt);
  const pid = await abandon(await stageOwner(root, others, cutAt));
  client.wire.close();
  return pid;
}
