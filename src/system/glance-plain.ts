/** A glance at the messages of one directory through node:fs: what is right, and what the native one falls back on. */
import { join, type BytePath } from '../model/byte-path.ts';
import { isAsExpected, type ExpectedFiles } from '../model/expected-files.ts';
import { messageUidOf } from '../model/mailbox-name.ts';
import { isTrouble, type Trouble } from '../model/trouble.ts';
import { nodeFiles } from './files.ts';
import type { Glance, GlanceRequest, MessageListing } from './glance.ts';
import type { Inspection } from './os.ts';

export function glancePlain({ directory, expected, lists }: GlanceRequest): Glance {
  const others: { at: number; answer: Inspection | Trouble }[] = [];
  let asExpected = 0;
  for (let at = 0; at < expected.uids.length; at++) {
    const answer = lookPlain(directory, expected, at);
    if (answer === undefined) asExpected += 1;
    else others.push({ at, answer });
  }
  return { asExpected, others, ...(lists ? { listing: listPlain(directory, expected) } : {}) };
}

/** @returns undefined for a file that is as expected */
export function lookPlain(
  directory: BytePath,
  expected: ExpectedFiles,
  at: number,
): Inspection | Trouble | undefined {
  const stat = nodeFiles.lstat(join(directory, `${expected.uids[at] ?? 0}.`));
  if (isTrouble(stat)) return stat;
  return isAsExpected(expected, at, stat) ? undefined : { stat, readBytes: 0 };
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
