import { describe, expect, test } from 'vitest';
import {
  parseAppendName,
  parsePid,
  parseSyncCacheName,
  parseSyncName,
} from '../../src/parse/stage-name.ts';

describe('names below stage.', () => {
  test('a name of 2.2.4 to 3.8 is pid-epoch-n', () => {
    expect(parseAppendName('10014-1214461933-0')).toEqual({
      grammar: 'stage-epoch-n',
      ownerPid: 10014,
    });
  });
  test('a name of before 2.2.4 has a plausible time as its second number', () => {
    expect(parseAppendName('812-946684800')?.grammar).toBe('stage-epoch');
  });
  test('a name of 3.10 and later has a counter, which starts at 0', () => {
    expect(parseAppendName('812-0')?.grammar).toBe('stage-counter');
  });
  test('the first second that counts as a time is 1995-01-01', () => {
    expect(parseAppendName('5-788918400')?.grammar).toBe('stage-epoch');
    expect(parseAppendName('5-788918399')?.grammar).toBe('stage-counter');
  });
  test('a clock before 1970 gave a negative time, which only pid-epoch-n can carry', () => {
    expect(parseAppendName('5--100-0')?.grammar).toBe('stage-epoch-n');
    expect(parseAppendName('5--100')).toBeUndefined();
  });
  test.each(['', '-', '5-', '-5', '5-6-7-8', 'a-1', '5-1x', ' 5-1', '5-1 ', '0-1', '5-1\n', '٥-1'])(
    'nothing else is a stage file: %j',
    (leaf) => {
      expect(parseAppendName(leaf)).toBeUndefined();
    },
  );
});

describe('names below sync./<pid>', () => {
  test('a name of 2.3 is a number with a dot', () => {
    expect(parseSyncName('65.')).toEqual({ grammar: 'sync-2.3' });
  });
  test('a name of 2.4 and later is a SHA-1 in lower case', () => {
    expect(parseSyncName('da39a3ee5e6b4b0d3255bfef95601890afd80709')?.grammar).toBe('sync-2.4');
    expect(parseSyncName('DA39A3EE5E6B4B0D3255BFEF95601890AFD80709')).toBeUndefined();
  });
  test.each(['65', '.', '65..', 'x65.', 'da39a3', '65.\n'])('nothing else is: %j', (leaf) => {
    expect(parseSyncName(leaf)).toBeUndefined();
  });
});

describe('names below sync.', () => {
  test('a cache of 2.3 is named for its owner', () => {
    expect(parseSyncCacheName('4711.cache')).toEqual({ grammar: 'sync-cache', ownerPid: 4711 });
    expect(parseSyncCacheName('x.cache')).toBeUndefined();
  });
  test('locks is no pid, and neither is 0, what no kernel gives, or what no printf(3) would write', () => {
    const none = ['locks', '0', '0088', '4294967296', '99999999999', '4711x', ''];
    expect(none.map(parsePid)).toEqual(none.map(() => undefined));
    expect(parsePid('2147483647')).toBe(2147483647);
  });
});
