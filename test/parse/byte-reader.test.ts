import { describe, expect, it } from 'vitest';
import { ByteReader } from '../../src/parse/byte-reader.ts';

describe('a byte reader', () => {
  const reader = new ByteReader(Uint8Array.of(0xff, 1, 2, 3, 4, 5, 6, 7, 8), 100);

  it('reads numbers big-endian and unsigned', () => {
    expect(reader.u32(0)).toBe(0xff010203);
    expect(reader.u64(0)).toBe(0xff01020304050607n);
  });

  it('reads within a view that does not begin where its buffer does', () => {
    const whole = Uint8Array.of(9, 9, 9, 0, 0, 0, 7, 9);
    const part = new ByteReader(whole.subarray(3, 7));
    expect(part.u32(0)).toBe(7);
    expect(part.hex(0, 4)).toBe('00000007');
    expect(part.text(3, 1)).toBe('\x07');
    expect(() => part.u32(1)).toThrow(/at byte 1/);
  });

  it('says where in the file the bytes end', () => {
    expect(() => reader.u32(6)).toThrow('needs 4 bytes, 3 are left (at byte 106)');
    expect(() => reader.slice(20, 1)).toThrow('needs 1 bytes, 0 are left (at byte 120)');
  });

  it.each([
    [-1, 1],
    [0, -1],
    [NaN, 1],
    [Number.MAX_SAFE_INTEGER, 4],
    [2, 2 ** 32],
  ])('refuses the range %d + %d', (at, length) => {
    expect(() => reader.slice(at, length)).toThrow(/needs/);
  });
});
