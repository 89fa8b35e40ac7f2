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
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface DemoSpool {
  readonly root: string;
  /** The pid whose directory was left by one process and written to by the next. */
  readonly reusedPid: number;
  remove(): void;
}

export function buildDemoSpool(): DemoSpool {
  const root = join(mkdtempSync(join(tmpdir(), 'stagesweep-demo-')), 'spool');
  const remove = (): void => {
    rmSync(join(root, '..'), { recursive: true, force: true });
  };
  try {
    for (const directory of ['sync.', 'stage.', 'user/alice', 'user/bob', 'user/carol/Lists']) {
      mkdirSync(join(root, directory), { recursive: true, mode: 0o700 });
    }
    const reusedPid = freePid(29_594);
    incident(root, reusedPid);
    interruptedUpload(root, freePid(reusedPid + 1));
    harmless(root, freePid(reusedPid + 2));
    return { root, reusedPid, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

/** Cyrus 2.3.7: names are numbers that start at 0 in every session, and are opened with O_TRUNC. */
function incident(root: string, pid: number): void {
  const directory = join(root, 'sync.', String(pid));
  mkdirSync(directory, { mode: 0o700 });
  const slot = join(directory, '0.');
  // The first process: alice's message is replicated, linked into her mailbox, and the process dies.
  upload(slot, message('alice', 'Your salary statement'));
  linkSync(slot, join(root, 'user/alice/11.'));
  // A month later another process has that pid, and finds a file where it expects none.
  upload(slot, message('bob', 'Party on Friday, bring a cake'));
  linkSync(slot, join(root, 'user/bob/7.'));
}

/** Cyrus 2.4: names are SHA-1 digests; a reused pid truncates what it uploads again, and may die before the end. */
function interruptedUpload(root: string, pid: number): void {
  const directory = join(root, 'sync.', String(pid));
  mkdirSync(directory, { mode: 0o700 });
  const uid = { next: 20 };
  const stage = (text: string): string => join(directory, sha1(text));
  const linked = (text: string): string => {
    upload(stage(text), text);
    linkSync(stage(text), join(root, `user/carol/${uid.next++}.`));
    return stage(text);
  };
  const whole = message('carol', 'Whole, and linked twice');
  linkSync(linked(whole), join(root, 'user/carol/Lists/3.'));
  const cut = message('carol', 'Cut by the second upload');
  linked(cut);
  upload(stage(cut), cut.slice(0, 100));
  // An upload that was cut short before it was linked anywhere.
  const short = message('carol', 'Never arrived');
  upload(stage(short), short.slice(0, 60));
  mkdirSync(join(root, 'sync.', String(freePid(pid + 1000))), { mode: 0o700 });
}

/** lmtpd killed between link and unlink: every recipient has the message, nobody misses the leftover. */
function harmless(root: string, pid: number): void {
  for (let n = 0; n < 6; n++) {
    const name = join(root, 'stage.', `${pid}-1171540800-${n}`);
    upload(name, message('bob', `Minutes of meeting ${n + 1}`));
    linkSync(name, join(root, `user/bob/${100 + n}.`));
    linkSync(name, join(root, `user/alice/${200 + n}.`));
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
