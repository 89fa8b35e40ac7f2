import { describe, expect, test } from 'vitest';
import { asBytes, bytePath } from '../../src/model/byte-path.ts';
import type { CleanReport, DoneRoot, DoneStep } from '../../src/model/clean-report.ts';
import type { PlanStep } from '../../src/model/plan.ts';
import { doneLines } from '../../src/report/done-table.ts';
import { emptyReport } from '../support/empty-report.ts';
import { aStat, spool } from '../support/report-builder.ts';

const run = '20261124T034800Z-1f2e3d4c';

function file(leaf: string, action: 'unlink' | 'quarantine'): PlanStep {
  return {
    kind: 'file',
    action,
    components: ['sync.', '7', leaf].map(asBytes),
    area: 'sync',
    grammar: 'sync-2.3',
    ownerPid: 7,
    directory: { dev: 1n, ino: 7n },
    seen: aStat(),
    links: [],
    isEvidence: false,
    reasons: ['owner-dead'],
  };
}

const directory: PlanStep = {
  kind: 'directory',
  components: ['sync.', '7'].map(asBytes),
  ownerPid: 7,
  seen: aStat({ kind: 'directory' }),
};

/** What is told of a root whose plan has these steps, of which the first ones were begun. */
function toldOf(steps: readonly PlanStep[], results: readonly DoneStep[], over = {}): string {
  const root: DoneRoot = {
    root: spool,
    journal: bytePath(`${spool}/stagesweep./${run}/journal.jsonl`),
    results,
    isInterrupted: results.length < steps.length,
    ...over,
  };
  const plan = {
    root: spool,
    rootId: { dev: 1n, ino: 2n },
    partition: 'default',
    uid: 96,
    gid: 12,
    steps,
  };
  const clean: CleanReport = {
    report: emptyReport(),
    plan: { roots: [plan], refused: [], kept: [], bytesQuarantined: 4096 },
    obstacles: [],
    done: { run, roots: [root] },
  };
  return [...doneLines(clean, { columns: 200, color: false, verbose: 0 })].join('\n');
}

describe('what went as planned is only counted', () => {
  test.each([
    [file('1.', 'unlink'), 'unlinked'],
    [file('1.', 'quarantine'), 'quarantined'],
    [directory, 'directory-removed'],
  ] as const)('%#', (step, outcome) => {
    expect(toldOf([step], [{ step, outcome }])).not.toContain('/sync./7');
  });
});

describe('told by name, with its reason, is', () => {
  test('an unlink that became a quarantine', () => {
    const step = file('1.', 'unlink');
    const detail = 'no message that was intact has these bytes now';
    expect(toldOf([step], [{ step, outcome: 'quarantined', detail }])).toContain(
      `/sync./7/1. moved to quarantine: ${detail}`,
    );
  });
  test('a step that went as planned beside a change of its messages', () => {
    const step = file('1.', 'unlink');
    expect(toldOf([step], [{ step, outcome: 'unlinked', detail: 'a/1. is gone' }])).toContain(
      '/sync./7/1. unlinked: a/1. is gone',
    );
  });
});

describe('what a purge would free', () => {
  const [one, two] = [file('1.', 'quarantine'), file('2.', 'quarantine')];
  test('is told of a run that did all of its plan', () => {
    const results = [one, two].map((step) => ({ step, outcome: 'quarantined' }) as const);
    expect(toldOf([one, two], results)).toContain('which frees 4');
  });
  test('is not told of one that was interrupted, or in which a step went otherwise', () => {
    const began = [{ step: one, outcome: 'quarantined' }] as const;
    const other = [...began, { step: two, outcome: 'refused', detail: 'it changed' }] as const;
    for (const results of [began, other]) {
      expect(toldOf([one, two], results)).toContain('delete the quarantine for good');
      expect(toldOf([one, two], results)).not.toContain('frees');
    }
  });
});

test('a run that never began has no name, since nothing can be undone by it', () => {
  const step = file('1.', 'unlink');
  const told = toldOf([step], [], { journal: undefined, stopped: 'it is locked by run X' });
  expect(told).not.toContain(run);
  expect(told).toContain('Nothing was changed');
});
