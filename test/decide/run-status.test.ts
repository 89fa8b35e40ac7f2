import { describe, expect, test } from 'vitest';
import { historyStatus, runStatus } from '../../src/decide/run-status.ts';
import { asBytes, bytePath } from '../../src/model/byte-path.ts';
import type { RunState } from '../../src/model/journal.ts';
import type { RunOutcome, RunStep } from '../../src/model/run.ts';
import type { HistoryReport, RunReport } from '../../src/model/run-report.ts';
import { emptyReport } from '../support/empty-report.ts';

const { header } = emptyReport();
const root = bytePath('/var/spool/imap');
const run = '20261124T034800Z-1f2e3d4c';

function report(
  outcomes: readonly RunStep['outcome'][],
  over: Partial<RunOutcome> = {},
  refusal?: string,
): RunReport {
  const steps = outcomes.map((outcome): RunStep => ({ path: root, action: 'restore', outcome }));
  const one = { run, root, steps, refusals: [], heldFiles: 0, isInterrupted: false, ...over };
  return {
    header,
    verb: 'undo',
    isApplied: true,
    outcomes: [one],
    ...(refusal === undefined ? {} : { refusal }),
  };
}

describe('undo and purge end with', () => {
  test.each<RunStep['outcome']>([
    'restored',
    'would-restore',
    'nothing-to-do',
    'purged',
    'would-purge',
  ])('0 for %s', (outcome) => {
    expect(runStatus(report([outcome]))).toBe(0);
  });
  test('1 when something was kept by the choice of options, and nothing is worse', () => {
    expect(runStatus(report(['purged', 'kept']))).toBe(1);
    expect(runStatus(report(['kept', 'failed']))).toBe(2);
  });
  test.each<RunStep['outcome']>(['held', 'cannot', 'failed'])('2 for %s', (outcome) => {
    expect(runStatus(report(['restored', outcome]))).toBe(2);
  });
  test('2 when nothing, or not all, was looked at, or the answer was no', () => {
    expect(runStatus(report(['restored'], { refusals: ['it is locked'] }))).toBe(2);
    expect(runStatus(report(['would-purge'], {}, 'the answer was not yes'))).toBe(2);
  });
  test('130 when interrupted, whatever else', () => {
    expect(runStatus(report(['failed'], { isInterrupted: true }))).toBe(130);
  });
});

describe('history ends with', () => {
  const history = (
    states: readonly RunState[],
    refusals: readonly string[] = [],
  ): HistoryReport => ({
    header,
    runs: states.map((state) => ({
      root,
      partition: 'default',
      run: asBytes(run),
      state,
      counts: {},
      heldFiles: 0,
      heldBytes: 0,
    })),
    refusals,
  });
  test.each<readonly [RunState, number]>([
    ['complete', 0],
    ['never-began', 0],
    ['partly-undone', 0],
    ['undone', 0],
    ['purged', 0],
    ['running', 0],
    ['interrupted', 1],
    ['unreadable', 2],
  ])('for a run that is %s: %i', (state, status) => {
    expect(historyStatus(history(['complete', state]))).toBe(status);
  });
  test('2 when a quarantine could not be looked at', () => {
    expect(historyStatus(history([], ['it is a symlink']))).toBe(2);
  });
});
