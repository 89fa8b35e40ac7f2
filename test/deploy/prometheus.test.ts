/** The alert rules, as Prometheus reads and evaluates them. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { metricNames } from '../../src/report/measure-report.ts';
import { neededPrograms } from '../support/needed-programs.ts';

const at = (leaf: string): string =>
  fileURLToPath(new URL(`../../deploy/prometheus/${leaf}`, import.meta.url));
const rules = readFileSync(at('stagesweep.rules.yml'), 'utf8');
const unitTests = readFileSync(at('stagesweep.rules.test.yml'), 'utf8');

const { missing, title } = neededPrograms('the alert rules in promtool', {
  promtool: 'prometheus',
});

describe.runIf(missing.length === 0)(title, () => {
  const promtool = (...args: string[]): { status: number | null; output: string } => {
    const { status, stdout, stderr } = spawnSync('promtool', args, { encoding: 'utf8' });
    return { status, output: stdout + stderr };
  };
  test('can be loaded', () => {
    const { status, output } = promtool('check', 'rules', at('stagesweep.rules.yml'));
    expect(status, output).toBe(0);
  });
  test('fire when they should, and only then', () => {
    const { status, output } = promtool('test', 'rules', at('stagesweep.rules.test.yml'));
    expect(status, output).toBe(0);
  });
});

describe('the alert rules', () => {
  test('name no metric that nobody writes', () => {
    const named = new Set([...rules.matchAll(/\bcyrus_\w+/g)].map(([name]) => name));
    expect(named.size).toBeGreaterThan(0);
    expect([...named].filter((name) => !metricNames.some((known) => known === name))).toEqual([]);
  });
  test('are each seen firing in a unit test', () => {
    const alerts = [...rules.matchAll(/alert: (\w+)/g)].map(([, name]) => name);
    const fired = new Set(
      [...unitTests.matchAll(/alertname: (\w+)\n\s+exp_alerts:\n/g)].map(([, name]) => name),
    );
    expect(alerts.filter((name) => !fired.has(name))).toEqual([]);
  });
  test('tell what to do about it', () => {
    const told = rules.match(/description:/g) ?? [];
    expect(told).toHaveLength((rules.match(/alert:/g) ?? []).length);
  });
});
