import { describe, expect, test } from 'vitest';
import { asBytes } from '../../src/model/byte-path.ts';
import { messageComponents, sequenceOf } from '../../src/steps/vet-journal.ts';

const root = asBytes('/spool');

describe('the place of a message in a journal (safety.md 2)', () => {
  test('is a number with a dot in a mailbox below the root', () => {
    expect(messageComponents(asBytes('/spool/user/glad/71229.'), root)).toEqual([
      'user',
      'glad',
      '71229.',
    ]);
  });
  for (const path of [
    '/spool/user/../../etc/1.',
    '/spool/user/./1.',
    '/spool/user//1.',
    '/spool2/user/1.',
    '/etc/1.',
    '/spool/1.',
    '/spool',
    '/spool/user/glad/cyrus.index',
    '/spool/user/glad/1',
    '/spool/sync./4711/1.',
    '/spool/stagesweep./run/1.',
  ]) {
    test(`is not ${path}`, () => {
      expect(messageComponents(asBytes(path), root)).toBeUndefined();
    });
  }
});

describe('a name in the quarantine', () => {
  test('begins with the number of its step', () => {
    expect(sequenceOf(asBytes('12-0badcafe'))).toBe(12);
  });
  for (const leaf of [
    '012-0badcafe',
    '12-0BADCAFE',
    '12-0badcaf',
    'journal.jsonl',
    '-1-0badcafe',
  ]) {
    test(`is not ${leaf}`, () => {
      expect(sequenceOf(asBytes(leaf))).toBeUndefined();
    });
  }
});
