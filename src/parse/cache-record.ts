/**
 * cyrus.cache: 4 bytes generation, then one cache record per message at the offset that its record gives.
 * Source: cyrus-imapd imap/message.c, message_write_cache and message_write_xdrstring; the items and their order
 * are the same in 1.6 and 3.13.
 */
import { FormatError } from '../model/errors.ts';
import type { CacheRecord, CacheItem, MessageSizes } from '../model/mailbox.ts';
import { ByteReader } from './byte-reader.ts';
import { crc32 } from './crc32.ts';

/** In the order of the file. */
export const cacheItems = [
  'envelope',
  'bodystructure',
  'body',
  'section',
  'headers',
  'from',
  'to',
  'cc',
  'bcc',
  'subject',
] as const satisfies readonly CacheItem[];

/** The generation of a cyrus.cache, to be compared with that of cyrus.index. */
export function parseCacheGeneration(bytes: Uint8Array): number {
  return new ByteReader(bytes).u32(0);
}

/**
 * How many bytes a cache record takes, as far as `bytes` say.
 *
 * @param at  offset of the record in `bytes`
 * @returns   `bytes`, and whether that is all of the record or only what must be read to learn more
 */
export function measureCacheRecord(
  bytes: Uint8Array,
  at = 0,
): { readonly bytes: number; readonly isAll: boolean } {
  const reader = new ByteReader(bytes);
  let end = at;
  for (let item = 0; item < cacheItems.length; item++) {
    if (end + 4 > bytes.length) return { bytes: end + 4 - at, isAll: false };
    end += 4 + padded(reader.u32(end));
  }
  return { bytes: end - at, isAll: true };
}

/**
 * Reads one cache record. The items are views, not copies.
 *
 * @param at      offset of the record in `bytes`
 * @param origin  offset of `bytes` in the file
 * @throws        FormatError when an item does not lie in the bytes
 */
export function parseCacheRecord(bytes: Uint8Array, at = 0, origin = 0): CacheRecord {
  const reader = new ByteReader(bytes, origin);
  let next = at;
  const item = (): Uint8Array => {
    const length = reader.u32(next);
    const value = reader.slice(next + 4, length);
    // The last item's padding is part of the record, and of its CRC.
    reader.slice(next + 4, padded(length));
    next += 4 + padded(length);
    return value;
  };
  const items = {
    envelope: item(),
    bodystructure: item(),
    body: item(),
    section: item(),
    headers: item(),
    from: item(),
    to: item(),
    cc: item(),
    bcc: item(),
    subject: item(),
  };
  return { items, lengthBytes: next - at, crc: crc32(bytes, at, next) };
}

/**
 * The sizes that Cyrus found when it parsed the message: of the header with its blank line, and of what follows.
 *
 * @param section  the item `section`: a count, then offset and size of the header and of the content of part 0
 * @see            cyrus-imapd imap/message.c, message_write_section
 */
export function parseSection(section: Uint8Array): MessageSizes {
  const reader = new ByteReader(section);
  // Part 0 and at least one more: the outermost part is always a message/rfc822.
  if (reader.u32(0) < 2) throw new FormatError('SECTION has no part 0', 0);
  return { headerBytes: reader.u32(8), contentBytes: reader.u32(16) };
}

function padded(length: number): number {
  return length + ((4 - (length % 4)) % 4);
}
