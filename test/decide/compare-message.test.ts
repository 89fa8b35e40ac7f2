import { describe, expect, test } from 'vitest';
import { comparePair, compareSingle, isDamaged } from '../../src/decide/compare-message.ts';
import type { ManifestMessage } from '../../src/model/manifest.ts';
import { message, missing, sha, without } from '../support/manifest-lines.ts';

/** An overwritten message: the record says one thing, the bytes another. */
const overwritten = message({ sha1: sha(9), size: 700 });
const noDigest = (over: Partial<ManifestMessage> = {}): ManifestMessage =>
  without(message(over), 'recordGuid');
const unread: ManifestMessage = { ...without(message(), 'size', 'sha1'), errno: 'EACCES' };

const told = (a: ManifestMessage, b: ManifestMessage): unknown[] =>
  comparePair(a, b).differences.map(({ code, damagedEnd }) => [code, damagedEnd]);

describe('a message with other bytes at the other end', () => {
  test.each([
    ['a', overwritten, message()],
    ['b', message(), overwritten],
    ['both', overwritten, message({ sha1: sha(8) })],
    ['neither', message(), message({ recordGuid: sha(2), sha1: sha(2) })],
    ['b', message(), noDigest({ sha1: sha(9), size: 700 })],
    ['neither', message(), noDigest({ sha1: sha(9) })],
  ] as const)('is told with the end that disagrees with its own record: %s', (end, a, b) => {
    expect(told(a, b)).toEqual([['ends-differ', end]]);
  });

  test('of which one record has a digest names the end that this proves right', () => {
    const [difference] = comparePair(message(), noDigest({ sha1: sha(9) })).differences;
    expect(difference?.detail).toContain('a has the bytes of its record');
  });

  test('under one uid by both records is told as two messages', () => {
    const other = message({ recordGuid: sha(2), sha1: sha(2) });
    expect(comparePair(message(), other).differences[0]?.detail).toContain('two messages');
  });
});

describe('a message with the same bytes at both ends', () => {
  test.each([
    ['a size in one record that its MIME parser found', message({ recordSize: 930 })],
    ['no digest in one record', noDigest()],
    ['an expunge that is on its way', message({ isExpunged: true })],
    ['another unique id that is not there', message({ uniqueId: 'x' })],
  ])('is the same with %s', (_, b) => {
    expect(comparePair(message(), b)).toEqual({ outcome: 'same', differences: [] });
  });

  test('which are not those of the record is damage that was replicated', () => {
    expect(told(overwritten, overwritten)).toEqual([['message-guid-mismatch', 'both']]);
    expect(told(overwritten, message({ ...overwritten, recordGuid: sha(9) }))).toEqual([
      ['message-guid-mismatch', 'a'],
    ]);
  });
});

describe('a record without its file', () => {
  test('at one end is a message that only the other end has', () => {
    expect(told(missing(), message())).toEqual([['only-at-b', 'neither']]);
    expect(told(message(), missing())).toEqual([['only-at-a', 'neither']]);
  });
  test('at both ends is a missing file', () => {
    expect(told(missing(), missing())).toEqual([['message-file-missing', undefined]]);
  });
  test('is lawful where the message is expunged, since a purge takes the file first', () => {
    expect(told(missing({ isExpunged: true }), message())).toEqual([]);
  });
  test('at the only end that has it is a missing file, and nothing that exists', () => {
    expect(compareSingle('a', missing()).map(({ code }) => code)).toEqual(['message-file-missing']);
  });
});

describe('what was not read', () => {
  test('is not compared, and told', () => {
    expect(comparePair(unread, message())).toMatchObject({
      outcome: 'not-compared',
      differences: [{ code: 'unreadable', detail: 'EACCES at a' }],
    });
  });
  test('in manifests without digests differs when the sizes do, and else is not compared', () => {
    const a = without(message(), 'sha1');
    expect(comparePair(a, a)).toEqual({ outcome: 'not-compared', differences: [] });
    expect(comparePair(a, { ...a, size: 7 }).differences[0]?.code).toBe('ends-differ');
  });
});

test('a message of one end that its record disproves is damage as well', () => {
  expect(compareSingle('b', overwritten).map(({ code }) => code)).toEqual([
    'only-at-b',
    'message-guid-mismatch',
  ]);
});

test('the size proves damage only where there is no digest', () => {
  expect(isDamaged(message({ recordSize: 1 }))).toBe(false);
  expect(isDamaged(noDigest({ recordSize: 1 }))).toBe(true);
});
