import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { bytePath } from '../../src/model/byte-path.ts';
import type { Report } from '../../src/model/report.ts';
import { measurementsOf, metricNames } from '../../src/report/measure-report.ts';
import { familyText, metricFamilies, renderPrometheus } from '../../src/report/prometheus.ts';
import { aMailboxSurvey, aQuarantineSurvey } from '../support/check-surveys.ts';
import { neededPrograms } from '../support/needed-programs.ts';
import { aReport, aRow } from '../support/report-builder.ts';

const rendered = (report: Report): string =>
  [...renderPrometheus(report, { columns: 80, color: false, verbose: 0 })].join('');

const messages = { checked: 9, intact: 7, damaged: 1, unverifiable: 1, unindexed: 2 };
const everything = aReport({
  stageFiles: [aRow()],
  surveys: { mailboxes: aMailboxSurvey(), quarantines: aQuarantineSurvey(), messages },
});

describe('metrics', () => {
  test('are told once each, however many hosts have them', () => {
    const families = metricFamilies(
      ['mx1', 'mx2'].map((host) => ({
        labels: { host },
        measurements: measurementsOf(everything),
      })),
    );
    const text = families.flatMap((family) => [...familyText(family)]).join('');
    for (const name of metricNames) {
      expect(text.split(`# TYPE ${name} gauge\n`)).toHaveLength(2);
      expect(text.split(`# HELP ${name} `)).toHaveLength(2);
    }
    expect(text).toContain('cyrus_stage_orphans{host="mx2",partition="default",area="sync"} 1\n');
  });

  test('have neither timestamps nor names of users or paths', () => {
    const report = aReport({
      roots: [
        {
          partition: '/home/fred/mail',
          kind: 'data',
          path: bytePath('/home/fred/mail'),
          dev: 1n,
          ino: 2n,
          filesystem: 'ext4',
        },
      ],
    });
    const lines = rendered(report)
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    for (const line of lines) expect(line).toMatch(/^[a-z_]+(?:\{[^{}]*\})? -?\d+(?:\.\d+)?$/);
    expect(lines.join('')).not.toMatch(/fred|\//);
  });

  test('are no totals: all of them go down again', () => {
    expect(metricNames.filter((name) => name.endsWith('_total'))).toEqual([]);
  });

  test('escape what a label may not hold', () => {
    const labels = { partition: 'a"b\\c\nd' };
    const family = {
      name: 'cyrus_stage_orphans',
      help: 'x',
      samples: [{ labels, value: 1 }],
    } as const;
    expect([...familyText(family)].at(-1)).toBe(
      'cyrus_stage_orphans{partition="a\\"b\\\\c\\nd"} 1\n',
    );
  });
});

const { missing, title } = neededPrograms('what promtool says of the metrics', {
  promtool: 'prometheus',
});
describe.skipIf(missing.length > 0)(title, () => {
  const judged = (text: string): { status: number | null; said: string } => {
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], {
      input: text,
      encoding: 'utf8',
    });
    return { status, said: stdout + stderr };
  };

  test.each([
    ['a check', everything],
    ['a scan', aReport({ stageFiles: [aRow()] })],
    ['an audit', aReport({ messages })],
    ['a scan that could read nothing', aReport({ roots: [], complete: false })],
  ])('nothing against %s', (_, report) => {
    expect(judged(rendered(report))).toEqual({ status: 0, said: '' });
  });

  test('something against a metric that is told twice', () => {
    expect(judged(rendered(everything) + rendered(everything)).status).not.toBe(0);
  });
});
