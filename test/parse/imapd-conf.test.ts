import { describe, expect, test } from 'vitest';
import { parseImapdConf } from '../../src/parse/imapd-conf.ts';

function valuesOf(text: string): string[][] {
  return parseImapdConf(text, 'imapd.conf').map(({ key, value }) => [key, value]);
}

describe('an imapd.conf', () => {
  test('has one directive a line, with the line it stands on', () => {
    expect(parseImapdConf('# first\n\nFoo_Bar-1: baz\n', '/etc/imapd.conf')).toEqual([
      { key: 'foo_bar-1', value: 'baz', file: '/etc/imapd.conf', line: 3 },
    ]);
  });

  test('keeps the blanks that begin a continued line', () => {
    expect(valuesOf('a: /b\\\n  c\n')).toEqual([['a', '/b  c']]);
  });

  test('counts a continued directive from its first line', () => {
    const found = parseImapdConf('a: 1\\\n2\\\n3\nb: 4\n', 'f');
    expect(found.map(({ key, line }) => [key, line])).toEqual([
      ['a', 1],
      ['b', 4],
    ]);
  });

  test('loses the line after a comment that ends in a backslash', () => {
    expect(valuesOf('# note \\\na: 1\nb: 2\n')).toEqual([['b', '2']]);
  });

  test('does not continue a line that ends in a backslash and a carriage return', () => {
    expect(valuesOf('a: /x\\\r\nb: 2\r\n')).toEqual([
      ['a', '/x\\'],
      ['b', '2'],
    ]);
  });

  test('gives an include to the caller, in lower case and in its place', () => {
    expect(valuesOf('a: 1\n@Include: /etc/more.conf \nb: 2\n')).toEqual([
      ['a', '1'],
      ['@include', '/etc/more.conf'],
      ['b', '2'],
    ]);
  });

  test('keeps a byte 0xA0 at the end of a value, which is no blank to Cyrus', () => {
    expect(valuesOf('a: /\xc3\xa0\n')).toEqual([['a', '/\xc3\xa0']]);
  });

  test.each([
    ['an empty value', 'a: 1\nb:  \n', /f:2: b has no value/],
    ['a key with a blank', 'a b: 1\n', /f:1: no option name/],
    ['an unknown directive', '\n@exclude: x\n', /f:2: @exclude is no directive/],
  ])('is refused with file and line for %s', (_, text, message) => {
    expect(() => parseImapdConf(text, 'f')).toThrow(message);
  });
});
