/**
 * Real files with bytes flipped, cut off and spliced: every parser gives a value or a FormatError, soon.
 *
 * FUZZ_RUNS=100000 npx vitest run test/parse/fuzz.test.ts    runs that many per parser (default 300)
 */
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { FormatError } from '../../src/model/errors.ts';
import {
  measureCacheRecord,
  parseCacheGeneration,
  parseCacheRecord,
  parseSection,
} from '../../src/parse/cache-record.ts';
import { parseEnvelope } from '../../src/parse/envelope.ts';
import { longestIndexHeader, parseIndexHeader } from '../../src/parse/index-header.ts';
import { indexRecords } from '../../src/parse/index-record.ts';
import { parseMailboxHeader } from '../../src/parse/mailbox-header.ts';
import { parseMessageHeader } from '../../src/parse/rfc822-header.ts';
import { surveyIndex } from '../../src/parse/survey-index.ts';
import { damagedBytes } from '../support/damaged-bytes.ts';
import { composeIndex } from '../support/index-writer.ts';

const numRuns = Number(process.env['FUZZ_RUNS'] ?? 300);
const root = new URL('../../fixtures/index/', import.meta.url);
const names = readdirSync(root, { recursive: true, encoding: 'utf8' });
const filesLike = (pattern: RegExp): Buffer[] =>
  names.filter((name) => pattern.test(name)).map((name) => readFileSync(new URL(name, root)));

const drain = (bytes: Buffer): void => {
  const header = parseIndexHeader(bytes.subarray(0, longestIndexHeader));
  let count = 0;
  for (const record of indexRecords(bytes.subarray(header.startOffset), header)) {
    expect(record.at + header.recordSize).toBeLessThanOrEqual(bytes.length);
    count++;
  }
  expect(count).toBeLessThanOrEqual(header.recordCount);
};
const survey =
  (isOrdered: boolean) =>
  (bytes: Buffer): void => {
    const header = parseIndexHeader(bytes.subarray(0, longestIndexHeader));
    const { whole, faulty, first } = surveyIndex(bytes, header, isOrdered);
    expect(whole).toBeLessThanOrEqual(header.recordCount);
    expect(header.startOffset + whole * header.recordSize).toBeLessThanOrEqual(
      Math.max(bytes.length, header.startOffset),
    );
    expect(faulty).toBeLessThanOrEqual(whole);
    expect(first === undefined).toBe(faulty === 0);
  };
/** As 2.3 leaves it: records of the mailbox in the order in which they were expunged. */
const expunges = [7, 8, 9, 10].map((version) =>
  composeIndex(
    version,
    { generation: 3, lastUid: 90, uidValidity: 1_195_000_000 },
    [40, 7, 90, 12, 13].map((uid) => ({ uid, size: 1000 + uid, cacheOffset: 4 * uid })),
  ),
);
const readCache = (bytes: Buffer): void => {
  parseCacheGeneration(bytes);
  measureCacheRecord(bytes, 4);
  const { items } = parseCacheRecord(bytes, 4);
  parseSection(items.section);
  parseEnvelope(items.envelope);
};
const envelopes = filesLike(/cyrus\.cache$/).map((cache) =>
  Buffer.from(parseCacheRecord(cache, 4).items.envelope),
);

const targets: readonly [string, (bytes: Buffer) => void, readonly Buffer[], number][] = [
  ['cyrus.header', parseMailboxHeader, filesLike(/cyrus\.header$/), 113],
  ['cyrus.index', drain, filesLike(/\.index$/), 24],
  ['cyrus.index as a whole', survey(true), filesLike(/\.index$/), 24],
  ['cyrus.expunge', drain, expunges, 24],
  ['cyrus.expunge as a whole', survey(false), expunges, 24],
  ['cyrus.cache', readCache, filesLike(/cyrus\.cache$/), 4],
  ['an ENVELOPE', parseEnvelope, envelopes, 1],
  [
    'a message',
    parseMessageHeader,
    filesLike(/\/\d+\.$/).filter((file) => file.length < 10_000),
    0,
  ],
];

describe.each(targets)('the parser of %s', (name, parse, files, spared) => {
  const outcomes = { value: 0, refused: 0 };

  it('gives a value or a FormatError inside the bytes for any damage', () => {
    const damaged = damagedBytes(files, spared);
    fc.assert(
      fc.property(damaged, (bytes) => {
        try {
          parse(bytes);
          outcomes.value++;
        } catch (error) {
          if (!(error instanceof FormatError)) throw error;
          expect(error.at).toBeGreaterThanOrEqual(0);
          expect(error.at).toBeLessThanOrEqual(bytes.length);
          expect(Number.isSafeInteger(error.at)).toBe(true);
          outcomes.refused++;
        }
      }),
      { numRuns },
    );
  });

  afterAll(() => {
    console.log(
      `${name}: ${numRuns} damaged files, ${outcomes.value} read, ${outcomes.refused} refused`,
    );
  });
});
