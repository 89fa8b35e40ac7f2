import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  renameSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { asBytes, bytePath } from '../../src/model/byte-path.ts';
import type { JournalEntry } from '../../src/model/journal.ts';
import type { LockHolder } from '../../src/model/lock.ts';
import type { RunSummary } from '../../src/model/run.ts';
import { formatJournalLine } from '../../src/parse/journal-line.ts';
import { renderHistoryTable } from '../../src/report/history-table.ts';
import { readHistory, type History } from '../../src/steps/history.ts';
import { nodeChanges } from '../../src/system/anchor.ts';
import { appendFileSync } from 'node:fs';
import { emptyReport } from '../support/empty-report.ts';
import { makeRun, runId, statAt, type HandMadeRun } from '../support/hand-made-run.ts';
import { rootOf } from '../support/process-facts.ts';
import { buildSpool, test } from '../support/spool.ts';

const one = 'stage./4713-1795000000-1';
const two = 'stage./4713-1795000000-2';

function historyOf(dir: string, holder?: LockHolder): History {
  const { dev, ino } = statAt(dir);
  return readHistory([rootOf({ path: bytePath(dir), dev, ino })], {
    changes: nodeChanges,
    lockHolder: () => holder,
  });
}

function only(dir: string, holder?: LockHolder): RunSummary {
  const { runs } = historyOf(dir, holder);
  expect(runs).toHaveLength(1);
  const [run] = runs;
  if (run === undefined) throw new Error('no run');
  return run;
}

function runOn(dir: string, isKilled = false): HandMadeRun {
  buildSpool(dir, { [one]: '12345', [two]: '123' });
  return makeRun(
    dir,
    [
      { path: one, does: 'claim', outcome: 'quarantined' },
      { path: two, does: 'claim', ...(isKilled ? {} : { outcome: 'quarantined' }) },
    ],
    { isKilled },
  );
}

function append({ journal }: HandMadeRun, ...entries: JournalEntry[]): void {
  appendFileSync(journal, entries.map(formatJournalLine).join(''));
}

describe('the state of a run', () => {
  test('is never-began when it was killed before its journal had a line', ({ dir }) => {
    mkdirSync(join(dir, 'stagesweep.', runId), { recursive: true, mode: 0o700 });
    expect(only(dir)).toMatchObject({ state: 'never-began', heldFiles: 0 });
    writeFileSync(join(dir, 'stagesweep.', runId, 'journal.jsonl'), '');
    expect(only(dir)).toMatchObject({ state: 'never-began', heldFiles: 0 });
  });

  test('is never-began too when it was killed before its first step was journalled', ({ dir }) => {
    makeRun(dir, [], { isKilled: true });
    expect(only(dir)).toMatchObject({ state: 'never-began', heldFiles: 0 });
  });

  test('is partly-undone when some of what it removed is back and the rest is gone', ({ dir }) => {
    const made = runOn(dir);
    for (const path of made.claimed.values()) unlinkSync(path);
    append(made, { type: 'undone', sequence: 0 });
    expect(only(dir).state).toBe('partly-undone');
    append(made, { type: 'undone', sequence: 1 });
    expect(only(dir).state).toBe('undone');
  });

  test('is partly-undone too when the rest is held still, and told with their number', ({
    dir,
  }) => {
    const made = runOn(dir);
    const [first = ''] = made.claimed.values();
    unlinkSync(first);
    append(made, { type: 'undone', sequence: 0 });
    const summary = only(dir);
    expect(summary.state).toBe('partly-undone');
    const { header } = emptyReport();
    const options = { columns: 200, color: false, verbose: 0 };
    const table = [...renderHistoryTable({ header, runs: [summary], refusals: [] }, options)].join(
      '',
    );
    expect(table).toContain('1 undone, 1 not back');
  });

  test('is complete when its journal has an end', ({ dir }) => {
    runOn(dir);
    expect(only(dir)).toMatchObject({
      run: runId,
      state: 'complete',
      counts: { quarantined: 2 },
      heldFiles: 2,
      heldBytes: 8,
      startedNs: 1_795_000_000_000_000_000n,
      endedNs: 1_795_000_001_000_000_000n,
    });
  });
  test('is interrupted when it has none', ({ dir }) => {
    runOn(dir, true);
    expect(only(dir)).toMatchObject({
      state: 'interrupted',
      counts: { quarantined: 1, unsettled: 1 },
    });
  });
  test('is running while the lock is held for it', ({ dir }) => {
    runOn(dir, true);
    const holder = {
      run: runId,
      pid: 1,
      startedAfterBootNs: 0n,
      bootId: 'b',
      pidNamespace: '1',
    };
    expect(only(dir, holder).state).toBe('running');
    expect(only(dir, { ...holder, run: 'another' }).state).toBe('interrupted');
  });
  for (const type of ['undone', 'purged'] as const) {
    test(`is ${type} when nothing is held any more`, ({ dir }) => {
      const made = runOn(dir);
      for (const path of made.claimed.values()) unlinkSync(path);
      append(made, { type, sequence: 0 }, { type, sequence: 1 });
      expect(only(dir)).toMatchObject({ state: type, heldFiles: 0 });
    });
    test(`is not ${type} while something is held, whatever the journal says`, ({ dir }) => {
      append(runOn(dir), { type, sequence: 0 }, { type, sequence: 1 });
      expect(only(dir)).toMatchObject({ state: 'complete', heldFiles: 2 });
    });
  }
});

test('a root without a quarantine has no runs, and nothing is wrong with it', ({ dir }) => {
  expect(historyOf(dir)).toEqual({ runs: [], refusals: [] });
});

test('locks are no runs', ({ dir }) => {
  runOn(dir);
  writeFileSync(join(dir, 'stagesweep./lock'), 'x');
  writeFileSync(join(dir, 'stagesweep./lock-00c0ffee'), 'x');
  expect(historyOf(dir).runs).toHaveLength(1);
});

describe('what is hostile is told and not followed', () => {
  test('a symlinked run directory', ({ dir }) => {
    const { directory } = runOn(dir);
    renameSync(directory, join(dir, 'elsewhere'));
    symlinkSync(join(dir, 'elsewhere'), directory);
    expect(only(dir)).toMatchObject({
      state: 'unreadable',
      detail: 'it is a symlink, no directory',
      heldFiles: 0,
    });
  });
  test('a FIFO in place of the journal, on which nobody waits', ({ dir }) => {
    const { journal } = runOn(dir);
    unlinkSync(journal);
    execFileSync('mkfifo', [journal]);
    expect(only(dir)).toMatchObject({ state: 'unreadable', heldFiles: 2 });
  });
  test('a journal of a terabyte', ({ dir }) => {
    truncateSync(runOn(dir).journal, 2 ** 40);
    expect(only(dir)).toMatchObject({ state: 'unreadable', heldFiles: 2 });
  });
  test('a name that is no run id', ({ dir }) => {
    mkdirSync(join(dir, 'stagesweep./..\x1b[31m'), { recursive: true });
    expect(only(dir)).toMatchObject({
      run: asBytes('..\x1b[31m'),
      state: 'unreadable',
      detail: 'its name is no run id',
    });
  });
  test('a journal that tells of another root', ({ dir }) => {
    buildSpool(dir, { [one]: '12345' });
    makeRun(dir, [{ path: one, does: 'claim' }], { header: { root: asBytes('/elsewhere') } });
    expect(only(dir).state).toBe('unreadable');
  });
  test('a symlink in place of the quarantine', ({ dir }) => {
    symlinkSync('/etc', join(dir, 'stagesweep.'));
    expect(historyOf(dir).refusals).toHaveLength(1);
  });
});
