/** A mailbox on disk: what cyrus.header says of it. */
import type { BytePath } from './byte-path.ts';

/** cyrus.header. Text is one character per byte, as the file has it; absent is absent or empty in the file. */
export interface MailboxHeader {
  /** 'text' up to 3.4, 'dlist' since 3.6. */
  readonly era: 'text' | 'dlist';
  readonly uniqueId?: string;
  /**
   * Internal name, `user.fred.Sent` or `example.org!user.fred`, in modified UTF-7. Only dlist headers have one,
   * and in legacy directories it goes stale after RENAME and delayed DELETE: there the path is the name.
   */
  readonly name?: BytePath;
  readonly quotaRoot?: BytePath;
  /** The directory is found by the name (true) or below uuid/ by the unique id (false). */
  readonly legacyDirs: boolean;
  /** Type letters of mailboxes.db, `e` for email; dlist headers only. */
  readonly mailboxType?: string;
  /** Bit n of the user flags of a record means flagNames[n]; undefined marks a number that is not in use. */
  readonly flagNames: readonly (string | undefined)[];
  readonly acl: readonly AclEntry[];
}

export interface AclEntry {
  readonly identifier: string;
  readonly rights: string;
}

/** The fixed part of a cyrus.index, or of a cyrus.expunge of 2.3. Times are nanoseconds since 1970. */
export interface IndexHeader {
  readonly minorVersion: number;
  /** Bytes before the first record. */
  readonly startOffset: number;
  /** Bytes from one record to the next. */
  readonly recordSize: number;
  /** Records that the file should hold; what lies behind them is left from an unfinished append. */
  readonly recordCount: number;
  /** The cyrus.cache that belongs to it begins with the same number. */
  readonly generation: number;
  readonly lastUid: number;
  readonly uidValidity: number;
  /** Records that are not expunged. */
  readonly exists: number;
  readonly lastAppendNs: bigint;
  /** When the index was last written anew; 0n when never, absent up to 2.3. */
  readonly lastRepackNs?: bigint;
  readonly highestModseq?: bigint;
  /** CRC-32 of the whole cyrus.header; 2.4 and later. */
  readonly headerFileCrc?: number;
  /** The mailbox is deleted and waits for its files to be removed; 2.4 and later. */
  readonly isDeleted: boolean;
  /** Whether the header's own CRC is right; absent up to 2.3, which has none. */
  readonly crcValid?: boolean;
}

/** Why a record must not be believed. */
export type RecordFault = 'crc' | 'uid-zero' | 'uid-order';

/** One row of cyrus.index. Times are nanoseconds since 1970, exact to timePrecisionNs. */
export interface MessageRecord {
  /** Offset in the file. */
  readonly at: number;
  readonly messageUid: number;
  /** Past 2^53 the last bits are lost; no file is that long. */
  readonly sizeBytes: number;
  readonly headerSizeBytes: number;
  readonly internalDateNs: bigint;
  readonly sentDateNs: bigint;
  readonly lastUpdatedNs: bigint;
  /** A second up to version 19. */
  readonly timePrecisionNs: bigint;
  /** SHA-1 of the message, 40 lower-case digits. Absent when all zero, and where the version has none. */
  readonly guid?: string;
  /** 24 digits, assigned and no hash: 2.3.0 to 2.3.9. Absent when all zero. */
  readonly uuid?: string;
  /** Where in cyrus.cache its cache record begins, of the archive's cyrus.cache when isArchived. */
  readonly cacheOffset: number;
  readonly cacheVersion: number;
  /** CRC-32 of the cache record; absent up to 2.3. */
  readonly cacheCrc?: number;
  /** Bits 0 to 4: answered, flagged, deleted, draft, seen (seen since 2.4). */
  readonly systemFlags: number;
  /** Expunged, and the file is still there unless isUnlinked. */
  readonly isExpunged: boolean;
  /** The file may be gone; when it is there it is no orphan. */
  readonly isUnlinked: boolean;
  /** The file and the cache record are in the archive tree. */
  readonly isArchived: boolean;
  readonly fault?: RecordFault;
}

export type CacheItem =
  | 'envelope'
  | 'bodystructure'
  | 'body'
  | 'section'
  | 'headers'
  | 'from'
  | 'to'
  | 'cc'
  | 'bcc'
  | 'subject';

/** What cyrus.cache holds of one message. */
export interface CacheRecord {
  readonly items: Readonly<Record<CacheItem, Uint8Array>>;
  readonly lengthBytes: number;
  /** CRC-32 of its bytes, to be compared with MessageRecord.cacheCrc. */
  readonly crc: number;
}

/** The file should have headerBytes + contentBytes, and its header should end after headerBytes. */
export interface MessageSizes {
  readonly headerBytes: number;
  readonly contentBytes: number;
}

export interface Address {
  readonly mailbox?: string;
  readonly domain?: string;
}

/**
 * What Cyrus noted of a message's header when it was stored, one character per byte; absent was not in the header.
 */
export interface Envelope {
  readonly date?: string;
  readonly subject?: string;
  readonly from: readonly Address[];
  readonly messageId?: string;
}

/** The header of a message file. */
export interface MessageHeader {
  /** With the blank line that ends it. */
  readonly sizeBytes: number;
  /** The blank line was found. */
  readonly isWhole: boolean;
  readonly lines: number;
  /** Every value of these fields in their order, unfolded: a message may have several, and Cyrus 2.3 cached the first, 3.x the last. */
  readonly fields: Readonly<Record<'messageId' | 'subject' | 'from' | 'date', readonly string[]>>;
}
