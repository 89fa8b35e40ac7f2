/**
 * CRC-32 as zlib computes it (reflected polynomial 0xEDB88320), which guards index headers, records and caches.
 * Source: cyrus-imapd lib/crc32.c (2.4 and later). node:zlib has it only since Node 20.15 and 22.2, and this
 * folder imports nothing.
 */
const table = new Uint32Array(256);
for (let index = 0; index < 256; index++) {
  let value = index;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  table[index] = value;
}

/** CRC-32 of bytes[start, end), unsigned. */
export function crc32(bytes: Uint8Array, start = 0, end = bytes.length): number {
  let crc = 0xffffffff;
  for (let at = start; at < end; at++) {
    crc = (crc >>> 8) ^ (table[(crc ^ (bytes[at] ?? 0)) & 0xff] ?? 0);
  }
  return ~crc >>> 0;
}
