import { describe, expect, it } from 'vitest';
import { judgeMessage } from '../../src/decide/judge-message.ts';
import type { MessageFacts } from '../../src/model/message.ts';
import { composeMessage } from '../support/composed-message.ts';
import { fileStat } from '../support/file-stat.ts';
import {
  bareRecordOf,
  bytesRead,
  cachedOf,
  recordOf,
  storedNs,
  withDigest,
  withoutDigest,
} from '../support/message-facts.ts';

const anna = { from: 'anna', subject: 'Rent', messageId: 'rent', day: 3 };
const boris = { from: 'boris', subject: 'Laboratory', messageId: 'lab', day: 4 };
const letter = composeMessage({ ...anna, sizeBytes: 900 });
const other = composeMessage({ ...boris, sizeBytes: 900 });
const longer = composeMessage({ ...boris, sizeBytes: 1200 });
const shorter = composeMessage({ ...boris, sizeBytes: 600 });
const cron = composeMessage({ from: 'cron', subject: 'Report', day: 3, sizeBytes: 900 });
const cronNext = composeMessage({ from: 'cron', subject: 'Report', day: 4, sizeBytes: 900 });
const bare = composeMessage({ from: 'anna', sizeBytes: 900 });
const bareOther = composeMessage({ from: 'dora', sizeBytes: 900 });
const half = letter.bytes.subarray(0, 700);
const movedHeader = composeMessage({ ...anna, subject: 'Rent, again', sizeBytes: 900 }).bytes;
const tornInHeader = letter.bytes.subarray(0, 140);

/** The status, then the codes. */
const told = (facts: MessageFacts): readonly string[] => {
  const { status, codes } = judgeMessage(facts);
  return [status, ...codes];
};
const detailOf = (facts: MessageFacts): string => judgeMessage(facts).detail ?? '';
const atLevelSize = (minorVersion: number, sizeBytes: number): MessageFacts => ({
  record: recordOf(letter),
  minorVersion,
  level: 'size',
  file: fileStat({ sizeBytes, modifiedNs: storedNs }),
});

describe('a message with a digest in its record', () => {
  it.each<[string, MessageFacts, readonly string[]]>([
    ['is intact when its bytes have it', withDigest(letter), ['intact']],
    [
      'that was written whole again is intact, whatever the time says',
      { ...withDigest(letter), ...bytesRead(letter.bytes, { modifiedNs: 5n }) },
      ['intact'],
    ],
    [
      'is intact when it is malformed and an old parser counted less',
      { ...withDigest(letter), minorVersion: 12, record: recordOf(letter, { sizeBytes: 880 }) },
      ['intact'],
    ],
    [
      'is foreign when the envelope is of another message, also at the same size',
      withDigest(letter, other.bytes),
      ['damaged', 'message-foreign', 'message-guid-mismatch'],
    ],
    [
      'is foreign, not truncated, when the other message is shorter',
      withDigest(letter, shorter.bytes),
      ['damaged', 'message-foreign', 'message-guid-mismatch'],
    ],
    [
      'is truncated when the file is a beginning of it',
      withDigest(letter, half),
      ['damaged', 'message-truncated', 'message-guid-mismatch'],
    ],
    [
      'is truncated when the file ends in its header',
      withDigest(letter, tornInHeader),
      ['damaged', 'message-truncated', 'message-guid-mismatch'],
    ],
    [
      'is truncated when the file is empty',
      withDigest(letter, Buffer.alloc(0)),
      ['damaged', 'message-truncated', 'message-guid-mismatch'],
    ],
    [
      'is truncated when the file is blank, with all its bytes',
      withDigest(letter, Buffer.alloc(900)),
      ['damaged', 'message-truncated', 'message-guid-mismatch'],
    ],
    [
      'whose header is right and whose body is not has wrong bytes of no known kind',
      withDigest(letter, Buffer.concat([half, Buffer.alloc(200)])),
      ['damaged', 'message-guid-mismatch'],
    ],
    [
      'whose cache is lost is truncated when its header ends where it should',
      { record: recordOf(letter), minorVersion: 17, ...bytesRead(half) },
      ['damaged', 'message-truncated', 'message-guid-mismatch'],
    ],
    [
      'whose cache is lost has wrong bytes of no known kind when the header ends elsewhere',
      { record: recordOf(letter), minorVersion: 17, ...bytesRead(shorter.bytes) },
      ['damaged', 'message-guid-mismatch'],
    ],
    [
      'whose header was not read has wrong bytes of no known kind',
      {
        record: recordOf(letter),
        minorVersion: 17,
        level: 'digest',
        file: fileStat({ sizeBytes: 600 }),
        sha1: shorter.sha1,
      },
      ['damaged', 'message-guid-mismatch'],
    ],
    [
      'is unverifiable when its bytes could not be read',
      {
        record: recordOf(letter),
        minorVersion: 17,
        level: 'digest',
        file: fileStat({ sizeBytes: 900, modifiedNs: storedNs }),
      },
      ['unverifiable'],
    ],
  ])('%s', (_, facts, expected) => {
    expect(told(facts)).toEqual(expected);
  });
});

describe('a message without a digest', () => {
  it.each<[string, MessageFacts, readonly string[]]>([
    ['is intact when envelope and sizes agree', withoutDigest(letter), ['intact']],
    ['is intact without a Message-ID when the rest agrees', withoutDigest(cron), ['intact']],
    [
      'is foreign at the same size by its Message-ID',
      withoutDigest(letter, other.bytes),
      ['damaged', 'message-foreign', 'envelope-mismatch'],
    ],
    [
      'is foreign without a Message-ID by its date',
      withoutDigest(cron, cronNext.bytes),
      ['damaged', 'message-foreign', 'envelope-mismatch'],
    ],
    [
      'is foreign when the other message is longer',
      withoutDigest(letter, longer.bytes),
      ['damaged', 'message-foreign', 'envelope-mismatch'],
    ],
    [
      'is truncated when a beginning of it is there',
      withoutDigest(letter, half),
      ['damaged', 'message-truncated', 'message-size-mismatch'],
    ],
    [
      'is truncated when its header is torn',
      withoutDigest(letter, tornInHeader),
      ['damaged', 'message-truncated', 'message-size-mismatch'],
    ],
    [
      'is truncated when the file is empty',
      withoutDigest(letter, Buffer.alloc(0)),
      ['damaged', 'message-truncated', 'message-size-mismatch'],
    ],
    [
      'is truncated when the file is blank',
      withoutDigest(letter, Buffer.alloc(900)),
      ['damaged', 'message-truncated', 'envelope-mismatch'],
    ],
    [
      'that is malformed is not damaged because an old parser counted less',
      {
        ...withoutDigest(letter),
        record: bareRecordOf(letter, { sizeBytes: 880 }),
        cached: {
          ...cachedOf(letter),
          sizes: { headerBytes: letter.headerBytes, contentBytes: 880 - letter.headerBytes },
        },
      },
      ['unverifiable', 'guid-absent'],
    ],
    [
      'nothing to compare and all sizes right is unverifiable',
      withoutDigest(bare),
      ['unverifiable', 'guid-absent'],
    ],
    [
      'nothing to compare is damaged when its sender is another',
      withoutDigest(bare, bareOther.bytes),
      ['damaged', 'message-foreign', 'envelope-mismatch'],
    ],
    [
      'and without a cache is unverifiable when its sizes are right',
      { record: bareRecordOf(letter), minorVersion: 9, ...bytesRead(letter.bytes) },
      ['unverifiable', 'guid-absent'],
    ],
    [
      'and without a cache is damaged when the header ends elsewhere',
      { record: bareRecordOf(letter), minorVersion: 9, ...bytesRead(other.bytes) },
      ['damaged', 'envelope-mismatch'],
    ],
    [
      'and without a cache is damaged when another size and another header are there',
      { record: bareRecordOf(letter), minorVersion: 9, ...bytesRead(longer.bytes) },
      ['damaged', 'message-size-mismatch'],
    ],
    [
      'is not judged by the cache record of a neighbour, whose sizes are not those of the record',
      { ...withoutDigest(letter), cached: cachedOf(longer) },
      ['unverifiable', 'guid-absent'],
    ],
    [
      'is not judged by a neighbour whose header happens to be as long',
      {
        ...withoutDigest(letter),
        cached: { ...cachedOf(other), sizes: { headerBytes: letter.headerBytes, contentBytes: 5 } },
      },
      ['unverifiable', 'guid-absent'],
    ],
    [
      'is neither proved nor damaged when its Message-ID is there and its header ends elsewhere',
      withoutDigest(letter, movedHeader),
      ['unverifiable', 'guid-absent'],
    ],
    [
      'is not judged by the cache of the other tree either when the record is archived',
      {
        ...withoutDigest(letter),
        record: bareRecordOf(letter, { isArchived: true }),
        minorVersion: 17,
        cached: cachedOf(longer),
      },
      ['unverifiable', 'guid-absent'],
    ],
    [
      'because an upgrade left it zero is intact by its envelope',
      { ...withoutDigest(letter), minorVersion: 17 },
      ['intact'],
    ],
    [
      'whose file was not read is unverifiable',
      {
        record: bareRecordOf(letter),
        minorVersion: 9,
        level: 'digest',
        file: fileStat({ sizeBytes: 900 }),
      },
      ['unverifiable', 'guid-absent'],
    ],
  ])('%s', (_, facts, expected) => {
    expect(told(facts)).toEqual(expected);
  });

  it('is called consistent, not proved', () => {
    expect(detailOf(withoutDigest(letter))).toMatch(/^consistent/);
  });
});

describe('a file that is not there', () => {
  const absent: MessageFacts = { record: recordOf(letter), minorVersion: 17, level: 'exists' };

  it('is missing', () => {
    expect(told(absent)).toEqual(['unverifiable', 'message-file-missing']);
  });

  it('is missing also when the message is expunged, since its file stays until it is unlinked', () => {
    const record = recordOf(letter, { isExpunged: true });
    expect(told({ ...absent, record })).toEqual(['unverifiable', 'message-file-missing']);
  });

  it('is no finding when the record is unlinked', () => {
    const record = recordOf(letter, { isExpunged: true, isUnlinked: true });
    expect(told({ ...absent, record })).toEqual(['unverifiable']);
  });

  it('is no finding when nobody knows where the archive is', () => {
    const record = recordOf(letter, { isArchived: true });
    expect(told({ ...absent, record, isPlaceUnknown: true })).toEqual(['unverifiable']);
  });
});

describe('at the level of sizes', () => {
  it('the right size proves nothing', () => {
    expect(told(atLevelSize(17, 900))).toEqual(['unverifiable']);
  });

  it.each([
    ['another size is damage', 1200, ['damaged', 'message-size-mismatch']],
    ['a shorter file is damage', 600, ['damaged', 'message-size-mismatch']],
    ['an empty file is cut short', 0, ['damaged', 'message-truncated', 'message-size-mismatch']],
  ])('%s', (_, size, expected) => {
    expect(told(atLevelSize(12, size))).toEqual(expected);
  });

  it('a longer file may be malformed mail, and the detail says so', () => {
    expect(detailOf(atLevelSize(12, 1200))).toContain('malformed');
    expect(detailOf(atLevelSize(12, 600))).not.toContain('malformed');
  });

  it('a record without a size says nothing', () => {
    const record = recordOf(letter, { sizeBytes: 0 });
    expect(told({ ...atLevelSize(17, 900), record })).toEqual(['unverifiable']);
  });

  it('a time that is not the internaldate is told, to look there first', () => {
    const file = fileStat({ sizeBytes: 900, modifiedNs: storedNs + 5_000_000_000n });
    expect(told({ ...atLevelSize(17, 900), file })).toEqual([
      'unverifiable',
      'internaldate-mismatch',
    ]);
  });

  it('the time of a shared inode is left to those who know all its records', () => {
    const file = fileStat({ sizeBytes: 900, modifiedNs: 5n, linkCount: 2 });
    expect(told({ ...atLevelSize(17, 900), file })).toEqual(['unverifiable']);
  });
});

describe('what is not compared is not judged', () => {
  it.each<[string, Partial<MessageFacts>]>([
    ['a record with a wrong CRC', { record: recordOf(letter, { fault: 'crc' }) }],
    ['a record out of order', { record: recordOf(letter, { fault: 'uid-order' }) }],
    ['existence alone', { level: 'exists' }],
  ])('%s', (_, over) => {
    expect(told({ ...withDigest(letter, other.bytes), ...over })).toEqual(['unverifiable']);
  });

  it('a symbolic link in place of the file is told as what could not be read', () => {
    const file = fileStat({ kind: 'symlink', sizeBytes: 20 });
    expect(told({ ...withDigest(letter), file })).toEqual(['unverifiable', 'unreadable']);
  });
});

it('the detail says what was found and what the record has', () => {
  expect(detailOf(withDigest(letter, longer.bytes))).toBe(
    '1200 bytes, its record says 900; the Message-ID is not the cached one',
  );
});
