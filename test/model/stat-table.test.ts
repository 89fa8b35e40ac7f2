import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { FileKind, FileStat } from '../../src/model/inode.ts';
import { StatTable } from '../../src/model/stat-table.ts';
import { fileStat } from '../support/file-stat.ts';

const unsigned = (bits: number) => fc.bigInt({ min: 0n, max: (1n << BigInt(bits)) - 1n });
/** What a file on disk may claim: years before 1970, and past those that 64 bits of nanoseconds reach. */
const time = fc.bigInt({ min: -(1n << 66n), max: 1n << 66n });
const word = fc.integer({ min: 0, max: 0xffff_ffff });
const stats: fc.Arbitrary<FileStat> = fc.record({
  dev: fc.oneof(fc.constantFrom(1n, 64768n), unsigned(64)),
  ino: unsigned(64),
  kind: fc.constantFrom<FileKind>(
    ...(['file', 'directory', 'symlink', 'fifo', 'socket'] as const),
    ...(['block device', 'character device'] as const),
  ),
  mode: fc.integer({ min: 0, max: 0o7777 }),
  uid: word,
  gid: word,
  linkCount: word,
  sizeBytes: fc.maxSafeNat(),
  modifiedNs: time,
  changedNs: time,
  bornNs: time,
});

/** A kept look has getters, which no spreading finds. */
const seen = (stat: FileStat): FileStat => ({
  ...{ dev: stat.dev, ino: stat.ino, kind: stat.kind, mode: stat.mode, uid: stat.uid },
  ...{ gid: stat.gid, linkCount: stat.linkCount, sizeBytes: stat.sizeBytes },
  ...{ modifiedNs: stat.modifiedNs, changedNs: stat.changedNs, bornNs: stat.bornNs },
});

it('gives every look back as it was kept, however many there are', () => {
  fc.assert(
    fc.property(fc.array(stats, { maxLength: 200 }), (all) => {
      const table = new StatTable();
      const kept = all.map((stat) => table.keep(stat));
      expect(kept.map(seen)).toEqual(all);
    }),
  );
});

it('keeps a look that was kept elsewhere just as well', () => {
  fc.assert(
    fc.property(fc.array(stats, { maxLength: 50 }), (all) => {
      const [table, other] = [new StatTable(), new StatTable()];
      expect(all.map((stat) => seen(other.keep(table.keep(stat))))).toEqual(all);
    }),
  );
});

it('leaves a look as it is whose time does not fit in 64 bits', () => {
  const late = fileStat({ modifiedNs: 1n << 63n });
  expect(new StatTable().keep(late)).toBe(late);
});
