import { describe, expect, test } from 'vitest';
import { exitStatus } from '../../src/decide/exit-status.ts';
import { evidenceWeigher } from '../../src/decide/weigh-evidence.ts';
import { bytePath } from '../../src/model/byte-path.ts';
import type { Evidence } from '../../src/model/evidence.ts';
import type { Finding } from '../../src/model/finding.ts';
import type { Verdict } from '../../src/model/verdict.ts';
import { facts } from '../support/facts.ts';
import { emptyReport } from '../support/empty-report.ts';

const row = (verdict: Verdict): Evidence =>
  evidenceWeigher()(facts({ judgement: { verdict, reasons: [] } }));
const empty: Finding = { code: 'stage-empty-directory', path: bytePath('/spool/sync./5') };

describe('the exit status', () => {
  test('is 0 when there is nothing to tell', () => {
    expect(exitStatus(emptyReport(), 'warning')).toBe(0);
  });
  test('is 1 for an orphan', () => {
    expect(exitStatus(emptyReport({ stageFiles: [row('orphan')] }), 'warning')).toBe(1);
  });
  test('is never 0 for files that could not be decided', () => {
    expect(exitStatus(emptyReport({ stageFiles: [row('undecided')] }), 'warning')).toBe(1);
  });
  test('is 0 for a live session, unless every finding is asked for', () => {
    const report = emptyReport({ stageFiles: [row('in-use')] });
    expect([exitStatus(report, 'warning'), exitStatus(report, 'info')]).toEqual([0, 1]);
  });
  test('is 0 for an orphan when only damage is asked for', () => {
    expect(exitStatus(emptyReport({ stageFiles: [row('orphan')] }), 'critical')).toBe(0);
  });
  test('counts findings that belong to no stage file', () => {
    expect(exitStatus(emptyReport({ findings: [empty] }), 'info')).toBe(1);
  });
  test('is 2 when the answer is incomplete, whatever was found', () => {
    const report = emptyReport({ complete: false, stageFiles: [row('orphan')] });
    expect(exitStatus(report, 'warning')).toBe(2);
  });
});
