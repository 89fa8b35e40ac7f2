/** A disk that fills up, fails or becomes read-only at any call of a run: a clear answer, and nothing lost. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { removeRoot } from '../../src/steps/remove.ts';
import { nodeChanges } from '../../src/system/anchor.ts';
import { FaultPort } from '../support/fault-changes.ts';
import { readRuns } from '../support/read-runs.ts';
import {
  buildForest,
  bytesOf,
  messagesOf,
  planOf,
  sha1,
  stageNames,
  type Forest,
} from '../support/removal-spool.ts';
import { removeContext } from '../support/remove-context.ts';
import { test } from '../support/spool.ts';

const forest: Forest = [
  [`sync./7001/${sha1('two')}`, 'stage./7001-1214461933-0', 'user/alice/2.'],
  ['sync./7002/0.'],
];

/** @returns whether the call was made */
async function failedAt(root: string, at: number, errno: string): Promise<boolean> {
  mkdirSync(root);
  buildForest(root, forest);
  const plan = planOf(root);
  const [messages, bytes] = [messagesOf(root), bytesOf(root)];
  const port = new FaultPort(nodeChanges, { at, errno });
  const outcome = await removeRoot(port, plan, removeContext(1, { batchSteps: 2 }));
  port.closeAll();
  const where = `${errno} at call ${at}, ${port.log[at] ?? ''}`;
  expect(messagesOf(root), where).toEqual(messages);
  expect(bytesOf(root), where).toEqual(bytes);
  expect(readRuns(root).unreadable, where).toEqual([]);
  // What is not done is told, and why.
  if (outcome.results.length < plan.steps.length) expect(outcome.stopped, where).toMatch(errno);
  for (const { outcome: end, detail } of outcome.results) {
    if (end === 'failed') expect(detail, where).toMatch(errno);
    if (end === 'refused') expect(detail, where).not.toBe('');
  }
  const gone = outcome.results.filter((result) => result.outcome === 'already-gone');
  if (errno !== 'ENOENT') expect(gone, where).toEqual([]);

  const again = await removeRoot(new FaultPort(nodeChanges), plan, removeContext(2));
  expect(again.stopped, where).toBeUndefined();
  expect(stageNames(root), where).toEqual([]);
  expect(messagesOf(root), where).toEqual(messages);
  expect(bytesOf(root), where).toEqual(bytes);
  rmSync(root, { recursive: true });
  return port.wasReached;
}

test.for(['ENOSPC', 'EROFS', 'EACCES', 'EIO', 'EMFILE', 'ENOENT', 'EXDEV', 'EMLINK', 'ESTALE'])(
  '%s at any call is told and loses nothing, and a second run does the rest',
  async (errno, { dir }) => {
    let points = 0;
    while (await failedAt(join(dir, `spool-${points}`), points, errno)) points += 1;
    console.log(`calls that failed with ${errno}: ${points}`);
    expect(points).toBeGreaterThan(60);
  },
);
