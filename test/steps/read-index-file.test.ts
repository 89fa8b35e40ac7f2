import { readFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect } from 'vitest';
import { bytePath } from '../../src/model/byte-path.ts';
import { isTrouble } from '../../src/model/trouble.ts';
import { readIndexFile, type IndexFile } from '../../src/steps/read-index-file.ts';
import { RecordTable } from '../../src/steps/record-table.ts';
import { nodeFiles } from '../../src/system/files.ts';
import type { Files, OpenedFile } from '../../src/system/os.ts';
import { composeIndex } from '../support/index-writer.ts';
import { fixtures } from '../support/mailbox-spool.ts';
import { test } from '../support/spool.ts';

const real = readFileSync(join(fixtures, 'cyrus-3.6.1/yann.v17.index'));
const index = (...messageUids: number[]): Buffer =>
  composeIndex(
    17,
    { generation: 1 },
    messageUids.map((uid) => ({ uid })),
  );

/** Runs `meddle` before the n-th reading of bytes, counted from 1. */
function meddling(meddle: (reading: number, length: number) => void): Files {
  let readings = 0;
  return {
    ...nodeFiles,
    open(path) {
      const opened = nodeFiles.open(path);
      if (isTrouble(opened)) return opened;
      const readAt: OpenedFile['readAt'] = (offset, length) => {
        meddle(++readings, length);
        return opened.readAt(offset, length);
      };
      return { ...opened, readAt };
    },
  };
}

function read(path: string, files: Files = nodeFiles): IndexFile {
  const result = readIndexFile(files, bytePath(path), 'index');
  if (isTrouble(result)) throw new Error(result.errno);
  if (typeof result === 'string') throw new Error(result);
  return result;
}
const uids = (file: IndexFile): number[] =>
  Array.from(new RecordTable(file).all(), (record) => record.messageUid);

describe('an index that moves while it is read', () => {
  test('and was replaced by rename is read anew', ({ dir }) => {
    const path = join(dir, 'cyrus.index');
    writeFileSync(path, index(1));
    const files = meddling((reading) => {
      if (reading !== 1) return;
      writeFileSync(`${path}.NEW`, index(1, 2));
      renameSync(`${path}.NEW`, path);
    });
    expect(uids(read(path, files))).toEqual([1, 2]);
  });

  test('and grows is read anew', ({ dir }) => {
    const path = join(dir, 'cyrus.index');
    writeFileSync(path, index(1));
    const files = meddling((reading) => {
      if (reading === 1) writeFileSync(path, index(1, 2, 3));
    });
    expect(uids(read(path, files))).toEqual([1, 2, 3]);
  });

  test('and is torn in one reading is whole in the next', ({ dir }) => {
    const path = join(dir, 'cyrus.index');
    const torn = index(1, 2);
    torn.writeUInt8(0xff, torn.length - 1);
    writeFileSync(path, torn);
    const files = meddling((reading) => {
      if (reading === 2) writeFileSync(path, index(1, 2));
    });
    expect(read(path, files).damage).toBeUndefined();
  });

  test('in every reading and is whole in each is not called damaged', ({ dir }) => {
    const path = join(dir, 'cyrus.index');
    writeFileSync(path, index(1));
    const files = meddling((reading) => {
      writeFileSync(path, index(1, reading + 1));
    });
    expect(read(path, files).damage).toBeUndefined();
  });

  test('and is cut short in one reading is whole in the next', ({ dir }) => {
    const path = join(dir, 'cyrus.index');
    writeFileSync(path, index(1, 2, 3));
    const files = meddling((reading) => {
      if (reading === 1) truncateSync(path, 300);
      if (reading === 2) writeFileSync(path, index(1, 2, 3));
    });
    const file = read(path, files);
    expect([uids(file), file.damage]).toEqual([[1, 2, 3], undefined]);
  });
});

describe('an index that stays wrong', () => {
  const damageOf = (dir: string, bytes: Uint8Array): string | undefined => {
    const path = join(dir, 'cyrus.index');
    writeFileSync(path, bytes);
    return read(path).damage;
  };
  const changed = (bytes: Buffer, at: number): Buffer => {
    const copy = Buffer.from(bytes);
    copy.writeUInt8(copy.readUInt8(at) ^ 1, at);
    return copy;
  };

  test('has the byte of its header CRC told', ({ dir }) => {
    expect(damageOf(dir, changed(real, 100))).toContain('(at byte 156)');
  });

  test('has the first record with a wrong CRC told, and how many more', ({ dir }) => {
    const twice = changed(changed(real, 160 + 112 + 50), 160 + 3 * 112 + 50);
    expect(damageOf(dir, twice)).toContain('(at byte 272), and 1 more');
  });

  test('has its end told when it is shorter than its records', ({ dir }) => {
    expect(damageOf(dir, real.subarray(0, 160 + 112 + 5))).toContain(
      '1 of 7 records (at byte 277)',
    );
  });

  test('gives every record that is there whole', ({ dir }) => {
    const path = join(dir, 'cyrus.index');
    writeFileSync(path, real.subarray(0, 160 + 3 * 112 + 5));
    expect(uids(read(path))).toEqual([1, 2, 3]);
  });

  test('and whose uids do not ascend is searched all the same', ({ dir }) => {
    const path = join(dir, 'cyrus.index');
    writeFileSync(path, index(5, 2, 9, 4));
    const file = read(path);
    const table = new RecordTable(file);
    expect([5, 2, 9, 4, 3].map((uid) => table.find(uid)?.messageUid)).toEqual([
      5,
      2,
      9,
      4,
      undefined,
    ]);
    expect(file.damage).toContain('(at byte 272)');
  });

  test('and has a uid twice gives the record that can be believed', ({ dir }) => {
    const path = join(dir, 'cyrus.index');
    writeFileSync(path, changed(index(5, 5), 160 + 50));
    expect(new RecordTable(read(path)).find(5)?.fault).toBeUndefined();
  });

  test('claims records for four billion messages and costs no memory for them', ({ dir }) => {
    const path = join(dir, 'cyrus.index');
    writeFileSync(path, composeIndex(9, { recordCount: 0xffff_ffff }, [{ uid: 1 }]));
    expect(read(path).bytes.length).toBeLessThan(1000);
  });

  test('is a sparse file of a terabyte and is not read', ({ dir }) => {
    const path = join(dir, 'cyrus.index');
    writeFileSync(path, composeIndex(9, { recordCount: 0xffff_ffff }, [{ uid: 1 }]));
    truncateSync(path, 2 ** 40);
    expect(readIndexFile(nodeFiles, bytePath(path), 'index')).toContain('more than can be read');
  });

  test('is a sparse file of a gigabyte and is read to its hole, once', ({ dir }) => {
    const path = join(dir, 'cyrus.index');
    const records = Math.floor((1_000_000_000 - 160) / 112);
    writeFileSync(path, composeIndex(17, { recordCount: records }, [{ uid: 1 }, { uid: 2 }]));
    truncateSync(path, 1_000_000_000);
    let bytes = 0;
    const files = meddling((_reading, length) => (bytes += length));
    const file = read(path, files);
    expect(bytes).toBeLessThan(20 << 20);
    expect(file.bytes.length).toBeLessThan(4 << 20);
    expect(uids(file).filter((uid) => uid !== 0)).toEqual([1, 2]);
    expect(file.damage).toContain(`of ${records} records`);
  });

  test('of a size that costs something is read once when it held still', ({ dir }) => {
    const path = join(dir, 'cyrus.index');
    const bytes = Buffer.alloc(20 << 20, 'x');
    const records = Math.floor((bytes.length - 160) / 112);
    composeIndex(17, { recordCount: records }, [{ uid: 1 }]).copy(bytes);
    writeFileSync(path, bytes);
    let read = 0;
    const file = readIndexFile(
      meddling((_reading, length) => (read += length)),
      bytePath(path),
      'index',
    );
    expect(file).toMatchObject({
      damage: expect.stringContaining('must not be believed') as string,
    });
    expect(read).toBeLessThan(bytes.length * 1.5);
  });

  test('never throws, whatever its bytes', ({ dir }) => {
    const path = join(dir, 'cyrus.index');
    const flips = fc.array(fc.tuple(fc.nat(real.length - 1), fc.nat(255)), { maxLength: 6 });
    fc.assert(
      fc.property(flips, fc.nat(real.length), (changes, length) => {
        const bytes = Buffer.from(real);
        for (const [at, value] of changes) bytes.writeUInt8(value, at);
        writeFileSync(path, bytes.subarray(0, length));
        const file = readIndexFile(nodeFiles, bytePath(path), 'index');
        if (typeof file === 'string' || isTrouble(file)) return;
        const table = new RecordTable(file);
        for (const { messageUid } of table.all()) {
          expect(table.find(messageUid)?.messageUid).toBe(messageUid);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('what is no file', () => {
  test('is a trouble', ({ dir }) => {
    expect(readIndexFile(nodeFiles, bytePath(dir), 'index')).toMatchObject({ errno: 'EINVAL' });
  });

  test('is absent with ENOENT', ({ dir }) => {
    const path = bytePath(join(dir, 'cyrus.index'));
    expect(readIndexFile(nodeFiles, path, 'index')).toMatchObject({ errno: 'ENOENT' });
  });
});
