/** A glance at the messages of one directory through node:fs: what is right, and what the native one falls back on. */
import { join, type BytePath } from '../model/byte-path.ts';
import { digestAt, isAsExpected, type ExpectedFiles } from '../model/expected-files.ts';
import { messageUidOf } from '../model/mailbox-name.ts';
import { isTrouble, type Trouble } from '../model/trouble.ts';
import { nodeFiles } from './files.ts';
import type { Glance, GlanceRequest, MessageListing, Other } from './glance.ts';
import { inspectFile } from './inspect-file.ts';
import type { Inspection } from './os.ts';

/** A request, or a part of one, as a thread gets it. */
export interface GlanceTask extends GlanceRequest {
  /** Also read files whose inode has other names: by these names the others are answered for. */
  readonly readsShared: boolean;
}

/** @param memory of pieceBytes, for what is read */
export function glancePlain(task: GlanceTask, memory: Buffer): Glance {
  const { directory, expected, lists } = task;
  const others: Other[] = [];
  let readBytes = 0;
  for (let at = 0; at < expected.uids.length; at++) {
    const found = lookPlain(task, at, memory);
    if (typeof found === 'number') readBytes += found;
    else others.push({ at, answer: found });
  }
  const asExpected = expected.uids.length - others.length;
  const listing = lists ? { listing: listPlain(directory, expected) } : {};
  return { asExpected, readBytes, others, ...listing };
}

/** @returns the bytes that were read of a file that is as expected, or what another one is */
export function lookPlain(
  { directory, expected, readsShared }: GlanceTask,
  at: number,
  memory: Buffer,
): number | Inspection | Trouble {
  const path = join(directory, `${expected.uids[at] ?? 0}.`);
  if (expected.digests === undefined) {
    const stat = nodeFiles.lstat(path);
    if (isTrouble(stat)) return stat;
    return isAsExpected(expected, at, stat) ? 0 : { stat, readBytes: 0 };
  }
  const digest = digestAt(expected.digests, at);
  // Without a digest the header is the witness, and is read whoever else has the inode.
  const found = inspectFile(
    digest === undefined
      ? { path, wantsSha1: false, wantsHead: true, readsShared: true }
      : { path, wantsSha1: true, wantsHead: false, readsShared },
    memory,
  );
  const isExpected =
    digest !== undefined &&
    !isTrouble(found) &&
    found.sha1 === digest &&
    (found.stat.linkCount === 1 || expected.mayBeShared);
  return isExpected ? found.readBytes : found;
}

export function listPlain(directory: BytePath, { uids }: ExpectedFiles): MessageListing {
  const asked = new Set(uids);
  const strangers: number[] = [];
  let entries = 0;
  const trouble = nodeFiles.list(directory, (leaf, kind) => {
    entries += 1;
    const uid = messageUidOf(leaf);
    if (uid === undefined || (kind !== 'file' && kind !== 'unknown')) return;
    if (!asked.has(uid)) strangers.push(uid);
  });
  return { entries, strangers, ...(trouble === undefined ? {} : { trouble }) };
}
