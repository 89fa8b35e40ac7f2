/** A mailbox directory composed of its files: enough of an index for what does not ask the cache. */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { composeIndex, type RecordValues } from './index-writer.ts';
import { composeTextHeader } from './mailbox-writer.ts';

export interface PlainMessage {
  readonly uid: number;
  readonly text: string;
  /** What lies in the file instead; null leaves it out. */
  readonly onDisk?: string | null;
  /** System flags since 2.4: bit 31 expunged, 30 unlinked, 29 archived. */
  readonly flags?: number;
}

export const flag = { expunged: 2 ** 31, unlinked: 2 ** 30, archived: 2 ** 29 } as const;

/** @param directory  one byte a character; @param version  12 and above have digests and flags */
export function writeMailbox(
  directory: string,
  messages: readonly PlainMessage[],
  { version = 17, uniqueId = 'id' }: { readonly version?: number; readonly uniqueId?: string } = {},
): void {
  mkdirSync(pathOf(directory), { recursive: true });
  for (const { uid, text, onDisk = text } of messages) {
    if (onDisk !== null) writeFileSync(pathOf(`${directory}/${uid}.`), onDisk);
  }
  writeFileSync(pathOf(`${directory}/cyrus.index`), indexOf(version, messages));
  const header = composeTextHeader({ quotaRoot: '', uniqueId, flags: [], acl: [] });
  writeFileSync(pathOf(`${directory}/cyrus.header`), header);
}

/** A cyrus.index, or a cyrus.expunge up to version 10. */
export function indexOf(version: number, messages: readonly PlainMessage[]): Buffer {
  const records = messages.map(({ uid, text, flags = 0 }): RecordValues => ({
    uid,
    size: text.length,
    ...(version < 10 ? {} : { guid: sha1(text) }),
    ...(version < 12 ? {} : { systemFlags: flags }),
  }));
  return composeIndex(version, { generation: 1, lastUid: messages.at(-1)?.uid ?? 0 }, records);
}

export function sha1(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}

function pathOf(path: string): Buffer {
  return Buffer.from(path, 'latin1');
}
