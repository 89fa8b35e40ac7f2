/** docs/stagesweep.8 is what bin/make-man.mjs makes of the tables behind --help, and its readers accept it. */
import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { commands } from '../../src/cli/commands.ts';
import { exitStatuses } from '../../src/cli/exit-statuses.ts';
import { groups } from '../../src/cli/options.ts';
import { findingCodes } from '../../src/model/finding.ts';
import { explanationOf } from '../../src/report/explain.ts';
import { checkoutRoot } from '../support/checkout-copy.ts';
import { neededPrograms } from '../support/needed-programs.ts';

const page = join(checkoutRoot, 'docs/stagesweep.8');

const ask = (command: string, ...args: string[]): SpawnSyncReturns<string> =>
  spawnSync(command, args, {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], LC_ALL: 'C.UTF-8', MANWIDTH: '200' },
  });

/** Bold and underlined characters as terminals of old had them. */
const overstruck = new RegExp(`.${String.fromCharCode(8)}`, 'g');

test('the committed page is up to date (else: npm run man)', () => {
  const home = mkdtempSync(join(tmpdir(), 'stagesweep-man-'));
  try {
    const made = ask(process.execPath, join(checkoutRoot, 'bin/make-man.mjs'), join(home, 'page'));
    expect(made).toMatchObject({ status: 0, stderr: '' });
    expect(readFileSync(page, 'utf8')).toBe(readFileSync(join(home, 'page'), 'utf8'));
  } finally {
    rmSync(home, { recursive: true });
  }
});

test('the page has the usual sections in the usual order', () => {
  const sections = [...readFileSync(page, 'utf8').matchAll(/^\.Sh (.+)$/gm)].map(
    ([, name]) => name,
  );
  expect(sections).toEqual([
    ...['NAME', 'SYNOPSIS', 'DESCRIPTION', 'COMMANDS', 'OPTIONS', 'ENVIRONMENT', 'FILES'],
    ...['EXIT STATUS', 'EXAMPLES', 'DIAGNOSTICS', 'SEE ALSO', 'HISTORY', 'BUGS'],
    'SECURITY CONSIDERATIONS',
  ]);
});

const mandoc = neededPrograms('the manual in mandoc', { mandoc: 'mandoc' });
describe.skipIf(mandoc.missing.length > 0)(mandoc.title, () => {
  const shown = (): string =>
    ask('mandoc', '-Tascii', '-O', 'width=500', page).stdout.replace(overstruck, '');

  test('is free of warnings', () => {
    expect(ask('mandoc', '-Tlint', '-Wwarning', page)).toMatchObject({
      status: 0,
      stdout: '',
      stderr: '',
    });
  });
  test('tells every command and what it does', () => {
    const text = shown();
    const missing = commands.filter(
      ({ name, summary }) =>
        !new RegExp(`^ +(stagesweep )?\\[?${name}\\b`, 'm').test(text) ||
        !text.includes(summary.slice(1)),
    );
    expect(missing).toEqual([]);
  });
  test('tells every option with its description', () => {
    const text = shown().replace(/\s+/g, ' ');
    const missing = Object.values(groups)
      .flatMap((group) => Object.entries(group))
      .filter(
        ([name, { describe: description = '' }]) =>
          // It begins with a capital there.
          !new RegExp(`--(no-)?${name}\\b`).test(text) || !text.includes(description.slice(1)),
      );
    expect(missing.map(([name]) => name)).toEqual([]);
  });
  test('tells every finding code, what it means and what to do', () => {
    const text = shown().replace(/\s+/g, ' ');
    const missing = findingCodes.filter((code) => {
      const { means, todo } = explanationOf(code);
      return ![code, means, `What to do: ${todo}`].every((part) =>
        text.includes(part.replace(/\s+/g, ' ')),
      );
    });
    expect(missing).toEqual([]);
  });
  test('tells every exit status', () => {
    const text = shown();
    expect(exitStatuses.filter(([status]) => !new RegExp(`^ +${status} `, 'm').test(text))).toEqual(
      [],
    );
  });
});

const groff = neededPrograms('the manual in groff', { groff: 'groff-base', man: 'man-db' });
describe.skipIf(groff.missing.length > 0)(groff.title, () => {
  test('is free of warnings', () => {
    expect(ask('groff', '-ww', '-z', '-Tutf8', '-mandoc', page)).toMatchObject({
      status: 0,
      stdout: '',
      stderr: '',
    });
  });
  test('is shown by man without a complaint', () => {
    const { status, stdout, stderr } = ask('man', '--warnings=w', '--local-file', page);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^STAGESWEEP\(8\)/);
  });
  test('has lines that can be copied into a shell: hyphens and quotes are ASCII there', () => {
    const { stdout } = ask('groff', '-Tutf8', '-mandoc', '-P-cbou', page);
    expect(stdout).toContain('stagesweep clean --from scan.json --max-delete 500 --apply --yes');
    expect(stdout).toContain('source <(stagesweep completion bash)');
  });
});
