/** Facts about a message whose record and cache are those of one composed message and whose bytes may be another's. */
import type { FileStat } from '../../src/model/inode.ts';
import type { MessageRecord } from '../../src/model/mailbox.ts';
import type { CachedMessage, MessageFacts } from '../../src/model/message.ts';
import { parseMessageHeader } from '../../src/parse/rfc822-header.ts';
import { sha1Of, type ComposedMessage } from './composed-message.ts';
import { fileStat } from './file-stat.ts';

export const storedNs = 1_195_722_000_000_000_000n;

/** As an index without digests has it. */
export function bareRecordOf(
  message: ComposedMessage,
  over: Partial<MessageRecord> = {},
): MessageRecord {
  return {
    at: 160,
    messageUid: 1,
    sizeBytes: message.bytes.length,
    headerSizeBytes: message.headerBytes,
    internalDateNs: storedNs,
    sentDateNs: storedNs,
    lastUpdatedNs: storedNs,
    timePrecisionNs: 1_000_000_000n,
    cacheOffset: 4,
    cacheVersion: 2,
    systemFlags: 0,
    isExpunged: false,
    isUnlinked: false,
    isArchived: false,
    ...over,
  };
}

export function recordOf(
  message: ComposedMessage,
  over: Partial<MessageRecord> = {},
): MessageRecord {
  return bareRecordOf(message, { guid: message.sha1, ...over });
}

export function cachedOf(message: ComposedMessage): CachedMessage {
  const { messageId, subject, date, from = [] } = message;
  return {
    envelope: {
      ...(messageId !== undefined && { messageId }),
      ...(subject !== undefined && { subject }),
      ...(date !== undefined && { date }),
      from: from.map(([mailbox, domain]) => ({ mailbox, domain })),
    },
    sizes: {
      headerBytes: message.headerBytes,
      contentBytes: message.bytes.length - message.headerBytes,
    },
  };
}

/** What a full reading of these bytes gives. */
export function bytesRead(
  bytes: Uint8Array,
  stat: Partial<FileStat> = {},
): Pick<MessageFacts, 'file' | 'sha1' | 'header' | 'level'> {
  return {
    level: 'digest',
    file: fileStat({ sizeBytes: bytes.length, modifiedNs: storedNs, ...stat }),
    sha1: sha1Of(bytes),
    header: parseMessageHeader(bytes),
  };
}

/** A record with a digest, of index version 17. */
export function withDigest(
  message: ComposedMessage,
  bytes: Uint8Array = message.bytes,
): MessageFacts {
  return {
    record: recordOf(message),
    minorVersion: 17,
    cached: cachedOf(message),
    ...bytesRead(bytes),
  };
}

/** A record without one, of index version 9. */
export function withoutDigest(
  message: ComposedMessage,
  bytes: Uint8Array = message.bytes,
): MessageFacts {
  return { ...withDigest(message, bytes), record: bareRecordOf(message), minorVersion: 9 };
}
