/** One process's share of a spool: every nth mailbox. Started by generate-spool.ts, which tells it what to make. */
import {
  closeSync,
  ftruncateSync,
  futimesSync,
  linkSync,
  mkdirSync,
  openSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { composeIndex, type DemoRecord } from '../src/system/demo-index.ts';
import { composeTextHeader } from '../test/support/mailbox-writer.ts';
import { contentOf } from './message-content.ts';
import {
  describe,
  firstDeadPid,
  isReal,
  mailboxCount,
  mailboxPath,
  messageSize,
  messagesOf,
  shapeNames,
} from './spool-shape.ts';

const [root = '', shape = '', files = '', part = '', parts = ''] = process.argv.slice(2);
const known = shapeNames.find((name) => name === shape);
if (known === undefined) throw new Error(`no shape ${shape}`);
const spool = describe(known, Number(files));
const stage = join(root, 'sync.', String(firstDeadPid));

for (let mailbox = Number(part); mailbox < mailboxCount(spool); mailbox += Number(parts)) {
  makeMailbox(mailbox);
}

function makeMailbox(mailbox: number): void {
  const path = mailboxPath(spool, mailbox);
  const directory = join(root, path);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  // Names without a slash: the kernel then has no path to walk, a third of the time of making an empty file.
  process.chdir(directory);
  const { first, count } = messagesOf(spool, mailbox);
  const records: DemoRecord[] = [];
  for (let uid = 1; uid <= count; uid += 1) records.push(makeMessage(first + uid - 1, uid));
  writeFileSync('cyrus.index', composeIndex(12, records), { mode: 0o600 });
  writeFileSync('cyrus.header', headerOf(path, mailbox), { mode: 0o600 });
  // The generation number alone: nobody asks the cache while records have a GUID.
  writeFileSync('cyrus.cache', Buffer.from([0, 0, 0, 1]), { mode: 0o600 });
}

function makeMessage(message: number, uid: number): DemoRecord {
  const leaf = `${uid}.`;
  const internalDate = 1_171_540_800 + (message % 1_000_000);
  if (!isReal(spool, message)) {
    // A hole, since no scan reads it, but an inode of its own with the size and time of its record: what stats it pays
    // what it would pay in a real spool, and finds nothing wrong.
    const sizeBytes = messageSize(spool, message);
    const fd = openSync(leaf, 'wx', 0o600);
    ftruncateSync(fd, sizeBytes);
    futimesSync(fd, internalDate, internalDate);
    closeSync(fd);
    const id = message.toString(16).padStart(40, '5');
    return { uid, sizeBytes, headerBytes: 300, internalDate, id };
  }
  const { bytes, headerBytes, sha1 } = contentOf(spool, message);
  writeFileSync(leaf, bytes, { mode: 0o600, flag: 'wx' });
  // Cyrus gives a message file the time of its record; an audit tells where that is not so.
  utimesSync(leaf, internalDate, internalDate);
  if (spool.shape === 'one-pid') linkSync(leaf, join(stage, sha1));
  return { uid, sizeBytes: bytes.length, headerBytes, internalDate, id: sha1 };
}

function headerOf(path: string, mailbox: number): Buffer {
  const [, , ...names] = path.split('/');
  return composeTextHeader({
    quotaRoot: `user.${names[0] ?? ''}`,
    uniqueId: mailbox.toString(16).padStart(16, '0'),
    flags: [],
    acl: [[names[0] ?? '', 'lrswipkxtecda']],
  });
}
