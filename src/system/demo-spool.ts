/**
 * A small spool with real hard links, made by the system calls that Cyrus makes: the incident of 2007 as
 * sync_server 2.3.7 performed it, an area of 2.4 and later, and leftovers that harm nobody.
 */
import { createHash } from 'node:crypto';
import {
  closeSync,
  constants,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  statfsSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InputError } from '../model/errors.ts';
import { composeIndex, type DemoRecord } from './demo-index.ts';
import { errnoOf } from './attempt.ts';

export interface DemoSpool {
  readonly root: string;
  /** The pid whose directory was left by one process and written to by the next. */
  readonly reusedPid: number;
  remove(): void;
}

export function buildDemoSpool(): DemoSpool {
  const home = makeHome();
  const remove = (): void => {
    rmSync(home, { recursive: true, force: true });
  };
  try {
    const demo = new Demo(join(home, 'spool'));
    const reusedPid = freePid(29_594);
    demo.incident(reusedPid);
    demo.interruptedUpload(freePid(reusedPid + 1));
    demo.harmless(freePid(reusedPid + 2));
    demo.writeIndexes();
    return { root: demo.root, reusedPid, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

/** statfs(2): on overlayfs a hard link may lie in a layer below, and no account of links is ever complete. */
const overlayfs = 0x794c7630;
/** A tmpfs, in containers too. */
const elsewhere = '/dev/shm';

/** @throws InputError when there is no place for it */
function makeHome(): string {
  const usual = tmpdir();
  try {
    const isOverlay = statfsSync(usual).type === overlayfs;
    return mkdtempSync(join(isOverlay && existsSync(elsewhere) ? elsewhere : usual, prefix));
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === undefined) throw error;
    throw new InputError(
      `no spool can be made in ${usual} (${errno}): name another directory with TMPDIR`,
    );
  }
}

const prefix = 'stagesweep-demo-';

/** The mailboxes of version 9 were there in 2007; carol's is of a server that was upgraded since. */
const mailboxes = {
  'user/alice': 9,
  'user/bob': 9,
  'user/carol': 12,
  'user/carol/Lists': 12,
} as const;
type MailboxPath = keyof typeof mailboxes;

class Demo {
  readonly root: string;
  readonly #records = new Map<MailboxPath, DemoRecord[]>();

  constructor(root: string) {
    this.root = root;
    for (const directory of ['sync.', 'stage.', ...Object.keys(mailboxes)]) {
      mkdirSync(join(root, directory), { recursive: true, mode: 0o700 });
    }
  }

  /** Cyrus 2.3.7: names are numbers that start at 0 in every session, and are opened with O_TRUNC. */
  incident(pid: number): void {
    const slot = join(this.#pidDirectory(pid), '0.');
    // The first process: alice's message is replicated, linked into her mailbox, and the process dies.
    const hers = message('alice', 'Your salary statement');
    upload(slot, hers);
    this.#deliver(slot, 'user/alice', 11, hers);
    // A month later another process has that pid, and finds a file where it expects none.
    const his = message('bob', 'Party on Friday, bring a cake');
    upload(slot, his);
    this.#deliver(slot, 'user/bob', 7, his);
  }

  /** Cyrus 2.4: names are SHA-1 digests; a reused pid truncates what it uploads again, and may die before the end. */
  interruptedUpload(pid: number): void {
    const directory = this.#pidDirectory(pid);
    const stage = (text: string): string => join(directory, sha1(text));
    const whole = message('carol', 'Whole, and linked twice');
    upload(stage(whole), whole);
    this.#deliver(stage(whole), 'user/carol', 20, whole);
    this.#deliver(stage(whole), 'user/carol/Lists', 3, whole);
    const cut = message('carol', 'Cut by the second upload');
    upload(stage(cut), cut);
    this.#deliver(stage(cut), 'user/carol', 21, cut);
    // The list's own copy came by another way and is whole: the right bytes are still in the spool.
    writeFileSync(join(this.root, 'user/carol/Lists/4.'), cut, { mode: 0o600 });
    this.#record('user/carol/Lists', 4, cut);
    upload(stage(cut), cut.slice(0, 100));
    // An upload that was cut short before it was linked anywhere.
    const short = message('carol', 'Never arrived');
    upload(stage(short), short.slice(0, 60));
    // One whose link went when the next replication brought the message again under a new inode.
    const again = message('carol', 'Came again');
    upload(stage(again), again);
    writeFileSync(join(this.root, 'user/carol/22.'), again, { mode: 0o600 });
    this.#record('user/carol', 22, again);
    this.#pidDirectory(freePid(pid + 1000));
  }

  /** lmtpd killed between link and unlink: every recipient has the message, nobody misses the leftover. */
  harmless(pid: number): void {
    for (let n = 0; n < 6; n++) {
      const name = join(this.root, 'stage.', `${pid}-1171540800-${n}`);
      const text = message('carol', `Minutes of meeting ${n + 1}`);
      upload(name, text);
      this.#deliver(name, 'user/carol', 100 + n, text);
      this.#deliver(name, 'user/carol/Lists', 200 + n, text);
    }
  }

  writeIndexes(): void {
    for (const [mailbox, records] of this.#records) {
      const index = composeIndex(mailboxes[mailbox], records);
      writeFileSync(join(this.root, mailbox, 'cyrus.index'), index, { mode: 0o600 });
    }
  }

  #pidDirectory(pid: number): string {
    const path = join(this.root, 'sync.', String(pid));
    mkdirSync(path, { mode: 0o700 });
    return path;
  }

  #deliver(stage: string, mailbox: MailboxPath, uid: number, text: string): void {
    linkSync(stage, join(this.root, mailbox, `${uid}.`));
    this.#record(mailbox, uid, text);
  }

  #record(mailbox: MailboxPath, uid: number, text: string): void {
    const records = this.#records.get(mailbox) ?? [];
    // A UUID of 2.3 is assigned, not computed; here the beginning of the digest serves as one.
    const id = mailboxes[mailbox] === 9 ? sha1(text).slice(0, 24) : sha1(text);
    const headerBytes = text.indexOf('\r\n\r\n') + 4;
    records.push({ uid, sizeBytes: text.length, headerBytes, internalDate: 1_171_540_800, id });
    this.#records.set(mailbox, records);
  }
}

/** open(O_RDWR|O_CREAT|O_TRUNC) without an unlink before: the defect itself (sync_message_open, 2.3.0 to 2.3.8). */
function upload(path: string, text: string): void {
  const fd = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_TRUNC, 0o600);
  try {
    writeSync(fd, text);
  } finally {
    closeSync(fd);
  }
}

function message(user: string, subject: string): string {
  return [
    `From: Somebody <somebody@example.org>`,
    `To: ${user}@example.org`,
    `Subject: ${subject}`,
    `Date: Thu, 15 Feb 2007 12:00:00 +0000`,
    `Message-ID: <${sha1(subject).slice(0, 12)}@example.org>`,
    '',
    `This message is for ${user}.`,
    '',
  ].join('\r\n');
}

function sha1(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}

/** A pid that no process has now, so that the demo's owners are dead wherever it runs. */
function freePid(from: number): number {
  let pid = from;
  while (existsSync(`/proc/${pid}`)) pid += 1;
  return pid;
}
