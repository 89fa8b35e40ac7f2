/** What a field of cyrus.index is: its place, its kind, its name. The table of them is in index-layout.ts. */

/** seconds: u32 since 1970. nanoseconds: u64 since 1970. */
export type FieldKind = 'u32' | 'u64' | 'seconds' | 'nanoseconds' | 'uuid' | 'guid' | 'flags';

export interface Field {
  readonly at: number;
  readonly kind: FieldKind;
}

export const fieldBytes: Record<FieldKind, number> = {
  u32: 4,
  u64: 8,
  seconds: 4,
  nanoseconds: 8,
  uuid: 12,
  guid: 20,
  flags: 16,
};

/** Names are Cyrus's own (imap/mailbox.h, struct index_header and index_record) in our spelling. */
export type HeaderField =
  | 'generation'
  | 'format'
  | 'minorVersion'
  | 'startOffset'
  | 'recordSize'
  | 'recordCount'
  | 'lastAppendDate'
  | 'lastUid'
  | 'quotaUsed'
  | 'pop3LastLogin'
  | 'uidValidity'
  | 'deleted'
  | 'answered'
  | 'flagged'
  | 'exists'
  | 'options'
  | 'leakedCache'
  | 'highestModseq'
  | 'deletedModseq'
  | 'firstExpunged'
  | 'lastRepack'
  | 'headerFileCrc'
  | 'syncCrc'
  | 'recentUid'
  | 'recentTime'
  | 'pop3ShowAfter'
  | 'quotaAnnotations'
  | 'syncCrcAnnotations'
  | 'unseen'
  | 'createdModseq'
  | 'quotaDeleted'
  | 'quotaExpunged'
  | 'changesEpoch'
  | 'headerCrc';

export type RecordField =
  | 'uid'
  | 'internalDate'
  | 'sentDate'
  | 'size'
  | 'headerSize'
  | 'contentOffset'
  | 'gmTime'
  | 'cacheOffset'
  | 'lastUpdated'
  | 'systemFlags'
  | 'userFlags'
  | 'contentLines'
  | 'saveDate'
  | 'cacheVersion'
  | 'uuid'
  | 'guid'
  | 'modseq'
  | 'conversation'
  | 'createdModseq'
  | 'baseConversation'
  | 'cacheCrc'
  | 'recordCrc';

export type Fields<Name extends string> = Readonly<Partial<Record<Name, Field>>>;
