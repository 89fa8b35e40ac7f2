/** Progress: on a terminal, and nowhere else. */
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { crashedSpool } from '../support/crashed-spool.ts';
import { onTerminal, whyNoTerminal } from '../support/on-terminal.ts';
import { run } from '../support/run-cli.ts';
import { test } from '../support/spool.ts';

const offline = ['--offline', '--min-age', '0s'];
/** What stands beside the spinner when each begins. */
const works: readonly (readonly [string, readonly string[], string])[] = [
  ['scan', ['scan', ...offline], 'reading the stage areas'],
  ['audit', ['audit', '--offline'], 'looking for mailboxes'],
  ['check', ['check', ...offline], 'reading the stage areas'],
  ['manifest', ['manifest'], 'listing mailboxes'],
  ['clean', ['clean', ...offline], 'reading the stage areas'],
];

describe.skipIf(whyNoTerminal !== '')(`on a terminal${whyNoTerminal}`, () => {
  test.for(works)('%s says what it does', ([, words, text], { dir }) => {
    const { output } = onTerminal([...words, crashedSpool(dir)]);
    expect(output).toContain(text);
  });

  test('clean --apply counts its steps', ({ dir }) => {
    const { output } = onTerminal([
      ...['clean', ...offline, '--apply', '--yes'],
      crashedSpool(dir),
    ]);
    expect(output).toContain('beginning');
    expect(output).toContain('1 unlinked, 3 moved to quarantine');
  });

  test('the spinner is gone when the report comes', ({ dir }) => {
    const { output } = onTerminal(['scan', ...offline, crashedSpool(dir)]);
    const erased = output.lastIndexOf('\x1b[0K');
    expect(erased).toBeGreaterThan(0);
    expect(output.indexOf('orphan')).toBeGreaterThan(erased);
  });

  test('--no-progress and --quiet keep it away', ({ dir }) => {
    const spool = crashedSpool(dir);
    for (const option of ['--no-progress', '--quiet']) {
      const { output } = onTerminal(['scan', ...offline, option, spool]);
      expect(output).not.toContain('reading the stage areas');
    }
  });
});

test.for(works)('elsewhere %s says nothing on standard error', ([, words], { dir }) => {
  crashedSpool(dir);
  expect(run([...words, join(dir, 'spool')]).stderr).toBe('');
});
