/** safety.md 24 of the real program: kill -9 at every call that changes a disk, and at every line of the journal. */
import {
  chmodSync,
  readdirSync,
  linkSync,
  mkdirSync,
  existsSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test as plain } from 'vitest';
import { apply, clean, give } from '../support/clean-run.ts';
import { treeOf } from '../support/hand-made-run.ts';
import { strike, whyNoKill, type Struck } from '../support/kill-at-call.ts';
import { sha1, writeMailbox } from '../support/plain-mailbox.ts';
import { bytesOf, messagesOf, stageNames } from '../support/removal-spool.ts';
import { run } from '../support/run-cli.ts';
import { buildSpool, test } from '../support/spool.ts';

const missing = whyNoKill();
const isCi = (process.env['CI'] ?? '') !== '';

plain.runIf(isCi)(
  'a machine that answers for every commit can kill the program at its calls',
  () => {
    expect(missing).toEqual([]);
  },
);

const title = `clean --apply, killed${missing.length === 0 ? '' : ` (skipped, missing here: ${missing.join(', ')})`}`;
// Reporters leave out the names of what was skipped; a machine that tests less must say so.
if (missing.length > 0) console.warn(title);

const texts = ['one', 'two', 'three'].map((word) => `From: glad@example.org\r\n\r\n${word}\r\n`);

/** Steps of every kind: unlink, last names, a cache file, evidence of damage, directories. */
function buildCrashed(dir: string): string {
  const spool = join(dir, 'spool');
  const [one = '', two = '', three = ''] = texts;
  buildSpool(spool, {
    'sync./7/': '',
    [`sync./5/${sha1('alone')}`]: 'alone',
    'sync./5.cache': 'cache',
    'stage./12-1000000000-0': 'delivery',
    'sync./29594/': '',
  });
  writeMailbox(join(spool, 'user/glad'), [
    { uid: 1, text: one },
    { uid: 2, text: two },
    // Overwritten through its stage name.
    { uid: 3, text: three, onDisk: two.toUpperCase() },
  ]);
  const at = (path: string): string => join(spool, path);
  linkSync(at('user/glad/1.'), at(`sync./29594/${sha1(one)}`));
  linkSync(at('user/glad/2.'), at(`sync./29594/${sha1(two)}`));
  mkdirSync(at('user/bob'));
  linkSync(at('user/glad/2.'), at('stage./29594-1000000000-1'));
  linkSync(at('user/glad/3.'), at(`sync./29594/${sha1(three)}`));
  give(dir);
  return spool;
}

const cleanOf = (spool: string): string[] => [
  'clean',
  '--offline',
  '--min-age',
  '0s',
  spool,
  '--json',
  '--jobs',
  '1',
  ...apply,
];

interface Spool {
  readonly dir: string;
  readonly spool: string;
  readonly tree: readonly string[];
  readonly messages: Readonly<Record<string, string>>;
  readonly bytes: ReadonlySet<string>;
}

function newSpool(parent: string, name: string): Spool {
  const dir = join(parent, name);
  mkdirSync(dir, { mode: 0o755 });
  const spool = buildCrashed(dir);
  return {
    dir,
    spool,
    tree: treeOf(spool, { inodes: true }),
    messages: messagesOf(spool),
    bytes: bytesOf(spool),
  };
}

function expectNothingLost({ spool, messages, bytes }: Spool, where: string): void {
  expect(messagesOf(spool), where).toEqual(messages);
  expect(bytesOf(spool), where).toEqual(bytes);
}

/** The runs that had begun: of others no journal says that anything was done. */
function begunRuns(spool: string): string[] {
  const area = join(spool, 'stagesweep.');
  if (!existsSync(area)) return [];
  return readdirSync(area).filter((leaf) => {
    const journal = join(area, leaf, 'journal.jsonl');
    return existsSync(journal) && readFileSync(journal, 'latin1').includes('"type":"intent"');
  });
}

/** Every name is back, on its inode. */
function undo({ spool, tree }: Spool, where: string): void {
  for (const leaf of begunRuns(spool)) {
    const path = join(spool, 'stagesweep.', leaf);
    const undone = run(['undo', path, '--offline', '--apply', '--yes', '--json']);
    expect([undone.status, undone.stderr], `undo ${where}: ${undone.stdout}`).toEqual([0, '']);
  }
  expect(treeOf(spool, { inodes: true }), `undo ${where}`).toEqual(tree);
}

/** No stage name is left, and no lock where there was anything to do. */
function cleanAgain({ dir, spool }: Spool, where: string): void {
  const again = clean(dir, ...apply);
  expect([again.status, again.stderr], `clean ${where}`).toEqual([0, '']);
  expect(stageNames(spool), `clean ${where}`).toEqual([]);
  expect(readdirSync(join(spool, 'sync.')), `clean ${where}`).toEqual([]);
  if (again.told.run === undefined) return;
  // Nothing is left that no journal tells of.
  const left = readdirSync(join(spool, 'stagesweep.'));
  expect(
    left.filter((leaf) => leaf.startsWith('lock')),
    `clean ${where}`,
  ).toEqual([]);
  const history = run(['history', spool, '--json']);
  const { runs } = JSON.parse(history.stdout) as { runs: { state: string; run: string }[] };
  const strange = runs.filter(({ state }) => state === 'unreadable');
  expect([strange, runs.length], `clean ${where}`).toEqual([[], left.length]);
}

/** Undo and another clean by turns: each settles half of the points. */
async function killAt(parent: string, calls: string, when: number): Promise<Struck> {
  const one = newSpool(parent, `${calls.replaceAll(/\W/g, '')}-${when}`);
  const struck = await strike(one.dir, { calls, when }, cleanOf(one.spool));
  const where = `killed at ${calls} ${when}: ${struck.made.at(-1) ?? ''}`;
  expectNothingLost(one, where);
  if (struck.wasKilled) (when % 2 === 0 ? undo : cleanAgain)(one, where);
  expectNothingLost(one, where);
  rmSync(one.dir, { recursive: true });
  return struck;
}

/**
 * Of the writes every third: between two other calls lie two or three of them, and a run takes a second. An odd number
 * has undo and another clean still take turns.
 *
 * @returns the number of points, from `first` on until a run ends unharmed
 */
async function killEverywhere(parent: string, calls: string, first: number): Promise<number> {
  const stride = calls === 'write' ? 3 : 1;
  for (let when = first, points = 0; ; when += stride, points++) {
    if (!(await killAt(parent, calls, when)).wasKilled) return points;
  }
}

/** Number of the first write that is ours: before it node's threads wake each other, some times more, some less. */
async function firstWrite(parent: string): Promise<number> {
  const { dir, spool } = newSpool(parent, 'whole');
  const { made } = await strike(dir, { calls: 'write' }, cleanOf(spool));
  const first = made.findIndex((line) => line.includes('"{\\"run\\":'));
  expect(first).toBeGreaterThan(0);
  return Math.max(first - 3, 1);
}

const changing = [
  '?mkdir,?mkdirat',
  '?link,?linkat',
  '?rename,?renameat,?renameat2',
  '?unlink,?unlinkat',
  '?rmdir',
  'fsync,fdatasync',
  'write',
];

describe.skipIf(missing.length > 0)(title, () => {
  test('at any call that changes the disk loses nothing, and undo or another clean settles it', async ({
    dir,
  }) => {
    // The owner must be able to come here.
    chmodSync(dir, 0o755);
    const points = new Map<string, number>();
    const calls = [...changing];
    const work = async (): Promise<void> => {
      for (let next = calls.pop(); next !== undefined; next = calls.pop()) {
        const first = next === 'write' ? await firstWrite(dir) : 1;
        points.set(next, await killEverywhere(dir, next, first));
      }
    };
    await Promise.all([work(), work()]);
    const total = [...points.values()].reduce((sum, count) => sum + count, 0);
    console.log(`kill points of the real program: ${total} (of the writes every third)`);
    expect(total).toBeGreaterThan(30);
  }, 240_000);
});
