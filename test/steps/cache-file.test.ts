import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { bytePath } from '../../src/model/byte-path.ts';
import type { Finding } from '../../src/model/finding.ts';
import type { MessageRecord } from '../../src/model/mailbox.ts';
import { crc32 } from '../../src/parse/crc32.ts';
import { parseIndexHeader } from '../../src/parse/index-header.ts';
import { parseIndexRecord } from '../../src/parse/index-record.ts';
import { CacheFile } from '../../src/steps/cache-file.ts';
import { nodeFiles } from '../../src/system/files.ts';
import { composeIndex, type RecordValues } from '../support/index-writer.ts';
import {
  composeCache,
  composeCacheRecord,
  composeEnvelope,
  composeSection,
} from '../support/mailbox-writer.ts';
import { test } from '../support/spool.ts';

function record(values: RecordValues, version = 17): MessageRecord {
  const bytes = composeIndex(version, {}, [{ uid: 1, ...values }]);
  const header = parseIndexHeader(bytes);
  return parseIndexRecord(bytes, header, header.startOffset);
}

const cached = (messageId: string, subject = ''): Buffer =>
  composeCacheRecord(composeEnvelope({ messageId }), composeSection(40, 60), subject);

function fileOf(dir: string, bytes: Uint8Array, findings: Finding[] = []): CacheFile {
  const path = join(dir, 'cyrus.cache');
  writeFileSync(path, bytes);
  return new CacheFile(nodeFiles, bytePath(path), findings);
}

describe('a cache record', () => {
  test('gives envelope and sizes', ({ dir }) => {
    const { bytes, offsets } = composeCache(3, [cached('<a@b>')]);
    const file = fileOf(dir, bytes);
    expect(file.message(record({ cacheOffset: offsets[0] ?? 0 }, 9), 3)).toMatchObject({
      envelope: { messageId: '<a@b>' },
      sizes: { headerBytes: 40, contentBytes: 60 },
    });
  });

  test('with a wrong CRC is not taken', ({ dir }) => {
    const one = cached('<a@b>');
    const { bytes, offsets } = composeCache(3, [one]);
    const file = fileOf(dir, bytes);
    const values = { cacheOffset: offsets[0] ?? 0, cacheCrc: crc32(one) };
    expect(file.message(record(values), 3)).toBeDefined();
    expect(file.message(record({ ...values, cacheCrc: 77 }), 3)).toBeUndefined();
  });

  test('whose CRC was never computed is taken, but for an archived message', ({ dir }) => {
    const { bytes, offsets } = composeCache(3, [cached('<a@b>')]);
    const file = fileOf(dir, bytes);
    const values = { cacheOffset: offsets[0] ?? 0, cacheCrc: 0 };
    expect(file.message(record(values), 3)).toBeDefined();
    const systemFlags = 2 ** 29;
    expect(file.message(record({ ...values, systemFlags }), 3)).toBeUndefined();
  });

  test('without a readable SECTION gives its envelope', ({ dir }) => {
    const one = composeCacheRecord(composeEnvelope({ messageId: '<a@b>' }), Buffer.alloc(4));
    const { bytes, offsets } = composeCache(3, [one]);
    const message = fileOf(dir, bytes).message(record({ cacheOffset: offsets[0] ?? 0 }, 9), 3);
    expect(message?.envelope.messageId).toBe('<a@b>');
    expect(message).not.toHaveProperty('sizes');
  });

  test.for([0, 3, 5, 4000, 2 ** 40])(
    'that is said to lie at %d, where none begins, is none',
    (at, { dir }) => {
      const { bytes } = composeCache(3, [cached('<a@b>')]);
      const values =
        at > 0xffff_ffff ? { cacheOffset: 4, cacheVersion: 0x100_0000 } : { cacheOffset: at };
      expect(fileOf(dir, bytes).message(record(values, 9), 3)).toBeUndefined();
    },
  );

  test('that claims four gigabytes is none, and costs no memory', ({ dir }) => {
    const one = cached('<a@b>');
    one.writeUInt32BE(0xffff_fff0, 0);
    const { bytes, offsets } = composeCache(3, [one]);
    const before = process.memoryUsage.rss();
    expect(
      fileOf(dir, bytes).message(record({ cacheOffset: offsets[0] ?? 0 }, 9), 3),
    ).toBeUndefined();
    expect(process.memoryUsage.rss() - before).toBeLessThan(100_000_000);
  });
});

describe('a cache longer than what is read at once', () => {
  test('gives every record, in whatever order they are asked for', ({ dir }) => {
    // 400 records of 1 to 5 kB, so that some lie across the end of a window of 256 KiB.
    const names = Array.from({ length: 400 }, (_, number) => `<${number}@b>`);
    const records = names.map((name, number) => cached(name, 's'.repeat(1000 + number * 10)));
    const { bytes, offsets } = composeCache(3, records);
    const file = fileOf(dir, bytes);
    const order = [...names.keys(), ...[...names.keys()].reverse()];
    const found = order.map(
      (number) =>
        file.message(record({ cacheOffset: offsets[number] ?? 0 }, 9), 3)?.envelope.messageId,
    );
    expect(found).toEqual(order.map((number) => names[number]));
  });

  test('gives a record that is itself longer', ({ dir }) => {
    const { bytes, offsets } = composeCache(3, [
      cached('<a@b>', 's'.repeat(3_000_000)),
      cached('<c@d>'),
    ]);
    const file = fileOf(dir, bytes);
    const ids = offsets.map(
      (at) => file.message(record({ cacheOffset: at }, 9), 3)?.envelope.messageId,
    );
    expect(ids).toEqual(['<a@b>', '<c@d>']);
  });
});

describe('a cache file', () => {
  test('of another generation tells nothing', ({ dir }) => {
    const { bytes, offsets } = composeCache(3, [cached('<a@b>')]);
    expect(
      fileOf(dir, bytes).message(record({ cacheOffset: offsets[0] ?? 0 }, 9), 4),
    ).toBeUndefined();
  });

  test('that was replaced by another generation between two records tells no more', ({ dir }) => {
    const long = cached('<long@b>', 's'.repeat(300_000));
    const { bytes, offsets } = composeCache(3, [cached('<a@b>'), long, cached('<c@d>')]);
    const file = fileOf(dir, bytes);
    expect(file.message(record({ cacheOffset: offsets[0] ?? 0 }, 9), 3)).toBeDefined();
    writeFileSync(
      join(dir, 'NEW'),
      composeCache(4, [cached('<a@b>'), long, cached('<e@f>')]).bytes,
    );
    renameSync(join(dir, 'NEW'), join(dir, 'cyrus.cache'));
    expect(file.message(record({ cacheOffset: offsets[2] ?? 0 }, 9), 3)).toBeUndefined();
  });

  test('that is missing is no finding', ({ dir }) => {
    const findings: Finding[] = [];
    const file = new CacheFile(nodeFiles, bytePath(join(dir, 'cyrus.cache')), findings);
    expect(file.message(record({ cacheOffset: 4 }, 9), 0)).toBeUndefined();
    expect(findings).toEqual([]);
  });

  test('that cannot be read is told once', ({ dir }) => {
    const findings: Finding[] = [];
    const path = bytePath(join(dir, 'cyrus.cache'));
    const files = { ...nodeFiles, open: () => ({ path, syscall: 'open', errno: 'EACCES' }) };
    const file = new CacheFile(files, path, findings);
    for (const at of [4, 8]) file.message(record({ cacheOffset: at }, 9), 0);
    expect(findings).toEqual([{ code: 'unreadable', path, detail: 'open: EACCES' }]);
  });
});
