/** Perl's Monitoring::Plugin, which plugins and graphing tools of mail sites are written with, as the judge. */
import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isAlert } from '../../src/model/check.ts';
import { judgeCheck } from '../../src/decide/judge-check.ts';
import { parseAlertRange } from '../../src/parse/alert-range.ts';
import { renderNagios } from '../../src/report/nagios.ts';
import { aMailboxSurvey, aQuarantineSurvey } from '../support/check-surveys.ts';
import { neededPerlModule } from '../support/needed-perl-module.ts';
import { aReport, aRow } from '../support/report-builder.ts';

function perl(program: string, input: string): string[] {
  const { stdout, stderr, status } = spawnSync(
    'perl',
    ['-MMonitoring::Plugin::Performance', '-MMonitoring::Plugin::Range', '-ne', program],
    { input, encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(stderr);
  return stdout.split('\n').slice(0, -1);
}

const { isMissing, title } = neededPerlModule(
  'what Monitoring::Plugin reads',
  'Monitoring::Plugin::Performance',
  'libmonitoring-plugin-perl',
);
describe.skipIf(isMissing)(title, () => {
  test('is every item with its number, unit and thresholds', () => {
    const report = aReport({
      stageFiles: [aRow({ ageSeconds: 9000 })],
      surveys: { mailboxes: aMailboxSurvey(), quarantines: aQuarantineSurvey() },
    });
    const critical = parseAlertRange('7d', '--crit-age', 'seconds');
    const warning = parseAlertRange('10:', '--warn-mailboxes', 'count');
    const thresholds = { age: { critical }, mailboxes: { warning } };
    const check = judgeCheck({ report, doubts: [] }, { thresholds });
    const output = [
      ...renderNagios({ ...report, check }, { columns: 80, color: false, verbose: 0 }),
    ];
    const [, performance = ''] = output.join('').split('|');
    const read = perl(
      'for (Monitoring::Plugin::Performance->parse_perfstring($_)) {' +
        ' printf "%s %s%s %s %s\\n", $_->label, $_->value, $_->uom, $_->warning // "", $_->critical // "" }',
      performance,
    );
    expect(read).toHaveLength(check.items.length);
    expect(read).toContain('orphans 1 0 ');
    expect(read).toContain('age 9000s  604800');
    expect(read).toContain('bytes 935B  ');
    expect(read).toContain('mailboxes 1000 10: ');
  });

  test('of a range is what we read of it, for any value', () => {
    const end = fc.integer({ min: -50, max: 50 });
    const text = fc
      .tuple(fc.constantFrom('', '@'), fc.constantFrom('a', 'a:', '~:a', 'a:b'), end, end)
      .map(([sign, form, a, b]) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        // "0 to a" needs an end that is not below 0.
        const first = form === 'a' ? Math.abs(a) : low;
        return sign + form.replace('a', String(first)).replace('b', String(high));
      });
    const cases = fc.sample(fc.tuple(text, fc.integer({ min: -60, max: 60 })), {
      numRuns: 2000,
      seed: 5,
    });
    const theirs = perl(
      'my ($range, $value) = split; my $one = Monitoring::Plugin::Range->parse_range_string($range);' +
        ' print defined $one ? $one->check_range($value) ? "alert" : "calm" : "no range", "\\n"',
      cases.map(([range, value]) => `${range} ${value}\n`).join(''),
    );
    const ours = cases.map(([range, value]) =>
      isAlert(value, parseAlertRange(range, '--warn-x', 'count')) ? 'alert' : 'calm',
    );
    expect(cases.filter((_, at) => ours[at] !== theirs[at])).toEqual([]);
  });
});
