import { describe, expect, it } from 'vitest';
import { isPutOnRecordTime } from '../../src/decide/compare-times.ts';
import { composeMessage } from '../support/composed-message.ts';
import { fileStat } from '../support/file-stat.ts';
import { recordOf } from '../support/message-facts.ts';

const letter = composeMessage({ from: 'anna' });
const fineNs = 1_700_000_000_123_456_789n;
const wholeNs = 1_700_000_000_000_000_000n;
const compare = (minorVersion: number, internalDateNs: bigint, modifiedNs: bigint) =>
  isPutOnRecordTime(
    {
      record: recordOf(letter, {
        internalDateNs,
        timePrecisionNs: minorVersion < 20 ? 1_000_000_000n : 1n,
      }),
      minorVersion,
    },
    fileStat({ modifiedNs }),
  );

describe('the time of a file is its record’s', () => {
  it.each([
    ['in whole seconds up to version 19', 17, wholeNs, fineNs, true],
    ['to the nanosecond in version 20', 20, fineNs, fineNs, true],
    ['and not when only the second is right in version 20', 20, fineNs, fineNs + 1n, false],
    ['in whole seconds when the file is older than its version 20', 20, fineNs, wholeNs, true],
    ['and not a second later', 17, wholeNs, wholeNs + 1_000_000_000n, false],
    ['or nobody knows: 2.3.9 and older set no times', 9, wholeNs, fineNs, undefined],
    ['or nobody knows: the record has none', 17, 0n, fineNs, undefined],
  ])('%s', (_, minorVersion, internalDateNs, modifiedNs, expected) => {
    expect(compare(minorVersion, internalDateNs, modifiedNs)).toBe(expected);
  });
});
