/** The snippets for Icinga 2 and sudo, as those programs read them. */
import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect } from 'vitest';
import { parseArgs } from '../../src/cli/args.ts';
import { neededPrograms } from '../support/needed-programs.ts';
import { test } from '../support/spool.ts';

const at = (leaf: string): string =>
  fileURLToPath(new URL(`../../deploy/nagios/${leaf}`, import.meta.url));
const snippet = readFileSync(at('stagesweep.conf'), 'utf8');

test('every argument for Icinga is an option of check', async () => {
  const options = [...snippet.matchAll(/"(--[\w-]+)" = \{/g)].map(([, name = '']) => name);
  expect(options).toHaveLength(4);
  const words = options.flatMap((name) => [name, '26h']);
  expect(await parseArgs(['check', ...words], '0', 80)).toHaveProperty('args');
});

const icinga = neededPrograms('Icinga 2 takes the check command', { icinga2: 'icinga2-bin' });
describe.runIf(icinga.missing.length === 0)(icinga.title, () => {
  const validate = (dir: string, text: string): { status: number | null; stdout: string } => {
    // It reads as the user nagios.
    chmodSync(dir, 0o755);
    const main = join(dir, 'main.conf');
    writeFileSync(join(dir, 'stagesweep.conf'), text);
    writeFileSync(
      main,
      [
        'include <itl>',
        'object Endpoint "mx01" {}',
        'object Zone "mx01" { endpoints = [ "mx01" ] }',
        'object Host "mx01" { check_command = "dummy"; vars.stagesweep = true; zone = "mx01" }',
        'include "stagesweep.conf"',
      ].join('\n'),
    );
    return spawnSync('icinga2', ['daemon', '-C', '-c', main], { encoding: 'utf8' });
  };
  test('as it is', ({ dir }) => {
    const { status, stdout } = validate(dir, snippet);
    expect(status, stdout).toBe(0);
    expect(stdout).toMatch(/Instantiated 1 Service\./);
  });
  test('and not with a command that nobody defined', ({ dir }) => {
    const renamed = snippet.replace('CheckCommand "stagesweep"', 'CheckCommand "other"');
    const { status, stdout } = validate(dir, renamed);
    expect(stdout).toContain("'stagesweep' of type 'CheckCommand' does not exist");
    expect(status).toBe(1);
  });
});

const sudo = neededPrograms('sudo takes the rule', { visudo: 'sudo' });
describe.runIf(sudo.missing.length === 0)(sudo.title, () => {
  test('as it is', () => {
    const { status, stderr } = spawnSync('visudo', ['-cf', at('stagesweep.sudoers')], {
      encoding: 'utf8',
      env: { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin` },
    });
    expect(status, stderr).toBe(0);
  });
});
