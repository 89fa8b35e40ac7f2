/** Puts stage files into a spool and takes them out again: orphans of processes that never were. */
import { linkSync, lstatSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Spool } from './generate-spool.ts';
import { contentOf } from './message-content.ts';
import { firstDeadPid, messagePath } from './spool-shape.ts';

export interface StagedMessage {
  readonly message: number;
  /** Absolute. */
  readonly stagePath: string;
  readonly messagePath: string;
  readonly inode: string;
}

/** As many as one session of sync_server leaves at a time. */
const filesOfPid = 1000;

/** Links each message into `sync.`, as an upload that was linked and never cleared away. */
export function stage(spool: Spool, messages: readonly number[]): StagedMessage[] {
  return messages.map((message, nth) => {
    const pid = firstDeadPid + Math.floor(nth / filesOfPid);
    const path = join(spool.root, messagePath(spool, message));
    const stagePath = stagePathOf(spool, message, pid);
    if (nth % filesOfPid === 0) mkdirSync(dirname(stagePath), { mode: 0o700, recursive: true });
    linkSync(path, stagePath);
    return {
      message,
      stagePath,
      messagePath: path,
      inode: String(lstatSync(path, { bigint: true }).ino),
    };
  });
}

/** Uids of the spool end far below. */
const youngUid = 4_000_000_000;
/** Births and changes are compared in seconds, with some to spare. */
const youngAfterMs = 4000;

/** A message that comes into the mailbox of another one, when nothing else has come for a while, and is staged as well. */
export async function stageYoung(spool: Spool, beside: number): Promise<StagedMessage> {
  await setTimeout(youngAfterMs);
  const path = youngPath(spool, beside);
  writeFileSync(path, contentOf(spool, beside).bytes, { mode: 0o600 });
  const stagePath = stagePathOf(spool, beside);
  mkdirSync(dirname(stagePath), { mode: 0o700, recursive: true });
  linkSync(path, stagePath);
  const inode = String(lstatSync(path, { bigint: true }).ino);
  return { message: beside, stagePath, messagePath: path, inode };
}

/** The message too. */
export function unstageYoung(spool: Spool, beside: number): void {
  rmSync(youngPath(spool, beside), { force: true });
  unstage(spool);
}

function youngPath(spool: Spool, beside: number): string {
  return join(spool.root, dirname(messagePath(spool, beside)), `${youngUid}.`);
}

/** The name that Cyrus 2.4 and later give to the upload of a message. */
export function stagePathOf(spool: Spool, message: number, pid = firstDeadPid): string {
  return join(spool.root, 'sync.', String(pid), contentOf(spool, message).sha1);
}

/** Also what a benchmark that was broken off left there. */
export function unstage(spool: Spool): void {
  if (spool.shape === 'one-pid') return;
  const area = join(spool.root, 'sync.');
  for (const name of readdirSync(area)) rmSync(join(area, name), { recursive: true });
}
