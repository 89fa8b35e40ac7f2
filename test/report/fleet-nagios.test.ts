import { expect, test } from 'vitest';
import { bytePath } from '../../src/model/byte-path.ts';
import type { Fleet } from '../../src/model/fleet.ts';
import type { Report } from '../../src/model/report.ts';
import { renderFleetNagios } from '../../src/report/fleet-nagios.ts';
import { aReport, aRow, spool } from '../support/report-builder.ts';

function performance(...reports: Report[]): string {
  const fleet: Fleet = {
    header: { version: 'test', mergedNs: 0n },
    hosts: reports.map(({ header, complete, totals, messages }) => ({
      ...header,
      kind: messages === undefined ? 'scan' : 'audit',
      file: bytePath(`${header.host}.jsonl`),
      complete,
      totals,
      findings: { critical: 0, warning: 0, info: 0 },
    })),
    missing: [],
    refused: [],
    reports: () => reports,
  };
  const options = { columns: 80, color: false, verbose: 0 };
  return [...renderFleetNagios(fleet, options)].join('').split('|')[1] ?? '';
}

const whole = aReport({ header: { host: 'mx1' }, stageFiles: [aRow()], totals: { orphans: 1 } });

test('the performance data of a fleet has the sums of all hosts', () => {
  expect(performance(whole, whole)).toContain('orphans=2;;;0 damaged=0;;;0 unseen=0;;;0');
});

test('the performance data of a fleet has no sum where a host could not read an area', () => {
  const findings = [{ code: 'unreadable', path: bytePath(`${spool}/sync.`) }] as const;
  const part = aReport({ header: { host: 'mx2' }, complete: false, findings });
  expect(performance(whole, part)).toBe('hosts=2;;;0 missing=0;;;0 refused=0;;;0\n');
});

test('the performance data of a fleet has no damage of audits that could not read a mailbox', () => {
  const messages = { checked: 9, intact: 9, damaged: 0, unverifiable: 0, unindexed: 0 };
  const findings = [{ code: 'unreadable', path: bytePath(`${spool}/user/glad`) }] as const;
  expect(performance(aReport({ messages }))).toContain('audit_damaged=0');
  expect(performance(aReport({ messages, findings, complete: false }))).not.toContain('damaged');
});
