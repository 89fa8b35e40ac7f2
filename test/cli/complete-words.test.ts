import { describe, expect, test } from 'vitest';
import { commands } from '../../src/cli/commands.ts';
import { completeWords } from '../../src/cli/complete-words.ts';
import { findingCodes } from '../../src/model/finding.ts';

/** What is offered after `stagesweep LINE`; a blank at the end begins a new word. */
const offered = (line: string): string[] => completeWords(line.split(' ')).map(({ word }) => word);

describe('a shell is offered', () => {
  test('every command first', () => {
    expect(offered('')).toEqual(commands.map(({ name }) => name));
  });
  test('the commands that begin as typed', () => {
    expect(offered('co')).toEqual(['compare', 'completion']);
  });
  test('the commands after an option and its value', () => {
    expect(offered('-C imapd.conf sc')).toEqual(['scan']);
  });
  test('the options of the command', () => {
    expect(offered('purge --ev')).toEqual(['--evidence']);
    expect(offered('scan --ev')).toEqual([]);
  });
  test('the options of scan where no command is named', () => {
    expect(offered('--whole')).toEqual(['--whole-filesystem']);
    expect(offered('/srv/spool --whole')).toEqual(['--whole-filesystem']);
  });
  test('the negation of what is on by itself', () => {
    expect(offered('scan --no-')).toEqual(['--no-color', '--no-progress']);
    expect(offered('scan --col')).toEqual([]);
  });
  test('an option once, unless it is repeatable', () => {
    expect(offered('scan --offline --offl')).toEqual([]);
    expect(offered('scan --config a --conf')).toEqual(['--config']);
    expect(offered('clean -y --ye')).toEqual([]);
  });
  test('the values of an option with choices, in each way to type them', () => {
    const levels = ['exists', 'size', 'digest'];
    expect(offered('audit --check ')).toEqual(levels);
    expect(offered('audit --check=')).toEqual(levels);
    expect(offered('audit --check = ')).toEqual(levels);
    expect(offered('audit --check = d')).toEqual(['digest']);
    expect(offered('audit --check=d')).toEqual(['digest']);
  });
  test('only the formats that the command writes', () => {
    expect(offered('scan --format h')).toEqual(['html']);
    expect(offered('clean --format h')).toEqual([]);
  });
  test('the finding codes after explain', () => {
    expect(offered('explain ')).toEqual(expect.arrayContaining([...findingCodes]));
    expect(offered('explain message-g')).toEqual(['message-guid-mismatch']);
    expect(offered('explain last-name ')).toEqual([]);
  });
  test('the shells after completion', () => {
    expect(offered('completion ')).toEqual(['bash', 'zsh', 'fish']);
  });
  test('a description where there is one', () => {
    const [offer] = completeWords(['dem']);
    expect(offer).toEqual({
      word: 'demo',
      description: commands.find(({ name }) => name === 'demo')?.summary,
    });
  });
});

describe('file names are left to the shell', () => {
  test.each([
    ['after a command that takes files', 'compare '],
    ['after the first of two', 'compare master.jsonl '],
    ['as the value of an option', 'scan -C '],
    ['as the value of an option that has the name of a command', 'scan --output clean'],
    ['after an option of two values', 'compare a b --retry c '],
    ['after --', 'scan -- --of'],
    ['beyond a path', '/srv/spool '],
    ['after = ', 'scan --output = '],
  ])('%s', (_where, line) => {
    expect(offered(line)).toEqual([]);
  });
});
