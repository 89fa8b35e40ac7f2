/** A run made by hand, with one file of each kind that a run removes, and the undo of it. */
import { chmodSync, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { asBytes, bytePath } from '../../src/model/byte-path.ts';
import type { RunOutcome } from '../../src/model/run.ts';
import { undoRun, type UndoContext } from '../../src/steps/undo.ts';
import { nodeChanges } from '../../src/system/anchor.ts';
import type { Changes } from '../../src/system/os.ts';
import { runId, statAt, type HandMadeStep } from './hand-made-run.ts';
import { buildSpool } from './spool.ts';

export const sha = (digit: string): string => digit.repeat(40);

export const unlocked = { whyLost: () => undefined, release: () => undefined };

export function undo(
  root: string,
  over: Partial<UndoContext> = {},
  changes: Changes = nodeChanges,
): Promise<RunOutcome> {
  const place = { root: bytePath(root), rootId: statAt(root), run: asBytes(runId) };
  return undoRun(changes, place, { ...contextOf(root), ...over });
}

export function contextOf(root: string): UndoContext {
  return {
    clock: { breathe: () => Promise.resolve() },
    apply: true,
    lock: () => unlocked,
    ownerOf: () => 'dead',
    messageRoots: [{ root: bytePath(root), rootId: statAt(root) }],
  };
}

export function outcomes({ steps }: RunOutcome): string[] {
  return steps.map(({ outcome }) => outcome);
}

export function inodesIn(root: string): number[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map((path) => lstatSync(join(root, path)))
    .filter((stat) => stat.isFile())
    .map(({ ino }) => ino);
}

/** One file of each kind that a run removes, and the directory that it empties. */
export const spool = {
  'user/glad/1.': 'a message',
  [`sync./4711/${sha('a')}`]: { link: 'user/glad/1.' },
  [`sync./4711/${sha('b')}`]: 'the last name',
  'sync./4712.cache': 'cache records',
  'stage./4713-1795000000-1': 'a delivery',
} as const;
export const removed: readonly HandMadeStep[] = [
  { path: 'stage./4713-1795000000-1', does: 'claim', outcome: 'quarantined' },
  { path: 'sync./4712.cache', does: 'claim', outcome: 'quarantined' },
  { path: `sync./4711/${sha('a')}`, does: 'unlink', outcome: 'unlinked', links: ['user/glad/1.'] },
  { path: `sync./4711/${sha('b')}`, does: 'claim', outcome: 'quarantined' },
  { path: 'sync./4711', does: 'rmdir', outcome: 'directory-removed' },
];

export function incident(dir: string): string {
  buildSpool(dir, spool);
  chmodSync(join(dir, 'sync./4711'), 0o750);
  return dir;
}
