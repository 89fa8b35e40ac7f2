/** Indexes and caches to be opened, and what an opened mailbox holds. */
import type { Mailbox } from '../../src/model/message.ts';
import { composeIndex } from './index-writer.ts';
import {
  composeCache,
  composeCacheRecord,
  composeDlistHeader,
  composeEnvelope,
  composeSection,
} from './mailbox-writer.ts';

export const uids = (mailbox: Mailbox | undefined): number[] =>
  Array.from(mailbox?.records() ?? [], (record) => record.messageUid);
export const ids = (mailbox: Mailbox | undefined): (string | undefined)[] =>
  Array.from(mailbox?.records() ?? [], (record) => mailbox?.cached(record)?.envelope.messageId);

/** A healthy index of version 9, the one of the incident, with these uids. */
export const index9 = (...messageUids: number[]): Buffer =>
  composeIndex(
    9,
    { generation: 5, lastUid: 40 },
    messageUids.map((uid) => ({ uid, size: 100 })),
  );

export const header = (name: string): Buffer =>
  composeDlistHeader({ type: 'e', name, uniqueId: 'x', quotaRoot: '', flags: [], acl: [] });

/** A cache of one record per Message-ID, and the values that lead to each. */
export function cacheOf(generation: number, messageIds: readonly string[]) {
  const records = messageIds.map((messageId) =>
    composeCacheRecord(composeEnvelope({ messageId }), composeSection(40, 60)),
  );
  return composeCache(generation, records);
}
