/**
 * Just enough of a cyrus.index for the demo: minor version 9, which the incident of 2007 met, and 12 of Cyrus 2.4.
 * Source: cyrus-imapd imap/mailbox.h, OFFSET_* (2.3.7, 2.4.0); all integers big-endian.
 */
import { crc32 } from 'node:zlib';

export interface DemoRecord {
  readonly uid: number;
  readonly sizeBytes: number;
  readonly headerBytes: number;
  /** Seconds since 1970. */
  readonly internalDate: number;
  /** Hexadecimal: a UUID of 12 bytes in version 9, a GUID of 20 in version 12. */
  readonly id: string;
}

const shapes = {
  9: { header: 96, record: 80 },
  12: { header: 128, record: 96 },
} as const;

export function composeIndex(minorVersion: 9 | 12, records: readonly DemoRecord[]): Buffer {
  const shape = shapes[minorVersion];
  const header = Buffer.alloc(shape.header);
  header.writeUInt32BE(1, 0);
  header.writeUInt32BE(minorVersion, 8);
  header.writeUInt32BE(shape.header, 12);
  header.writeUInt32BE(shape.record, 16);
  header.writeUInt32BE(records.length, 20);
  header.writeUInt32BE(records.at(-1)?.uid ?? 0, 28);
  header.writeUInt32BE(1, 44);
  const rows = records.map((record) => {
    const row = Buffer.alloc(shape.record);
    row.writeUInt32BE(record.uid, 0);
    row.writeUInt32BE(record.internalDate, 4);
    row.writeUInt32BE(record.sizeBytes, 12);
    row.writeUInt32BE(record.headerBytes, 16);
    row.write(record.id, 60, 'hex');
    return minorVersion === 12 ? sealed(row) : row;
  });
  return Buffer.concat([minorVersion === 12 ? sealed(header) : header, ...rows]);
}

/** From version 12 on a CRC-32 of what stands before it ends the header and every record. */
function sealed(bytes: Buffer): Buffer {
  bytes.writeUInt32BE(crc32(bytes.subarray(0, -4)), bytes.length - 4);
  return bytes;
}
