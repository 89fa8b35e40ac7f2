import { describe, expect, test } from 'vitest';
import { commandOf } from '../../src/cli/command-of.ts';

describe('the command of a line', () => {
  test.each([
    ['check', 'check'],
    ['check --bogus', 'check'],
    ['-C /etc/imapd.conf check', 'check'],
    ['--config /etc/imapd.conf --offline check -v', 'check'],
    ['--config=/etc/imapd.conf check', 'check'],
    ['--warn-orphans 5 check', 'check'],
    ['-v -q check', 'check'],
    ['audit --check size', 'audit'],
    ['scan check', 'scan'],
    ['-C check', undefined],
    ['/var/spool/imap check', undefined],
    ['--check', undefined],
    ['', undefined],
  ])('%s is of %s', (line, command) => {
    expect(commandOf(line === '' ? [] : line.split(' '))).toBe(command);
  });
});
