import { describe, expect, it } from 'vitest';
import { compareEnvelope, type EnvelopeComparison } from '../../src/decide/compare-envelope.ts';
import { parseCacheRecord, parseSection } from '../../src/parse/cache-record.ts';
import { parseEnvelope } from '../../src/parse/envelope.ts';
import { parseMessageHeader } from '../../src/parse/rfc822-header.ts';
import { readRealMailbox, realMailboxes, type RealMessage } from '../support/real-mailboxes.ts';

const cacheOf = ({ record, cache }: RealMessage) => parseCacheRecord(cache, record.cacheOffset);
const compare = (cached: RealMessage, file: RealMessage): EnvelopeComparison =>
  compareEnvelope(parseEnvelope(cacheOf(cached).items.envelope), parseMessageHeader(file.bytes));

describe.each(realMailboxes)('the real cache of %s', (name) => {
  const messages = readRealMailbox(name);
  /** uid 8 there was overwritten after it was cached; see fixtures/index/README.md. */
  const overwritten = name === 'version 20 of 3.13.7' ? 8 : 0;
  const healthy = messages.filter(({ record }) => record.messageUid !== overwritten);

  it('has the CRC that the records have', () => {
    // The cache of uid 7 there was written anew after the overwrite, which its record does not know.
    const withCrc = messages.filter(
      ({ record }) =>
        record.cacheCrc !== undefined &&
        !(name === 'version 17 of 3.6.1' && record.messageUid === 7),
    );
    expect(withCrc.map((message) => cacheOf(message).crc)).toEqual(
      withCrc.map(({ record }) => record.cacheCrc),
    );
  });

  it('has the sizes of the files in SECTION, and those of their headers', () => {
    const sizes = healthy.map((message) => parseSection(cacheOf(message).items.section));
    expect(sizes.map(({ headerBytes, contentBytes }) => headerBytes + contentBytes)).toEqual(
      healthy.map(({ bytes }) => bytes.length),
    );
    expect(sizes.map(({ headerBytes }) => headerBytes)).toEqual(
      healthy.map(({ bytes }) => parseMessageHeader(bytes).sizeBytes),
    );
  });

  it('never calls a healthy message foreign', () => {
    for (const message of healthy) expect(compare(message, message).verdict).not.toBe('different');
  });

  it('never takes one message for another', () => {
    for (const a of messages) {
      for (const b of messages) if (a !== b) expect(compare(a, b).verdict).not.toBe('same');
    }
  });
});

it('the message that was overwritten with as many bytes is known by its Message-ID', () => {
  const message = readRealMailbox('version 20 of 3.13.7').find(
    ({ record }) => record.messageUid === 8,
  );
  expect(message && compare(message, message)).toEqual({
    verdict: 'different',
    field: 'messageId',
  });
});

it('most odd headers still prove their message', () => {
  const undecided = readRealMailbox('odd headers in 3.6.1')
    .filter((message) => compare(message, message).verdict === 'unknown')
    .map(({ record }) => record.messageUid);
  // 5 has nothing but a date to compare; of 12 and 14 nothing was cached.
  expect(undecided).toEqual([5, 12, 14]);
});
