/** A message on trial: what its record claims, what its file is, and the judgement. */
import type { BytePath } from './byte-path.ts';
import type { Finding, FindingCode } from './finding.ts';
import type { FileStat } from './inode.ts';
import type { LinkStatus } from './link.ts';
import type { Envelope, MessageHeader, MessageRecord, MessageSizes } from './mailbox.ts';
import type { MessageClaims } from './message-claims.ts';

/** How deep an audit looks. Each rung includes the ones before. */
export type CheckLevel = 'exists' | 'size' | 'digest';

/** What the cache keeps of a message: the only witness where a record has no hash. */
export interface CachedMessage {
  readonly envelope: Envelope;
  /** Absent where the SECTION item does not tell. */
  readonly sizes?: MessageSizes;
}

/** An opened mailbox: one stable reading of its index. */
export interface Mailbox {
  /** Internal name, one character per byte: `user.fred.Sent`, `example.org!user.fred`. */
  readonly name: string;
  readonly uniqueId?: string;
  readonly partition: string;
  /** Where its message files lie, absolute. */
  readonly directory: BytePath;
  /** Where those of archived records lie; absent without an archive partition. */
  readonly archive?: BytePath;
  readonly minorVersion: number;
  readonly lastUid: number;
  /** lstat of cyrus.index when it was read: newer than a suspect's ctime, it may have been rebuilt from wrong bytes. */
  readonly index: FileStat;
  /** Records of cyrus.index in ascending uid, then those of cyrus.expunge (2.3). */
  records(): Iterable<MessageRecord>;
  /** What the records say, in the order of records() and some thousand at a time. */
  claims(wantsGuids: boolean): Iterable<MessageClaims>;
  /** The record of a claim that is not faulty. */
  recordAt(number: number): MessageRecord;
  /** The record of a message file, from either file. */
  recordOf(messageUid: number): MessageRecord | undefined;
  hasRecordOf(messageUid: number): boolean;
  /** The directory of a message's file. */
  placeOf(record: Pick<MessageRecord, 'isArchived'>): BytePath;
  fileOf(record: Pick<MessageRecord, 'isArchived' | 'messageUid'>): BytePath;
  /** Undefined when the cache does not hold it, or holds it with a wrong CRC or of another generation. */
  cached(record: MessageRecord): CachedMessage | undefined;
  /** What is wrong with the index itself: index-corrupt, index-old-expunge, index-version. */
  readonly findings: readonly Finding[];
}

/** All that was found out about one message before it is judged. */
export interface MessageFacts {
  readonly record: MessageRecord;
  readonly minorVersion: number;
  readonly level: CheckLevel;
  /** The file at its place; absent when there is none. */
  readonly file?: FileStat;
  /** Of its bytes; absent when they were not read. */
  readonly sha1?: string;
  /** The whole header of its bytes; absent when it was not read. */
  readonly header?: MessageHeader;
  readonly cached?: CachedMessage;
  /** Its file may lie where nobody looked: archived, and no archive root is known. Absence then proves nothing. */
  readonly isPlaceUnknown?: boolean;
}

export interface MessageJudgement {
  readonly status: LinkStatus;
  /** What of it is a finding, the gravest first. */
  readonly codes: readonly FindingCode[];
  /** One more fact in words for the findings: sizes, the witness that decided. */
  readonly detail?: string;
}
