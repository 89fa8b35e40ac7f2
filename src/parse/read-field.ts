/** One field of cyrus.index out of its bytes, by the table of index-layout.ts. */
import type { ByteReader } from './byte-reader.ts';
import type { Field } from './index-field.ts';

/**
 * A plain number.
 *
 * @param origin  offset of the header or record that the field belongs to
 * @returns       undefined where the version does not have the field
 */
export function readNumber(
  reader: ByteReader,
  field: Field | undefined,
  origin = 0,
): number | bigint | undefined {
  if (!field) return undefined;
  return field.kind === 'u64' ? reader.u64(origin + field.at) : reader.u32(origin + field.at);
}

/** A time in nanoseconds since 1970, whatever its form in the file. */
export function readTimeNs(
  reader: ByteReader,
  field: Field | undefined,
  origin = 0,
): bigint | undefined {
  if (!field) return undefined;
  if (field.kind === 'nanoseconds') return reader.u64(origin + field.at);
  return BigInt(reader.u32(origin + field.at)) * 1_000_000_000n;
}

/** Hexadecimal digits of a GUID or UUID; undefined when all are zero, which means "not known". */
export function readDigest(
  reader: ByteReader,
  field: Field | undefined,
  origin = 0,
): string | undefined {
  if (!field) return undefined;
  const digits = reader.hex(origin + field.at, field.kind === 'guid' ? 20 : 12);
  return /^0+$/.test(digits) ? undefined : digits;
}
