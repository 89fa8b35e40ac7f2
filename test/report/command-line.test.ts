import fc from 'fast-check';
import { expect, test } from 'vitest';
import { commandLines, spoolArguments } from '../../src/report/command-line.ts';

test('a command is the same for the shell however it is broken, and fits', () => {
  const words = fc.array(fc.stringMatching(/^[a-z/.]{1,30}$/), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(words, fc.integer({ min: 50, max: 90 }), (command, columns) => {
      const lines = commandLines(command, columns, '    ') ?? [];
      expect(lines.filter((line) => line.length > columns)).toEqual([]);
      expect(lines.join('\n').replaceAll('\\\n', '').trim().split(/ +/)).toEqual(command);
    }),
  );
});

test('a word that is longer than a line makes no command at all', () => {
  expect(commandLines(['stagesweep', 'x'.repeat(80)], 80, '')).toBeUndefined();
});

test('what only says how to print or how fast to work is left out', () => {
  const command = [
    '/usr/bin/stagesweep',
    'scan',
    '--format=csv',
    '-ox',
    '-vv',
    '--jobs',
    '4',
    'default',
  ];
  expect(spoolArguments(command)).toEqual(['default']);
});

test('the arguments of another command mean something else', () => {
  expect(spoolArguments(['clean', 'default'])).toBeUndefined();
});
