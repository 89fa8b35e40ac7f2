/**
 * CRC-32 as zlib computes it (reflected polynomial 0xEDB88320), which guards index headers, records and caches.
 * Source: cyrus-imapd lib/crc32.c (2.4 and later). node:zlib has it only since Node 20.15 and 22.2, and this
 * folder imports nothing.
 */

/** Eight tables of 256, so that eight bytes take one step: the remainders of a byte with 0 to 7 bytes behind it. */
const table = new Int32Array(8 * 256);
for (let index = 0; index < table.length; index++) {
  if (index < 256) {
    let value = index;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
    table[index] = value;
  } else {
    const before = table[index - 256] ?? 0;
    table[index] = (before >>> 8) ^ (table[before & 0xff] ?? 0);
  }
}

/** CRC-32 of bytes[start, end), unsigned. */
export function crc32(bytes: Uint8Array, start = 0, end = bytes.length): number {
  let crc = -1;
  let at = start;
  for (; at + 8 <= end; at += 8) {
    const first =
      crc ^
      ((bytes[at] ?? 0) |
        ((bytes[at + 1] ?? 0) << 8) |
        ((bytes[at + 2] ?? 0) << 16) |
        ((bytes[at + 3] ?? 0) << 24));
    crc =
      (table[7 * 256 + (first & 0xff)] ?? 0) ^
      (table[6 * 256 + ((first >>> 8) & 0xff)] ?? 0) ^
      (table[5 * 256 + ((first >>> 16) & 0xff)] ?? 0) ^
      (table[4 * 256 + (first >>> 24)] ?? 0) ^
      (table[3 * 256 + (bytes[at + 4] ?? 0)] ?? 0) ^
      (table[2 * 256 + (bytes[at + 5] ?? 0)] ?? 0) ^
      (table[256 + (bytes[at + 6] ?? 0)] ?? 0) ^
      (table[bytes[at + 7] ?? 0] ?? 0);
  }
  for (; at < end; at++) crc = (crc >>> 8) ^ (table[(crc ^ (bytes[at] ?? 0)) & 0xff] ?? 0);
  return ~crc >>> 0;
}
