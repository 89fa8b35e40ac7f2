/**
 * Composes cyrus.index, cyrus.expunge, cyrus.header and cyrus.cache byte by byte, for versions of which there is
 * no real file, and for files that no Cyrus would write.
 */
import { crc32 } from 'node:zlib';
import { fieldBytes, type Field, type Fields } from '../../src/parse/index-field.ts';
import type { HeaderField, RecordField } from '../../src/parse/index-field.ts';
import { indexLayoutOf, type IndexLayout } from '../../src/parse/index-layout.ts';

/** Numbers as they stand in the file: times in the unit of the version. Bytes as hexadecimal digits. */
export type Value = number | bigint | string;
export type HeaderValues = Partial<Record<HeaderField, Value>>;
export type RecordValues = Partial<Record<RecordField, Value>>;

export function layoutOf(version: number): IndexLayout {
  const layout = indexLayoutOf(version);
  if (!layout) throw new Error(`no index version ${version}`);
  return layout;
}

/** A whole file. Sizes, counts and CRCs are filled in unless given. */
export function composeIndex(
  version: number,
  header: HeaderValues,
  records: readonly RecordValues[],
): Buffer {
  const layout = layoutOf(version);
  return Buffer.concat([
    composeIndexHeader(version, { recordCount: records.length, ...header }),
    ...records.map((values) => composeRecord(layout, values)),
  ]);
}

export function composeIndexHeader(version: number, values: HeaderValues): Buffer {
  const layout = layoutOf(version);
  const bytes = Buffer.alloc(layout.headerSize);
  const filled = {
    minorVersion: version,
    startOffset: layout.headerSize,
    recordSize: layout.recordSize,
    ...values,
  };
  put(bytes, layout.header, filled);
  seal(bytes, layout.header.headerCrc, values.headerCrc);
  return bytes;
}

/** @param length  bytes of the record, when not the version's own */
export function composeRecord(
  layout: IndexLayout,
  values: RecordValues,
  length = layout.recordSize,
): Buffer {
  const bytes = Buffer.alloc(length);
  put(bytes, layout.record, values);
  seal(bytes, layout.record.recordCrc, values.recordCrc);
  return bytes;
}

/** All fields of a real header or record but its own CRC, so that it can be composed again. */
export function decompose<Name extends string>(
  fields: Fields<Name>,
  bytes: Buffer,
): Partial<Record<Name, Value>> {
  const values: Partial<Record<Name, Value>> = {};
  for (const name in fields) {
    const field = fields[name];
    if (!field || /^(header|record)Crc$/.test(name)) continue;
    const width = fieldBytes[field.kind];
    if (width === 4) values[name] = bytes.readUInt32BE(field.at);
    else if (width === 8) values[name] = bytes.readBigUInt64BE(field.at);
    else values[name] = bytes.toString('hex', field.at, field.at + width);
  }
  return values;
}

function put<Name extends string>(
  bytes: Buffer,
  fields: Fields<Name>,
  values: Partial<Record<Name, Value>>,
): void {
  for (const name in values) {
    const value = values[name];
    const field = fields[name];
    if (value === undefined) continue;
    if (!field) throw new Error(`this index version has no field ${name}`);
    const width = fieldBytes[field.kind];
    if (typeof value === 'string') bytes.write(value.padEnd(width * 2, '0'), field.at, 'hex');
    else if (width === 4) bytes.writeUInt32BE(Number(value), field.at);
    else bytes.writeBigUInt64BE(BigInt(value), field.at);
  }
}

function seal(bytes: Buffer, field: Field | undefined, given: Value | undefined): void {
  if (field && given === undefined) {
    bytes.writeUInt32BE(crc32(bytes.subarray(0, field.at)), field.at);
  }
}
