import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { bytePath } from '../../src/model/byte-path.ts';
import { tellDeath } from '../../src/steps/tell-death.ts';
import { nodeChanges } from '../../src/system/anchor.ts';
import { nodeFiles } from '../../src/system/files.ts';
import { makeRun, runId } from '../support/hand-made-run.ts';
import { buildForest, planOf } from '../support/removal-spool.ts';
import { test } from '../support/spool.ts';

const system = { changes: nodeChanges, files: nodeFiles };

function died(root: string): Parameters<typeof tellDeath>[2] {
  const stopped = 'it ended before its work (SIGKILL)';
  return { run: runId, root: bytePath(root), results: [], stopped, isInterrupted: false };
}

function killedRun(root: string): { plan: ReturnType<typeof planOf>; journal: string } {
  mkdirSync(root);
  buildForest(root, [['sync./7001/0.'], ['sync./7001/1.']]);
  const plan = planOf(root);
  const { journal } = makeRun(
    root,
    [
      { path: 'sync./7001/0.', does: 'claim', outcome: 'quarantined' },
      { path: 'sync./7001/1.', does: 'nothing' },
    ],
    { isKilled: true },
  );
  return { plan, journal };
}

test('where the journal of a killed run lies, and how far it goes, is told', ({ dir }) => {
  const spool = join(dir, 'spool');
  const { plan, journal } = killedRun(spool);
  const told = tellDeath(system, plan, died(spool));
  expect(told.journal).toBe(journal);
  expect(told.stopped).toContain('1 steps are settled, and 1 may or may not have been done');
});

test('a journal that lies elsewhere is read there, and told with its path', ({ dir }) => {
  const spool = join(dir, 'spool');
  const { plan, journal } = killedRun(spool);
  const shelf = join(dir, 'shelf');
  mkdirSync(shelf);
  const leaf = bytePath(`${runId}.0.jsonl`);
  renameSync(journal, join(shelf, leaf));
  const told = tellDeath(system, plan, died(spool), { directory: bytePath(shelf), leaf });
  expect(told.journal).toBe(join(shelf, leaf));
  expect(told.stopped).toContain('1 steps are settled');
});

test('of a run that ended by itself nothing is added', ({ dir }) => {
  const spool = join(dir, 'spool');
  const { plan } = killedRun(spool);
  const { stopped, ...ended } = died(spool);
  expect(stopped).toBeDefined();
  expect(tellDeath(system, plan, ended)).toBe(ended);
});
