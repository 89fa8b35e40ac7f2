/** Bytes of a real file with bits flipped, bytes set, ends cut off and pieces of itself put in. */
import fc from 'fast-check';

type Change =
  | { readonly kind: 'flip'; readonly at: number; readonly bit: number }
  | { readonly kind: 'set'; readonly at: number; readonly byte: number }
  | { readonly kind: 'cut'; readonly at: number }
  | {
      readonly kind: 'splice';
      readonly at: number;
      readonly from: number;
      readonly length: number;
    };

/** Places are shares of the file, so that they reach its end whatever its length; unbiased, or all crowd at its start. */
const place = fc.noBias(fc.nat(1_000_000)).map((millionth) => millionth / 1_000_000);
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ kind: fc.constant('flip' as const), at: place, bit: fc.nat(7) }),
  fc.record({
    kind: fc.constant('set' as const),
    at: place,
    byte: fc.constantFrom(0, 0x0a, 0x5c, 0x7f, 0x80, 0xff, 0x22, 0x28, 0x29, 0x7b),
  }),
  fc.record({ kind: fc.constant('cut' as const), at: place }),
  fc.record({ kind: fc.constant('splice' as const), at: place, from: place, length: fc.nat(64) }),
);

/** @param spared  in most cases so many bytes at the front stay as they are, or nearly every file would fail there */
export function damagedBytes(files: readonly Buffer[], spared = 0): fc.Arbitrary<Buffer> {
  return fc
    .tuple(
      fc.constantFrom(...files),
      fc.array(change, { minLength: 1, maxLength: 5 }),
      fc.constantFrom(0, spared, spared, spared),
    )
    .map(([file, changes, kept]) => damage(file, changes, kept));
}

function damage(bytes: Buffer, changes: readonly Change[], spared: number): Buffer {
  return changes.reduce<Buffer>((before, each) => {
    const at = spared + Math.floor(each.at * Math.max(before.length - spared, 0));
    const after = Buffer.from(before);
    const old = after[at];
    if (each.kind === 'cut') return after.subarray(0, at);
    if (each.kind === 'splice') {
      const start = Math.floor(each.from * bytes.length);
      const piece = bytes.subarray(start, start + each.length);
      return Buffer.concat([after.subarray(0, at), piece, after.subarray(at)]);
    }
    if (old !== undefined) after[at] = each.kind === 'flip' ? old ^ (1 << each.bit) : each.byte;
    return after;
  }, bytes);
}
