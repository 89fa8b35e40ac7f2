/** --host: a report goes by the name that the inventory has for the machine. */
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { clean } from '../support/clean-run.ts';
import { crashedSpool } from '../support/crashed-spool.ts';
import { run } from '../support/run-cli.ts';
import { buildSpool, test } from '../support/spool.ts';

function hostOf(stdout: string): unknown {
  return (JSON.parse(stdout) as { host: unknown }).host;
}

describe('a report with --host', () => {
  test.for(['scan', 'audit', 'clean'])('of %s has that name', (command, { dir }) => {
    buildSpool(dir, { 'spool/sync./': '', 'spool/stage./': '' });
    const { stdout } = run([command, join(dir, 'spool'), '--json', '--host', 'mx07.example']);
    expect(hostOf(stdout)).toBe('mx07.example');
  });

  test('selects for a clean by the same name without a remark', ({ dir }) => {
    const spool = crashedSpool(dir);
    const file = join(dir, 'scan.json');
    run(['scan', '--offline', '--min-age', '0s', spool, '--json', '-o', file, '--host', 'mx07']);
    const remarks = (...more: string[]): boolean =>
      JSON.stringify(clean(dir, '--from', file, ...more).told).includes('is of host mx07');
    expect([remarks('--host', 'mx07'), remarks()]).toEqual([false, true]);
  });

  test.for(['', 'two words', 'tab\t', '#mx01'])('cannot have the name "%s"', (name, { dir }) => {
    buildSpool(dir, { 'spool/sync./': '' });
    expect(run(['scan', join(dir, 'spool'), '--host', name]).status).toBe(64);
  });
});

test('without it the machine has its own name', ({ dir }) => {
  buildSpool(dir, { 'spool/sync./': '', 'spool/stage./': '' });
  expect(hostOf(run(['scan', join(dir, 'spool'), '--json']).stdout)).toBe(hostname());
});
