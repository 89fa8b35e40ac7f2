import fc from 'fast-check';
import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { asBytes, bytePath } from '../../src/model/byte-path.ts';
import { printable, quote, quoteMailbox, shellQuote } from '../../src/report/quote.ts';
import { unquote } from '../support/unquote.ts';

const anyBytes = fc
  .uint8Array({ minLength: 1, maxLength: 40 })
  .map((raw) => asBytes(Buffer.from(raw).toString('latin1')));
const anyName = fc.oneof(anyBytes, fc.string({ unit: 'binary', maxLength: 20 }).map(bytePath));

describe('quote', () => {
  test.each([
    [
      'an ordinary path',
      bytePath('/var/spool/imap/sync./29594/65.'),
      '/var/spool/imap/sync./29594/65.',
    ],
    ['letters of other scripts', bytePath('Entwürfe/下書き'), 'Entwürfe/下書き'],
    ['a newline', bytePath('a\nb'), 'a\\x0ab'],
    ['an escape sequence', bytePath('\x1b[2J'), '\\x1b[2J'],
    ['DEL', bytePath('a\x7f'), 'a\\x7f'],
    ['a C1 control, which begins a sequence too', bytePath('\u009b2J'), '\\u{9b}2J'],
    ['a byte that is no UTF-8', asBytes('a\xffb'), 'a\\xffb'],
    ['an overlong slash', asBytes('\xc0\xaf'), '\\xc0\\xaf'],
    ['half a character', asBytes('\xe4\xb8'), '\\xe4\\xb8'],
    ['a surrogate in UTF-8', asBytes('\xed\xa0\x80'), '\\xed\\xa0\\x80'],
    ['a right-to-left override', bytePath('a\u202egpj.'), 'a\\u{202e}gpj.'],
    ['a zero-width space', bytePath('a\u200bb'), 'a\\u{200b}b'],
    ['a line separator', bytePath('a\u2028b'), 'a\\u{2028}b'],
    ['a combining mark, which could be piled up', bytePath('e\u0301'), 'e\\u{301}'],
    ['a filler that is drawn as nothing', bytePath('a\u3164'), 'a\\u{3164}'],
    ['a backslash, so that no name looks escaped', bytePath('a\\x0a'), 'a\\\\x0a'],
    ['a single space inside', bytePath('Sent Items'), 'Sent Items'],
    ['spaces that could pass for columns', bytePath(' a  b '), '\\x20a\\x20 b\\x20'],
  ])('%s', (_what, path, expected) => {
    expect(quote(path)).toBe(expected);
  });

  test('two names never print alike: the bytes can be had back', () => {
    fc.assert(fc.property(anyName, (name) => unquote(quote(name)) === name));
  });

  test('nothing but visible characters and single spaces comes out', () => {
    fc.assert(
      fc.property(anyName, (name) => /^(?:[\p{L}\p{N}\p{P}\p{S}]| (?=[^ ]))*$/u.test(quote(name))),
    );
  });
});

test('a mailbox name is bytes', () => {
  expect(quoteMailbox('user.m\xc3\xbcller\x1b')).toBe('user.müller\\x1b');
});

test('text of our own keeps its spaces and loses what a stranger put into it', () => {
  expect(printable('pid 1 is evil\x1b]0;\u202e  C:\\x')).toBe(
    'pid 1 is evil\\x1b]0;\\u{202e}  C:\\x',
  );
});

describe('shellQuote', () => {
  test.each([
    ['a plain path stays bare', '/var/spool/imap', '/var/spool/imap'],
    ['a space needs quotes', 'Sent Items', "'Sent Items'"],
    ['a quote is closed around', "it's", "'it'\\''s'"],
    ['a home directory is not expanded', '~', "'~'"],
    ['nothing is a word', '', "''"],
    ['a newline is written as its byte', 'a\nb', "$'a\\x0ab'"],
  ])('%s', (_what, word, expected) => {
    expect(shellQuote(bytePath(word))).toBe(expected);
  });

  test('bash reads back every name as it was, and the text itself is harmless', () => {
    const names = fc.sample(anyName, 200).filter((name) => !name.includes('\0') && name !== '');
    const script = names.map((name) => `printf '%s\\0' ${shellQuote(name)}`).join('\n');
    const read = execFileSync('bash', ['-c', script], { encoding: 'latin1' });
    expect(read.split('\0').slice(0, -1)).toEqual(names);
    // eslint-disable-next-line no-control-regex -- controls are what must not be there
    expect(names.map(shellQuote).filter((word) => /[\x00-\x1f\x7f]/.test(word))).toEqual([]);
  });
});
