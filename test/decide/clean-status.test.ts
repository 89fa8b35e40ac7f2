import { describe, expect, test } from 'vitest';
import { cleanStatus } from '../../src/decide/clean-status.ts';
import type { CleanReport, DoneRoot } from '../../src/model/clean-report.ts';
import type { StepOutcome } from '../../src/model/journal.ts';
import type { KeptFile, Plan, PlanStep } from '../../src/model/plan.ts';
import { emptyReport } from '../support/empty-report.ts';
import { aStat, spool } from '../support/report-builder.ts';

const step: PlanStep = {
  kind: 'directory',
  components: [],
  ownerPid: 7,
  seen: aStat({ kind: 'directory' }),
};
const root = { root: spool, rootId: { dev: 1n, ino: 2n }, partition: 'default', uid: 96, gid: 12 };

function clean(changes: Partial<CleanReport> = {}, plan: Partial<Plan> = {}): CleanReport {
  return {
    report: emptyReport(),
    plan: { roots: [], refused: [], kept: [], bytesQuarantined: 0, ...plan },
    obstacles: [],
    ...changes,
  };
}
const withStep: Partial<Plan> = { roots: [{ ...root, steps: [step] }] };
const kept = (...files: Omit<KeptFile, 'path'>[]): Partial<Plan> => ({
  kept: files.map((file) => ({ path: spool, ...file })),
});
function ran(outcome: StepOutcome, changes: Partial<DoneRoot> = {}): CleanReport {
  const one: DoneRoot = {
    root: spool,
    results: [{ step, outcome }],
    isInterrupted: false,
    ...changes,
  };
  return clean({ done: { run: 'r', roots: [one] } }, withStep);
}
const status = (one: CleanReport): number => cleanStatus(one, 'warning');

describe('the exit status of a clean', () => {
  test('is 0 when nothing is to do', () => {
    expect(status(clean())).toBe(0);
  });
  test.each(['unlinked', 'quarantined', 'directory-removed', 'already-gone', 'copied'] as const)(
    'is 0 when all was done: %s',
    (outcome) => {
      expect(status(ran(outcome))).toBe(0);
    },
  );
  test('is 1 for a plan that waits for --apply', () => {
    expect(status(clean({}, withStep))).toBe(1);
  });
  test.each(['undecided', 'unknown-name'] as const)(
    'is 1 when something %s was kept',
    (verdict) => {
      expect(status(clean({}, kept({ verdict, reasons: ['owner-unknown'] })))).toBe(1);
    },
  );
  test.each(['in-use', 'too-young'] as const)('is 0 when only files %s were kept', (verdict) => {
    expect(status(clean({}, kept({ verdict, reasons: ['changed-recently'] })))).toBe(0);
  });
  test('is 0 for what was not asked for, however doubtful', () => {
    expect(status(clean({}, kept({ verdict: 'undecided', reasons: ['not-selected'] })))).toBe(0);
  });
  test('is 0 for what asks for a person with --fail-on critical', () => {
    expect(cleanStatus(clean({}, withStep), 'critical')).toBe(0);
  });
  test.each(['failed', 'refused', 'put-back'] as const)('is 2 when a step was %s', (outcome) => {
    expect(status(ran(outcome))).toBe(2);
  });
  test('is 2 when a root was refused, an obstacle found, or the plan is too large', () => {
    const all = [
      clean({}, { refused: [{ root: spool, why: 'is odd' }] }),
      clean({ obstacles: [{ root: spool, why: 'is full' }] }),
      clean({ refusal: 'too many' }),
    ];
    expect(all.map(status)).toEqual([2, 2, 2]);
  });
  test('is 2 when the run stopped early', () => {
    expect(status(ran('unlinked', { stopped: 'EIO' }))).toBe(2);
  });
  test('is 2 when not all could be looked at', () => {
    expect(status(clean({ report: emptyReport({ complete: false }) }))).toBe(2);
  });
  test('is 130 when the user interrupted', () => {
    expect(status(ran('failed', { isInterrupted: true }))).toBe(130);
  });
});
