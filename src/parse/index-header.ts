/** The fixed part of cyrus.index and cyrus.expunge. Source of the offsets: index-layout.ts. */
import { FormatError } from '../model/errors.ts';
import type { IndexHeader } from '../model/mailbox.ts';
import { ByteReader } from './byte-reader.ts';
import { crc32 } from './crc32.ts';
import type { HeaderField } from './index-field.ts';
import {
  genericHeader,
  genericHeaderSize,
  indexLayoutOf,
  type IndexLayout,
} from './index-layout.ts';
import { readNumber, readTimeNs } from './read-field.ts';

/** The longest header there is: so many bytes are enough for parseIndexHeader(). */
export const longestIndexHeader = 192;
/** imap/mailbox.h, OPT_MAILBOX_DELETED */
const deletedOption = 1 << 31;

/**
 * Up to 2.3 Cyrus goes by the start offset and record size in the file, and a half-upgraded one may have longer ones
 * than its version (imap/mailbox.c, mailbox_read_index_header, 2.3). From 2.4 on the CRCs end header and record, so
 * only the version's own sizes make sense, which is HEAD's rule too.
 */
const lastGeneric = 10;
const headerAtMost = 1024;
const recordAtMost = 1024;

/**
 * Reads the header of a cyrus.index, or of a cyrus.expunge of 2.3, which has the same form.
 *
 * A wrong CRC is told, not thrown: a reader without a lock meets one in every file that is being written.
 *
 * @param bytes  the first longestIndexHeader bytes of the file, fewer when it is shorter
 * @throws       FormatError when the bytes are too few, the version is unknown, or its sizes are not the version's
 * @see          cyrus-imapd imap/mailbox.c, mailbox_buf_to_index_header
 */
export function parseIndexHeader(bytes: Uint8Array): IndexHeader {
  const reader = new ByteReader(bytes);
  reader.slice(0, genericHeaderSize);
  const layout = layoutOf(reader);
  reader.slice(0, layout.headerSize);
  const fields = layout.header;
  const number = (name: HeaderField): number => Number(readNumber(reader, fields[name]) ?? 0);
  const recordCount = number('recordCount');
  const highestModseq = readNumber(reader, fields.highestModseq);
  const headerFileCrc = readNumber(reader, fields.headerFileCrc);
  const lastRepackNs = readTimeNs(reader, fields.lastRepack);
  const crc = readNumber(reader, fields.headerCrc);
  return {
    minorVersion: layout.minorVersion,
    startOffset: number('startOffset'),
    recordSize: number('recordSize'),
    recordCount,
    generation: number('generation'),
    lastUid: number('lastUid'),
    uidValidity: number('uidValidity'),
    exists: fields.exists === undefined ? recordCount : number('exists'),
    lastAppendNs: readTimeNs(reader, fields.lastAppendDate) ?? 0n,
    ...(lastRepackNs === undefined ? {} : { lastRepackNs }),
    ...(highestModseq === undefined ? {} : { highestModseq: BigInt(highestModseq) }),
    ...(headerFileCrc === undefined ? {} : { headerFileCrc: Number(headerFileCrc) }),
    isDeleted: (number('options') & deletedOption) !== 0,
    ...(crc === undefined ? {} : { crcValid: crc === crc32(bytes, 0, layout.headerSize - 4) }),
  };
}

/**
 * How many records are there whole. Fewer than header.recordCount when the file was cut short.
 *
 * @param fileBytes  size of the file
 */
export function wholeRecords(header: IndexHeader, fileBytes: number): number {
  const room = Math.floor((fileBytes - header.startOffset) / header.recordSize);
  return Math.min(header.recordCount, Math.max(room, 0));
}

function layoutOf(reader: ByteReader): IndexLayout {
  const { minorVersion, startOffset, recordSize } = genericHeader;
  const version = reader.u32(minorVersion.at);
  const layout = indexLayoutOf(version);
  if (!layout) throw new FormatError(`index version ${version} is not known`, minorVersion.at);
  const start = reader.u32(startOffset.at);
  const isGeneric = version <= lastGeneric;
  if (isGeneric ? start < layout.headerSize || start > headerAtMost : start !== layout.headerSize) {
    throw new FormatError(
      `the header of index version ${version} has ${layout.headerSize} bytes, this one ${start}`,
      startOffset.at,
    );
  }
  const size = reader.u32(recordSize.at);
  const fits = isGeneric
    ? size >= layout.recordSize && size <= recordAtMost
    : size === layout.recordSize || isHybrid(version, size);
  if (!fits) {
    throw new FormatError(
      `a record of index version ${version} has ${layout.recordSize} bytes, these have ${size}`,
      recordSize.at,
    );
  }
  return layout;
}

/**
 * Development builds left files with a version 19 header that claim records as long as those of version 20;
 * cyrus-imapd b9ea26360e (2025-06-11) reads them.
 */
export function isHybrid(minorVersion: number, recordSize: number): boolean {
  return minorVersion === 19 && recordSize === 144;
}
