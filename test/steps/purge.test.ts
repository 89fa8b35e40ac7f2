import {
  existsSync,
  readFileSync,
  linkSync,
  readdirSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { asBytes, bytePath } from '../../src/model/byte-path.ts';
import type { RunOutcome } from '../../src/model/run.ts';
import { purgeRun, type PurgeContext } from '../../src/steps/purge.ts';
import { undoRun } from '../../src/steps/undo.ts';
import { nodeChanges } from '../../src/system/anchor.ts';
import type { Changes } from '../../src/system/os.ts';
import { dyingAt, Killed } from '../support/dying-changes.ts';
import { FaultPort } from '../support/fault-changes.ts';
import { makeRun, runId, statAt, treeOf, type HandMadeRun } from '../support/hand-made-run.ts';
import { buildSpool, test } from '../support/spool.ts';

const last = 'stage./4713-1795000000-1';
const linked = 'stage./4713-1795000000-2';
const evidence = 'stage./4713-1795000000-3';

const context: PurgeContext = {
  clock: { breathe: () => Promise.resolve() },
  apply: true,
  lock: () => ({ whyLost: () => undefined, release: () => undefined }),
  takesEvidence: false,
  isRedundant: () => false,
  shownAsLast: 'any',
};

function purge(
  root: string,
  over: Partial<PurgeContext> = {},
  changes: Changes = nodeChanges,
): Promise<RunOutcome> {
  const place = { root: bytePath(root), rootId: statAt(root), run: asBytes(runId) };
  return purgeRun(changes, place, { ...context, ...over });
}

function runOn(root: string): HandMadeRun {
  buildSpool(root, {
    'user/glad/1.': 'a message',
    [last]: 'the last name',
    [linked]: { link: 'user/glad/1.' },
    [evidence]: 'wrong bytes',
  });
  return makeRun(root, [
    { path: last, does: 'claim', outcome: 'quarantined' },
    { path: linked, does: 'claim', outcome: 'quarantined' },
    { path: evidence, does: 'claim', outcome: 'quarantined', isEvidence: true },
  ]);
}

function told({ steps }: RunOutcome): string[] {
  return steps
    .map(({ stagePath, outcome, isLast }) => {
      const which = [last, linked, evidence].findIndex((path) => stagePath?.endsWith(path));
      return `${['last', 'linked', 'evidence'][which] ?? 'stranger'} ${outcome}${isLast === true ? ' LAST' : ''}`;
    })
    .sort();
}

test('a look names what would be the last of its kind and changes nothing', async ({ dir }) => {
  const { directory } = runOn(dir);
  const before = readdirSync(directory).sort();
  expect(told(await purge(dir, { apply: false }))).toEqual([
    'evidence kept',
    'last would-purge LAST',
    'linked would-purge',
  ]);
  expect(readdirSync(directory).sort()).toEqual(before);
});

test('evidence of damage is kept without --evidence', async ({ dir }) => {
  const { claimed } = runOn(dir);
  await purge(dir);
  expect(existsSync(claimed.get(evidence) ?? '')).toBe(true);
  expect(existsSync(claimed.get(last) ?? '')).toBe(false);
});

test('with --evidence it goes too', async ({ dir }) => {
  runOn(dir);
  expect((await purge(dir, { takesEvidence: true })).heldFiles).toBe(0);
});

test('no name outside the quarantine goes', async ({ dir }) => {
  runOn(dir);
  const before = treeOf(dir, { inodes: true }).map((line) => line.replace(/ x\d+ /, ' '));
  await purge(dir, { takesEvidence: true });
  const after = treeOf(dir, { inodes: true }).map((line) => line.replace(/ x\d+ /, ' '));
  expect(after).toEqual(before);
});

test('what is redundant is not called the last of its kind', async ({ dir }) => {
  runOn(dir);
  const outcome = await purge(dir, { apply: false, isRedundant: () => true });
  expect(told(outcome)).toContain('last would-purge');
});

test('what became the last of its kind after it was shown is kept', async ({ dir }) => {
  const { claimed } = runOn(dir);
  const look = await purge(dir, { apply: false });
  unlinkSync(join(dir, 'user/glad/1.'));
  const shown = look.steps.flatMap((step) =>
    step.isLast === true && step.sequence !== undefined ? [step.sequence] : [],
  );
  const outcome = await purge(dir, { shownAsLast: new Set(shown) });
  expect(told(outcome)).toEqual(['evidence kept', 'last purged LAST', 'linked kept LAST']);
  expect(existsSync(claimed.get(linked) ?? '')).toBe(true);
});

describe('what the journal does not know', () => {
  test('is kept and told', async ({ dir }) => {
    const { directory } = runOn(dir);
    writeFileSync(join(directory, '77-abcdef01'), 'unknown');
    writeFileSync(join(directory, 'notes.txt'), 'of the administrator');
    const outcome = await purge(dir, { takesEvidence: true });
    expect(told(outcome)).toContain('stranger kept');
    expect(outcome.refusals.join()).toContain('notes.txt');
    expect(readdirSync(directory).sort()).toEqual(['77-abcdef01', 'journal.jsonl', 'notes.txt']);
  });
  test('a fresh file that was claimed by mistake is kept for undo', async ({ dir }) => {
    const { claimed } = runOn(dir);
    const name = claimed.get(last) ?? '';
    unlinkSync(name);
    writeFileSync(join(dir, 'fresh'), 'fresh');
    linkSync(join(dir, 'fresh'), name);
    expect(told(await purge(dir))).toContain('last kept');
  });
});

test('a second purge has nothing to do, and undo tells what is gone for good', async ({ dir }) => {
  runOn(dir);
  await purge(dir, { takesEvidence: true });
  expect((await purge(dir, { takesEvidence: true })).steps).toEqual([]);
  const place = { root: bytePath(dir), rootId: statAt(dir), run: asBytes(runId) };
  const undone = await undoRun(nodeChanges, place, {
    ...context,
    ownerOf: () => 'dead',
    messageRoots: [place],
  });
  expect(undone.steps.map(({ detail }) => detail)).toEqual(Array(3).fill('it was purged'));
});

test('a purge that loses its lock deletes nothing more', async ({ dir }) => {
  const { directory } = runOn(dir);
  const lock = { whyLost: () => 'another run has the lock', release: () => undefined };
  const outcome = await purge(dir, { lock: () => lock });
  expect(outcome.refusals).toHaveLength(1);
  expect(readdirSync(directory)).toHaveLength(4);
});

test('killed before any of its calls, the next purge ends it', async ({ dir }) => {
  let points = 0;
  for (;;) {
    const root = join(dir, String(points));
    buildSpool(dir, { [`${points}/`]: '' });
    runOn(root);
    const killed = await purge(root, { batchSteps: 1 }, dyingAt(points).changes).then(
      () => false,
      (error: unknown) => error instanceof Killed,
    );
    expect(existsSync(join(root, 'user/glad/1.'))).toBe(true);
    const outcome = await purge(root);
    expect([outcome.heldFiles, outcome.refusals]).toEqual([1, []]);
    if (!killed) break;
    points += 1;
  }
  expect(points).toBeGreaterThan(15);
  console.info(`purge: ${points} kill points`);
});

test('refused any of its calls by the OS, purge keeps every mailbox file, and the next one ends it', async ({
  dir,
}) => {
  let points = 0;
  for (const errno of ['ENOSPC', 'EROFS', 'EACCES', 'EIO', 'EMFILE', 'ENOENT', 'EXDEV', 'EMLINK']) {
    for (let at = 0; ; at += 1) {
      const root = join(dir, `${errno}-${at}`);
      buildSpool(dir, { [`${errno}-${at}/`]: '' });
      runOn(root);
      const port = new FaultPort(nodeChanges, { at, errno });
      await purge(root, { batchSteps: 1 }, port);
      port.closeAll();
      expect(readFileSync(join(root, 'user/glad/1.'), 'utf8')).toBe('a message');
      const outcome = await purge(root);
      expect([outcome.heldFiles, outcome.refusals], `${errno} at call ${at}`).toEqual([1, []]);
      if (!port.wasReached) break;
      points += 1;
    }
  }
  expect(points).toBeGreaterThan(80);
  console.info(`purge: ${points} calls refused`);
});
