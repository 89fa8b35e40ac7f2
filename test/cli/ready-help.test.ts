import { readdirSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseArgs } from '../../src/cli/args.ts';
import { commands } from '../../src/cli/commands.ts';
import { readyHelp, readyHelpFile, readyWidths } from '../../src/cli/ready-help.ts';
import { checkoutRoot } from '../support/checkout-copy.ts';

const directory = pathToFileURL(join(checkoutRoot, 'dist/program/help/'));
const names = [undefined, ...commands.map(({ name }) => name)];

describe('ready-made help', () => {
  test('is there for every command in every width that is promised, and nothing else is', () => {
    const files = names.flatMap((name) => readyWidths.map((width) => readyHelpFile(name, width)));
    expect(readdirSync(fileURLToPath(directory)).sort()).toEqual(files.sort());
  });

  test.each(readyWidths)('is what yargs says in %i columns', async (width) => {
    for (const name of names) {
      const words = name === undefined ? ['-h'] : [name, '-h'];
      const parsed = await parseArgs(words, '', width);
      expect({ text: readyHelp(directory, words, width) }).toEqual(parsed);
    }
  });

  test('of a wide terminal is as wide as lines are read well', () => {
    expect(readyHelp(directory, ['--help'], 250)).toBe(readyHelp(directory, ['--help'], 100));
  });

  test.each([
    [['scan', '--help'], 90],
    [['scan', '/spool', '--help'], 80],
    [['nosuch', '--help'], 80],
    [['../scan', '--help'], 80],
    [['--help', 'scan'], 80],
    [[], 80],
  ])('is not there for %j in %i columns', (words, columns) => {
    expect(readyHelp(directory, words, columns)).toBeUndefined();
  });
});
