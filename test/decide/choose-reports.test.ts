import { describe, expect, test } from 'vitest';
import { chooseReports } from '../../src/decide/choose-reports.ts';
import { matchHosts } from '../../src/decide/match-hosts.ts';
import { bytePath } from '../../src/model/byte-path.ts';
import type { FleetHost } from '../../src/model/fleet.ts';
import { emptyReport } from '../support/empty-report.ts';

const second = 1_000_000_000n;
const hour = 3_600n * second;
const nowNs = 1000n * hour;

function report(host: string, changes: Partial<FleetHost> = {}): FleetHost {
  const { startedNs = nowNs - hour } = changes;
  return {
    host,
    kind: 'scan',
    file: bytePath(`${host}-${startedNs / hour}.jsonl`),
    startedNs,
    finishedNs: startedNs + second,
    complete: true,
    totals: emptyReport().totals,
    findings: { info: 0, warning: 0, critical: 0 },
    ...changes,
  };
}

describe('of the reports of one host', () => {
  test('the newest complete one is taken, and the others are told', () => {
    const old = report('mx1', { startedNs: nowNs - 50n * hour });
    const newer = report('mx1');
    const { hosts, missing } = chooseReports([newer, old], {});
    expect(hosts).toEqual([{ ...newer, note: '1 older report left out' }]);
    expect(missing).toEqual([]);
  });
  test('a newer incomplete one does not hide the complete one, and is named', () => {
    const whole = report('mx1', { startedNs: nowNs - 50n * hour });
    const half = report('mx1', { complete: false });
    const { hosts, missing } = chooseReports([half, whole], {});
    expect(hosts).toEqual([{ ...whole, note: `a newer report, ${half.file}, is incomplete` }]);
    expect(missing).toEqual([]);
  });
  test('only incomplete ones are a failure of the host', () => {
    const { hosts, missing } = chooseReports([report('mx1', { complete: false })], {});
    expect(hosts).toHaveLength(1);
    expect(missing).toEqual([{ host: 'mx1', why: 'only an incomplete report (scan)' }]);
  });
  test('a scan and an audit do not take the place of each other', () => {
    const { hosts } = chooseReports([report('mx1', { kind: 'audit' }), report('mx1')], {});
    expect(hosts.map(({ kind }) => kind)).toEqual(['scan', 'audit']);
  });
  test('one that is too old is as good as none', () => {
    const age = { nowNs, maxSeconds: 26 * 3600 };
    const { missing } = chooseReports([report('mx1', { startedNs: nowNs - 48n * hour })], { age });
    expect(missing).toEqual([{ host: 'mx1', why: expect.stringMatching(/old/) as string }]);
  });
  test('capitals and a dot at the end make no other host', () => {
    const { hosts } = chooseReports([report('MX1.Example.org'), report('mx1.example.org.')], {});
    expect(hosts).toHaveLength(1);
  });
});

describe('a host that was expected', () => {
  test('and sent nothing is missing by its name', () => {
    const { missing } = chooseReports([report('mx1')], { expected: ['mx1', 'mx2'] });
    expect(missing).toEqual([{ host: 'mx2', why: 'sent no report' }]);
  });
  test('by its short name has sent the report with its full one', () => {
    const { hosts, missing } = chooseReports([report('mx1.example.org')], { expected: ['mx1'] });
    expect([hosts[0]?.note, missing]).toEqual(['expected as mx1', []]);
  });
  test('is missing when its short name fits two hosts: one must not answer for the other', () => {
    const reports = [report('mx1.a.example'), report('mx1.b.example')];
    const { missing } = chooseReports(reports, { expected: ['mx1'] });
    expect(missing).toEqual([
      { host: 'mx1', why: expect.stringContaining('is not certain') as string },
    ]);
  });
  test('is missing when two that begin alike were expected, and one of them answered', () => {
    const matches = matchHosts(['mx1.a.example', 'mx1.b.example'], new Set(['mx1']));
    expect(matches.map(({ host }) => host)).toEqual([undefined, undefined]);
  });
  test('leaves a host that was not expected in the report, with a note', () => {
    const { hosts, missing } = chooseReports([report('mx1'), report('mx9')], { expected: ['mx1'] });
    expect(hosts[1]?.note).toBe('this host was not expected');
    expect(missing).toEqual([]);
  });
});
