/** The program says what yargs says: the bundle has less of it (bin/lean-yargs.mjs), the sources have it whole. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseArgs } from '../../src/cli/args.ts';
import { commands } from '../../src/cli/commands.ts';
import { UsageError } from '../../src/model/errors.ts';
import { checkoutRoot } from '../support/checkout-copy.ts';
import { onTerminal, whyNoTerminal } from '../support/on-terminal.ts';
import { run } from '../support/run-cli.ts';

const { version } = JSON.parse(readFileSync(join(checkoutRoot, 'package.json'), 'utf8')) as {
  version: string;
};

async function saidByYargs(words: readonly string[], columns = 80): Promise<string> {
  try {
    const parsed = await parseArgs(words, version, columns);
    return 'text' in parsed ? parsed.text : '';
  } catch (error) {
    if (error instanceof UsageError) return `stagesweep: ${error.message}\n`;
    throw error;
  }
}

describe('the bundled program', () => {
  const asked = ['--help', ...commands.map(({ name }) => `${name} --help`)];
  // Where the option is not last, its text is not taken from a file: bin/stagesweep.js.
  const askedOtherwise = ['--help -V', ...commands.map(({ name }) => `--help ${name}`)];
  test.each([
    ...asked,
    '-h',
    'scan -h',
    ...askedOtherwise,
    '--version',
    'nosuch --help',
    '--help --help',
  ])('answers as yargs does: %s', async (line) => {
    const words = line.split(' ');
    const { stdout, stderr } = run(words);
    expect([stdout, stderr]).toEqual([await saidByYargs(words), '']);
  });

  test.each([
    'scan --nosuch',
    'scan --nosuch --none-such',
    'scan --jobs',
    'scan --config',
    'scan --walker quick',
    'scan --fail-on never --walker quick',
    'compare one',
    'compare one two three',
    'undo',
    'audit --retry 1',
  ])('refuses with the words of yargs: %s', async (line) => {
    const words = line.split(' ');
    const said = await saidByYargs(words);
    expect(said).toMatch(/^stagesweep: ./);
    expect(run(words).stderr).toBe(said);
  });

  test.skipIf(whyNoTerminal !== '')(`fills the width of a terminal${whyNoTerminal}`, async () => {
    const { output } = onTerminal(['check', '--help']);
    expect(output.replaceAll('\r\n', '\n')).toBe(await saidByYargs(['check', '--help'], 100));
  });
});
