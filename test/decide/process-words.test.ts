import { expect, it } from 'vitest';
import { printable, programOf, spanOf } from '../../src/decide/process-words.ts';
import { closedProcess, day, hour, second } from '../support/process-facts.ts';

it.each([
  [0n, '0 seconds'],
  [second, '1 second'],
  [59n * second, '59 seconds'],
  [hour - 1n, '59 minutes'],
  [day, '1 day'],
  [400n * day, '400 days'],
])('a span of %d ns is %s', (nanoseconds, words) => {
  expect(spanOf(nanoseconds)).toBe(words);
});

it('a program named to send a terminal escape cannot', () => {
  expect(printable('a\x1b[2J\n\xff')).toBe('a?[2J??');
});

it('a program that cannot be read is called what the kernel calls it', () => {
  expect(programOf(closedProcess(5, { comm: 'imapd' }))).toBe('imapd');
});
