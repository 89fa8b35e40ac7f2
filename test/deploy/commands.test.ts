/** Command lines in units and monitoring configurations are ones that the program takes. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parseArgs } from '../../src/cli/args.ts';
import { checkOrder } from '../../src/cli/check-settings.ts';
import { settingsOf } from '../../src/cli/settings.ts';

const deploy = fileURLToPath(new URL('../../deploy/', import.meta.url));
const around = {
  noColor: false,
  stdoutIsTerminal: false,
  stderrIsTerminal: false,
  columns: undefined,
  cores: 2,
};

/** Of each file the words after the program's path, line by line. */
function commandLines(): readonly (readonly [file: string, words: string])[] {
  return readdirSync(deploy, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(service|cfg|sudoers)$/.test(path))
    .sort()
    .flatMap((path) =>
      [
        ...readFileSync(join(deploy, path), 'utf8').matchAll(
          /^[^#\n]*\/usr\/local\/bin\/stagesweep (.*)$/gm,
        ),
      ].map(([, words = '']) => [path, words] as const),
    );
}

describe('a command line', () => {
  test.for(commandLines())('of %s is taken: %s', async ([, words]) => {
    const parsed = await parseArgs(words.split(' '), '0', 80);
    if (!('args' in parsed)) throw new Error('no command');
    expect(settingsOf(parsed.args, around).format).toBeDefined();
    expect(checkOrder(parsed.args)).toBeDefined();
  });

  test('is found in the unit, for NRPE and for sudo', () => {
    expect(commandLines().map(([file]) => file)).toEqual([
      'nagios/stagesweep.cfg',
      'nagios/stagesweep.sudoers',
      'systemd/stagesweep-check.service',
      'systemd/stagesweep-check.service',
    ]);
  });

  test('of sudo is to the letter the one of NRPE', () => {
    const [nrpe, sudo] = commandLines();
    expect(sudo?.[1]).toBe(nrpe?.[1]);
  });

  test('of the units judges the report that they wrote', async () => {
    const [first, second] = await Promise.all(
      commandLines()
        .filter(([file]) => file.startsWith('systemd/'))
        .map(([, words]) => parseArgs(words.split(' '), '0', 80)),
    );
    if (first === undefined || !('args' in first)) throw new Error('no first command');
    if (second === undefined || !('args' in second)) throw new Error('no second command');
    expect(second.args.from).toBe(first.args.output);
  });
});
