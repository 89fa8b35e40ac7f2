import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { MessageRecord } from '../../src/model/mailbox.ts';
import { roomForClaims, type MessageClaims } from '../../src/model/message-claims.ts';
import { readClaims, takeClaim } from '../../src/parse/index-claims.ts';
import { parseIndexHeader } from '../../src/parse/index-header.ts';
import { indexLayouts } from '../../src/parse/index-layout.ts';
import { indexRecords } from '../../src/parse/index-record.ts';
import { composeIndex } from '../support/index-writer.ts';

const root = new URL('../../fixtures/index/', import.meta.url);
const real = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.index'))
  .map((name): [string, Buffer] => [name, readFileSync(new URL(name, root))]);
const flags = (1 << 30) | (1 << 29);
const composed = indexLayouts.map(({ minorVersion, record }): [string, Buffer] => {
  const date =
    record.internalDate?.kind === 'nanoseconds' ? 1_700_000_000_000_000_123n : 1_700_000_000;
  const rows = [
    { uid: 1, size: 700, internalDate: date, ...(record.guid && { guid: 'ab'.repeat(20) }) },
    { uid: 4_294_967_295, size: 0xffff_ffff, internalDate: 0, systemFlags: flags >>> 0 },
  ];
  return [`of version ${minorVersion}`, composeIndex(minorVersion, {}, rows)];
});

it.each([...real, ...composed])(
  'the claims of the index %s are those of its records',
  (_, bytes) => {
    const header = parseIndexHeader(bytes);
    const records = [...indexRecords(bytes.subarray(header.startOffset), header)];
    const claims = roomForClaims(records.length, true);
    readClaims(claims, bytes, header, 0);
    expect(claims).toEqual(claimsOf(records));
  },
);

it('claims are read from any record on', () => {
  const rows = Array.from({ length: 9 }, (_, at) => ({ uid: at + 1, size: at }));
  const bytes = composeIndex(17, {}, rows);
  const claims = roomForClaims(2, false);
  readClaims(claims, bytes, parseIndexHeader(bytes), 5);
  expect([[...claims.numbers], [...claims.uids]]).toEqual([
    [5, 6],
    [6, 7],
  ]);
});

function claimsOf(records: readonly MessageRecord[]): MessageClaims {
  const claims = roomForClaims(records.length, true);
  for (const [at, record] of records.entries()) takeClaim(claims, at, record, at);
  return claims;
}
