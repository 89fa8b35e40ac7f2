import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expectFiles } from '../../src/decide/expect-files.ts';
import { judgeMessage } from '../../src/decide/judge-message.ts';
import { digestAt, isAsExpected } from '../../src/model/expected-files.ts';
import type { FileStat } from '../../src/model/inode.ts';
import type { MessageRecord } from '../../src/model/mailbox.ts';
import type { CheckLevel } from '../../src/model/message.ts';
import { roomForClaims } from '../../src/model/message-claims.ts';
import { takeClaim } from '../../src/parse/index-claims.ts';
import { composeMessage } from '../support/composed-message.ts';
import { fileStat } from '../support/file-stat.ts';
import { recordOf } from '../support/message-facts.ts';

const second = 1_000_000_000n;
const message = composeMessage({ from: 'anna', messageId: 'a', day: 3 });

function isExpected(
  record: MessageRecord,
  file: FileStat,
  minorVersion: number,
  level: CheckLevel,
): boolean {
  const claims = roomForClaims(1, false);
  takeClaim(claims, 0, record, 0);
  return isAsExpected(expectFiles(claims, minorVersion, level), 0, file);
}

/** Few values each, so that they often agree. */
const times = fc.constantFrom(0n, 5n, second, second + 5n, 2n * second, 2n * second + 7n, -5n);
const sizes = fc.constantFrom(0, 700, 701, 2 ** 40);
const versions = fc.constantFrom(7, 9, 10, 12, 17, 19, 20);
const levels = fc.constantFrom<CheckLevel>('exists', 'size');
const kinds = fc.constantFrom<FileStat['kind']>('file', 'directory', 'symlink', 'fifo');

describe('a file that is as expected', () => {
  test('is judged consistent and has nothing to tell, whatever its record says', () => {
    let agreed = 0;
    fc.assert(
      fc.property(
        fc.record({ internalDateNs: times, sizeBytes: sizes }),
        fc.record({ modifiedNs: times, sizeBytes: sizes, linkCount: fc.nat(2), kind: kinds }),
        versions,
        levels,
        (claimed, found, minorVersion, level) => {
          const isPrecise = minorVersion === 20;
          const record = recordOf(message, {
            ...claimed,
            internalDateNs: isPrecise
              ? BigInt.asUintN(64, claimed.internalDateNs < 0n ? 0n : claimed.internalDateNs)
              : ((claimed.internalDateNs < 0n ? 0n : claimed.internalDateNs) / second) * second,
            timePrecisionNs: isPrecise ? 1n : second,
          });
          const file = fileStat(found);
          if (!isExpected(record, file, minorVersion, level)) return;
          agreed += 1;
          expect(judgeMessage({ record, file, minorVersion, level })).toMatchObject({
            status: 'unverifiable',
            codes: [],
          });
          if (level === 'size') expect(file.linkCount).toBe(1);
        },
      ),
      { numRuns: 5000 },
    );
    expect(agreed).toBeGreaterThan(100);
  });

  test('by digest is intact, whatever else its record says', () => {
    const guid = 'c0d4199388f9b121eaa054bbfaf4e834b35a9d85';
    fc.assert(
      fc.property(
        fc.record({ internalDateNs: times, sizeBytes: sizes }),
        fc.record({ modifiedNs: times, sizeBytes: sizes }),
        versions,
        (claimed, found, minorVersion) => {
          const record = recordOf(message, { ...claimed, guid });
          const claims = roomForClaims(1, true);
          takeClaim(claims, 0, record, 0);
          const { digests, mayBeShared } = expectFiles(claims, minorVersion, 'digest');
          const sha1 = digests && digestAt(digests, 0);
          expect([sha1, mayBeShared]).toEqual([guid, false]);
          const facts = { record, file: fileStat(found), minorVersion, level: 'digest' as const };
          expect(judgeMessage({ ...facts, sha1: guid })).toMatchObject({
            status: 'intact',
            codes: [],
          });
        },
      ),
    );
  });

  test('has the size and the time of its record, and no other name', () => {
    const record = recordOf(message, { internalDateNs: 7n * second, sizeBytes: 700 });
    const right = { modifiedNs: 7n * second + 3n, sizeBytes: 700, linkCount: 1 };
    const by = (over: Partial<FileStat>): boolean =>
      isExpected(record, fileStat({ ...right, ...over }), 17, 'size');
    expect(by({})).toBe(true);
    expect(by({ sizeBytes: 701 })).toBe(false);
    expect(by({ modifiedNs: 8n * second })).toBe(false);
    expect(by({ linkCount: 2 })).toBe(false);
    expect(by({ kind: 'symlink' })).toBe(false);
  });

  test('need only be a file where existence is asked', () => {
    const record = recordOf(message);
    expect(isExpected(record, fileStat({ sizeBytes: 1, linkCount: 3 }), 17, 'exists')).toBe(true);
    expect(isExpected(record, fileStat({ kind: 'fifo' }), 17, 'exists')).toBe(false);
  });
});
