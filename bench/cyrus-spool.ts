/** A spool that a real Cyrus has filled: its mailboxes, its indexes, its digests, and three damages. */
import { closeSync, openSync, readdirSync, writeSync } from 'node:fs';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { message } from '../test/support/cyrus/message.ts';
import { freePorts } from '../test/support/cyrus/free-ports.ts';
import { ImapClient } from '../test/support/cyrus/imap-client.ts';
import { Instance } from '../test/support/cyrus/instance.ts';
import { account } from '../test/support/cyrus/account.ts';
import { contentSize, describe } from './spool-shape.ts';

export interface CyrusSpool {
  readonly configFile: string;
  readonly messages: number;
  /** `mailbox uid` of every message whose bytes are wrong, as reconstruct names it. */
  readonly damaged: readonly string[];
}

const users = 4;
const foldersOfUser = 5;
/** The byte of a message that is overwritten: in its body, so that only a digest tells. */
const damagedAt = 600;

/** @param home a directory that is made, with everything in it; the server has ended when this returns */
export async function fillCyrus(home: string, messages: number): Promise<CyrusSpool> {
  mkdirSync(home, { recursive: true, mode: 0o755 });
  const [imap = 0, lmtp = 0, sync = 0] = await freePorts(3);
  const instance = new Instance(join(home, 'server'), { imap, lmtp, sync });
  instance.configure({ hashed: true, apart: false, legacyDirectories: true });
  try {
    await instance.start();
    const admin = await ImapClient.login(imap, account.name);
    for (const name of mailboxNames()) await admin.command(`CREATE ${name}`);
    await admin.logout();
    await Promise.all(
      Array.from({ length: users }, (_, user) => fillUser(imap, user, messages / users)),
    );
    await instance.stop();
  } finally {
    instance.kill();
  }
  return {
    configFile: instance.configFile,
    messages,
    damaged: [0, 1, 2].map((user) => damage(instance, user)),
  };
}

function mailboxNames(): string[] {
  return Array.from({ length: users }, (_, user) => [
    `user/bench${user}`,
    ...Array.from({ length: foldersOfUser - 1 }, (_, folder) => `user/bench${user}/f${folder}`),
  ]).flat();
}

async function fillUser(port: number, user: number, messages: number): Promise<void> {
  const sizes = describe('audit', messages);
  const client = await ImapClient.login(port, `bench${user}`);
  for (let nth = 0; nth < messages; nth += 1) {
    const folder = nth % foldersOfUser;
    const mailbox = folder === 0 ? 'INBOX' : `INBOX/f${folder - 1}`;
    const size = Math.max(contentSize(sizes, nth), 2 * damagedAt);
    await client.append(mailbox, message(`bench ${user} ${nth}`, size));
  }
  await client.logout();
}

/** One byte becomes another, at the same size. @returns the message, as reconstruct names it */
function damage(instance: Instance, user: number): string {
  const directory = join(instance.home, 'spool', 'b', 'user', `bench${user}`);
  const leaf = readdirSync(directory).find((name) => /^\d+\.$/.test(name));
  if (leaf === undefined) throw new Error(`${directory} has no message`);
  const fd = openSync(join(directory, leaf), 'r+');
  writeSync(fd, '#', damagedAt);
  closeSync(fd);
  return `user.bench${user} ${leaf.slice(0, -1)}`;
}
