/** The records of cyrus.index and cyrus.expunge. Source of the offsets: index-layout.ts. */
import type { IndexHeader, MessageRecord, RecordFault } from '../model/mailbox.ts';
import { ByteReader } from './byte-reader.ts';
import { crc32 } from './crc32.ts';
import type { Fields, RecordField } from './index-field.ts';
import { isHybrid, wholeRecords } from './index-header.ts';
import { indexLayoutOf } from './index-layout.ts';
import { readDigest, readNumber, readTimeNs } from './read-field.ts';
import { isArchived, isExpunged, isUnlinked, systemFlagsOf } from './record-flags.ts';

/** Records that can be read, and where their bytes lie in the file. */
interface Source {
  readonly bytes: Uint8Array;
  readonly reader: ByteReader;
  readonly header: IndexHeader;
  readonly fields: Fields<RecordField>;
  readonly origin: number;
}

/**
 * The records of a file one after the other; none is kept. Ends at the header's count or, in a file that was cut
 * short, after the last whole record: compare with wholeRecords().
 *
 * @param bytes   a part of the file that begins at a record
 * @param first   number of that record, from 0
 */
export function* indexRecords(
  bytes: Uint8Array,
  header: IndexHeader,
  first = 0,
): Generator<MessageRecord, void, undefined> {
  const origin = header.startOffset + first * header.recordSize;
  const end = wholeRecords(header, origin + bytes.length);
  const source = sourceOf(bytes, header, origin);
  let before = 0;
  for (let number = first; number < end; number++) {
    const record = recordAt(source, (number - first) * header.recordSize);
    yield record.fault === undefined && number > first && record.messageUid <= before
      ? { ...record, fault: 'uid-order' }
      : record;
    before = record.messageUid;
  }
}

/**
 * Reads one record.
 *
 * A record whose CRC is wrong is given all the same, with its fault: a reader without a lock looks again.
 *
 * @param at      offset of the record in `bytes`
 * @param origin  offset of `bytes` in the file
 * @throws        FormatError when the record does not lie in the bytes
 * @see           cyrus-imapd imap/mailbox.c, mailbox_buf_to_index_record
 */
export function parseIndexRecord(
  bytes: Uint8Array,
  header: IndexHeader,
  at: number,
  origin = 0,
): MessageRecord {
  return recordReader(bytes, header, origin)(at);
}

/** The same for many records of one file. */
export function recordReader(
  bytes: Uint8Array,
  header: IndexHeader,
  origin = 0,
): (at: number) => MessageRecord {
  const source = sourceOf(bytes, header, origin);
  return (at) => {
    source.reader.check(at, header.recordSize);
    return recordAt(source, at);
  };
}

function sourceOf(bytes: Uint8Array, header: IndexHeader, origin: number): Source {
  const fields = indexLayoutOf(header.minorVersion)?.record ?? {};
  return { bytes, reader: new ByteReader(bytes, origin), header, fields, origin };
}

function recordAt(source: Source, at: number): MessageRecord {
  const { reader, origin } = source;
  const fields = recordFields(source, at);
  const number = (name: RecordField): number => Number(readNumber(reader, fields[name], at) ?? 0);
  const messageUid = number('uid');
  // 3.0 and later keep bits 32 to 47 of the offset in the upper half of the version; before, it is zero.
  const version = number('cacheVersion');
  const flags = number('systemFlags');
  const record: { -readonly [Key in keyof MessageRecord]: MessageRecord[Key] } = {
    at: origin + at,
    messageUid,
    sizeBytes: number('size'),
    headerSizeBytes: number('headerSize'),
    internalDateNs: readTimeNs(reader, fields.internalDate, at) ?? 0n,
    sentDateNs: readTimeNs(reader, fields.sentDate, at) ?? 0n,
    lastUpdatedNs: readTimeNs(reader, fields.lastUpdated, at) ?? 0n,
    timePrecisionNs: fields.internalDate?.kind === 'nanoseconds' ? 1n : 1_000_000_000n,
    cacheOffset: number('cacheOffset') + (version >>> 16) * 2 ** 32,
    cacheVersion: version & 0xffff,
    systemFlags: systemFlagsOf(flags),
    isExpunged: isExpunged(flags),
    isUnlinked: isUnlinked(flags),
    isArchived: isArchived(flags),
  };
  const guid = readDigest(reader, fields.guid, at);
  const uuid = readDigest(reader, fields.uuid, at);
  const fault = faultOf(source, fields, at, messageUid);
  if (guid !== undefined) record.guid = guid;
  if (uuid !== undefined) record.uuid = uuid;
  if (fields.cacheCrc) record.cacheCrc = number('cacheCrc');
  if (fault !== undefined) record.fault = fault;
  return record;
}

/**
 * The fields of a record. In the 19/20 hybrid Cyrus itself reads version 19 fields out of 144 bytes; a file
 * whose records really are of version 20 is told by its CRC.
 */
function recordFields(source: Source, at: number): Fields<RecordField> {
  const { header, fields } = source;
  if (!isHybrid(header.minorVersion, header.recordSize)) return fields;
  const longer = indexLayoutOf(20)?.record ?? {};
  return !isCrcValid(source, fields, at) && isCrcValid(source, longer, at) ? longer : fields;
}

function faultOf(
  source: Source,
  fields: Fields<RecordField>,
  at: number,
  messageUid: number,
): RecordFault | undefined {
  if (!isCrcValid(source, fields, at)) return 'crc';
  // Space that was never written reads as zeroes, and no message has uid 0.
  return messageUid === 0 ? 'uid-zero' : undefined;
}

function isCrcValid(source: Source, fields: Fields<RecordField>, at: number): boolean {
  if (fields.recordCrc === undefined) return true;
  const end = at + fields.recordCrc.at;
  return source.reader.u32(end) === crc32(source.bytes, at, end);
}
