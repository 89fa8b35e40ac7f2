/** Big-endian numbers out of bytes. Every read checks its range first, so a wrong offset is a FormatError. */
import { FormatError } from '../model/errors.ts';
import { latin1Of } from './latin1.ts';

export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  /** The same bytes for what a Uint8Array cannot do. */
  #buffer: Buffer | undefined;
  /** Added to offsets in errors, when the bytes are a part of a file. */
  readonly #origin: number;

  /** @param origin  where in the file the first of the bytes lies */
  constructor(bytes: Uint8Array, origin = 0) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#origin = origin;
  }

  u32(at: number): number {
    this.check(at, 4);
    return this.#view.getUint32(at);
  }

  u64(at: number): bigint {
    this.check(at, 8);
    return this.#view.getBigUint64(at);
  }

  /** A view, not a copy, of [at, at + length). */
  slice(at: number, length: number): Uint8Array {
    this.check(at, length);
    return this.#bytes.subarray(at, at + length);
  }

  /** Lower-case hexadecimal digits of [at, at + length). */
  hex(at: number, length: number): string {
    this.check(at, length);
    const { buffer, byteOffset, byteLength } = this.#bytes;
    this.#buffer ??= Buffer.from(buffer, byteOffset, byteLength);
    return this.#buffer.toString('hex', at, at + length);
  }

  /** One character per byte of [at, at + length). */
  text(at: number, length: number): string {
    this.check(at, length);
    return latin1Of(this.#bytes, at, at + length);
  }

  /** @throws FormatError unless all of [at, at + length) is there */
  check(at: number, length: number): void {
    if (at >= 0 && length >= 0 && at + length <= this.#bytes.length) return;
    throw new FormatError(
      `needs ${length} bytes, ${Math.max(this.#bytes.length - at, 0)} are left`,
      this.#origin + at,
    );
  }
}
