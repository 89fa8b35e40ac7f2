import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { nodeChanges } from '../../src/system/anchor.ts';
import { dyingAt, Killed } from '../support/dying-changes.ts';
import { FaultPort } from '../support/fault-changes.ts';
import { makeRun, treeOf } from '../support/hand-made-run.ts';
import { test } from '../support/spool.ts';
import { undo, inodesIn, removed, incident } from '../support/undo-run.ts';

describe('killed before any of its calls', () => {
  test('undo is settled by the next one, and no bytes are ever without a name', async ({ dir }) => {
    let points = 0;
    for (let at = 0; ; at += 1) {
      const root = join(dir, String(at));
      mkdirSync(root);
      incident(root);
      const before = treeOf(root, { inodes: true });
      const inodes = inodesIn(root);
      makeRun(root, removed);
      const dying = dyingAt(at);
      const killed = await undo(root, { batchSteps: 2 }, dying.changes).then(
        () => false,
        (error: unknown) => {
          if (error instanceof Killed) return true;
          throw error;
        },
      );
      const named = new Set(inodesIn(root));
      expect(inodes.filter((inode) => !named.has(inode))).toEqual([]);
      await undo(root);
      expect(treeOf(root, { inodes: true }), `killed before call ${at}`).toEqual(before);
      expect((await undo(root)).heldFiles).toBe(0);
      rmSync(root, { recursive: true });
      if (!killed) break;
      points += 1;
    }
    expect(points).toBeGreaterThan(50);
    console.info(`undo: ${points} kill points`);
  });
});

test('refused any of its calls by the OS, undo tells it, loses nothing, and the next one ends it', async ({
  dir,
}) => {
  let points = 0;
  for (const errno of ['ENOSPC', 'EROFS', 'EACCES', 'EIO', 'EMFILE', 'ENOENT', 'EXDEV', 'EMLINK']) {
    for (let at = 0; ; at += 1) {
      const root = join(dir, `${errno}-${at}`);
      mkdirSync(root);
      incident(root);
      const before = treeOf(root, { inodes: true });
      const inodes = inodesIn(root);
      makeRun(root, removed);
      const port = new FaultPort(nodeChanges, { at, errno });
      const { steps, refusals } = await undo(root, { batchSteps: 2 }, port);
      port.closeAll();
      const named = new Set(inodesIn(root));
      expect(inodes.filter((inode) => !named.has(inode))).toEqual([]);
      const isWhole = JSON.stringify(treeOf(root, { inodes: true })) === JSON.stringify(before);
      const isTold = refusals.length > 0 || steps.some((step) => step.detail !== undefined);
      expect(isWhole || isTold, `${errno} at call ${at} is told`).toBe(true);
      await undo(root);
      expect(treeOf(root, { inodes: true }), `${errno} at call ${at}`).toEqual(before);
      rmSync(root, { recursive: true });
      if (!port.wasReached) break;
      points += 1;
    }
  }
  expect(points).toBeGreaterThan(200);
  console.info(`undo: ${points} calls refused`);
});
