/** Journals lie in the spool and are input (safety.md 2): whatever its owner forges, undo and purge by root get nothing. */
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { asBytes, bytePath } from '../../src/model/byte-path.ts';
import type { RunOutcome } from '../../src/model/run.ts';
import { purgeRun } from '../../src/steps/purge.ts';
import { undoRun } from '../../src/steps/undo.ts';
import { nodeChanges } from '../../src/system/anchor.ts';
import { makeRun, runId, statAt, treeOf, type HandMadeRun } from '../support/hand-made-run.ts';
import { buildSpool, test } from '../support/spool.ts';

const stage = 'stage./4713-1795000000-1';
const isRoot = process.getuid?.() === 0;

interface Forgery {
  readonly root: string;
  /** Beside the root: what an attacker would like to reach. */
  readonly secret: string;
  readonly made: HandMadeRun;
}

function spoolIn(dir: string): { root: string; secret: string } {
  const root = join(dir, 'spool');
  buildSpool(dir, {
    secret: 'a secret',
    'spool/user/glad/1.': 'a message',
    [`spool/${stage}`]: 'a delivery',
    'spool/sync./4711/': '',
  });
  return { root, secret: join(dir, 'secret') };
}

/** Undo and purge with all that they may have; both must leave everything as it is. */
async function attempts({ root }: { readonly root: string }): Promise<RunOutcome[]> {
  const base = { root: bytePath(root), rootId: statAt(root) };
  const place = { ...base, run: asBytes(runId) };
  const context = {
    clock: { breathe: () => Promise.resolve() },
    apply: true,
    lock: () => ({ whyLost: () => undefined, release: () => undefined }),
  };
  return [
    await undoRun(nodeChanges, place, {
      ...context,
      ownerOf: () => 'dead',
      messageRoots: [base],
    }),
    await purgeRun(nodeChanges, place, {
      ...context,
      takesEvidence: true,
      isRedundant: () => true,
      shownAsLast: 'any',
    }),
  ];
}

async function expectNothing(dir: string, forgery: Forgery): Promise<void> {
  const everything = (): string[] => [
    ...treeOf(dir, { inodes: true }),
    ...treeOf(join(forgery.root, 'stagesweep.'), { inodes: true }),
  ];
  const before = everything();
  const outcomes = await attempts(forgery);
  expect(everything()).toEqual(before);
  for (const { steps, refusals } of outcomes) {
    expect(steps.filter(({ outcome }) => ['restored', 'purged'].includes(outcome))).toEqual([]);
    expect(steps.length + refusals.length).toBeGreaterThan(0);
  }
}

function claimedRun(root: string): HandMadeRun {
  return makeRun(root, [{ path: stage, does: 'claim', outcome: 'quarantined' }]);
}

/** Replaces text of the journal, as a forger does who keeps its form. */
function rewrite({ journal }: HandMadeRun, from: string | RegExp, to: string): void {
  const text = readFileSync(journal, 'utf8');
  const forged = text.replace(from, to);
  if (forged === text) throw new Error('nothing was forged');
  writeFileSync(journal, forged);
}

test('the hand-made run is one that undo takes, so that what follows is refused for its forgery', async ({
  dir,
}) => {
  const { root } = spoolIn(dir);
  claimedRun(root);
  const [undone] = await attempts({ root });
  expect(undone?.steps.map(({ outcome }) => outcome)).toEqual(['restored']);
});

describe('a journal with a path that leads elsewhere gets nothing', () => {
  for (const [what, components] of [
    ['..', '["..","..","etc"]'],
    ['a slash in a component', '["stage.","../../secret"]'],
    ['an absolute component', '["/etc","passwd"]'],
    ['a name that fits no grammar', '["stage.","passwd"]'],
    ['a mailbox', '["user","glad","1."]'],
    ['the root itself', '[]'],
    ['a dot', '["stage.","."]'],
  ] as const) {
    test(what, async ({ dir }) => {
      const place = spoolIn(dir);
      const made = claimedRun(place.root);
      rewrite(made, /"components":\[[^\]]*\]/, `"components":${components}`);
      await expectNothing(dir, { ...place, made });
    });
  }
  for (const leaf of ['../../../secret', '0-00000000/../../x', 'journal.jsonl', '1-00000000']) {
    test(`claimed as ${leaf}`, async ({ dir }) => {
      const place = spoolIn(dir);
      const made = claimedRun(place.root);
      rewrite(made, '"claimedAs":"0-00000000"', `"claimedAs":"${leaf}"`);
      await expectNothing(dir, { ...place, made });
    });
  }
});

describe('a journal of somebody else gets nothing', () => {
  for (const [what, header] of [
    ['of another root', { root: asBytes('/var/spool/other') }],
    ['of another run', { run: '20261124T034800Z-ffffffff' }],
    ['of another user', { uid: 12_345 }],
  ] as const) {
    test(what, async ({ dir }) => {
      const place = spoolIn(dir);
      const steps = [{ path: stage, does: 'claim', outcome: 'quarantined' }] as const;
      const made = makeRun(place.root, steps, { header });
      await expectNothing(dir, { ...place, made });
    });
  }
  test('whose first line is missing', async ({ dir }) => {
    const place = spoolIn(dir);
    const made = claimedRun(place.root);
    rewrite(made, /^.*\n/, '');
    await expectNothing(dir, { ...place, made });
  });
  test('with a line of rubbish in its middle', async ({ dir }) => {
    const place = spoolIn(dir);
    const made = claimedRun(place.root);
    rewrite(made, '\n', '\nrubbish\n');
    await expectNothing(dir, { ...place, made });
  });
});

describe('a directory that is none gets nothing', () => {
  test('a symlinked run directory', async ({ dir }) => {
    const place = spoolIn(dir);
    const made = claimedRun(place.root);
    renameSync(made.directory, join(dir, 'elsewhere'));
    symlinkSync(join(dir, 'elsewhere'), made.directory);
    await expectNothing(dir, { ...place, made });
  });
  test('a symlinked stagesweep.', async ({ dir }) => {
    const place = spoolIn(dir);
    const made = claimedRun(place.root);
    renameSync(join(place.root, 'stagesweep.'), join(dir, 'elsewhere'));
    symlinkSync(join(dir, 'elsewhere'), join(place.root, 'stagesweep.'));
    const before = treeOf(dir, { inodes: true });
    for (const { steps, refusals } of await attempts(place)) {
      expect(steps).toEqual([]);
      expect(refusals).toHaveLength(1);
    }
    expect(treeOf(dir, { inodes: true })).toEqual(before);
    expect(made.claimed.size).toBe(1);
  });
  test('a run directory that others may write to', async ({ dir }) => {
    const place = spoolIn(dir);
    const made = claimedRun(place.root);
    chmodSync(made.directory, 0o777);
    await expectNothing(dir, { ...place, made });
  });
  test('a root that is another directory than the one that was found', async ({ dir }) => {
    const { root } = spoolIn(dir);
    claimedRun(root);
    const rootId = statAt(dir);
    const outcome = await undoRun(
      nodeChanges,
      { root: bytePath(root), rootId, run: asBytes(runId) },
      {
        clock: { breathe: () => Promise.resolve() },
        apply: true,
        lock: () => ({ whyLost: () => undefined, release: () => undefined }),
        ownerOf: () => 'dead',
        messageRoots: [],
      },
    );
    expect(outcome.refusals).toHaveLength(1);
    expect(existsSync(join(root, stage))).toBe(false);
  });
});

describe('a journal that is no file of its own gets nothing', () => {
  test('a FIFO, on which nobody waits', async ({ dir }) => {
    const place = spoolIn(dir);
    const made = claimedRun(place.root);
    unlinkSync(made.journal);
    execFileSync('mkfifo', [made.journal]);
    for (const { refusals } of await attempts(place)) expect(refusals).toHaveLength(1);
    expect(existsSync(join(place.root, stage))).toBe(false);
  });
  test('a symlink', async ({ dir }) => {
    const place = spoolIn(dir);
    const made = claimedRun(place.root);
    renameSync(made.journal, join(dir, 'journal'));
    symlinkSync(join(dir, 'journal'), made.journal);
    await expectNothing(dir, { ...place, made });
  });
  test('another name of a file elsewhere is not appended to', async ({ dir }) => {
    const place = spoolIn(dir);
    const made = claimedRun(place.root);
    linkSync(made.journal, join(dir, 'elsewhere'));
    const before = readFileSync(made.journal, 'utf8');
    await attempts(place);
    expect(readFileSync(join(dir, 'elsewhere'), 'utf8')).toBe(before);
    expect(existsSync(made.claimed.get(stage) ?? '')).toBe(true);
  });
  test('a sparse file of a terabyte', async ({ dir }) => {
    const place = spoolIn(dir);
    const made = claimedRun(place.root);
    truncateSync(made.journal, 2 ** 40);
    for (const { refusals } of await attempts(place)) expect(refusals).toHaveLength(1);
    expect(existsSync(join(place.root, stage))).toBe(false);
  });
  test('a last line without an end', async ({ dir }) => {
    const place = spoolIn(dir);
    const made = claimedRun(place.root);
    appendFileSync(made.journal, 'x'.repeat(70 * 1024 * 1024));
    for (const { refusals } of await attempts(place)) expect(refusals).toHaveLength(1);
    expect(existsSync(join(place.root, stage))).toBe(false);
  });
});

describe('a foreign inode under a claimed name gets nothing', () => {
  test('a symlink to a secret', async ({ dir }) => {
    const place = spoolIn(dir);
    const made = claimedRun(place.root);
    rmSync(made.claimed.get(stage) ?? '');
    symlinkSync(place.secret, made.claimed.get(stage) ?? '');
    await expectNothing(dir, { ...place, made });
  });
  test('a link to a secret', async ({ dir }) => {
    const place = spoolIn(dir);
    const made = claimedRun(place.root);
    rmSync(made.claimed.get(stage) ?? '');
    linkSync(place.secret, made.claimed.get(stage) ?? '');
    await expectNothing(dir, { ...place, made });
  });
  test.runIf(isRoot)(
    "a stranger's file, of which the forged journal knows everything",
    async ({ dir }) => {
      const place = spoolIn(dir);
      chownSync(place.secret, 12_345, 12_345);
      const made = makeRun(place.root, [
        { path: stage, does: 'claim', forged: { seen: statAt(place.secret) } },
      ]);
      rmSync(made.claimed.get(stage) ?? '');
      linkSync(place.secret, made.claimed.get(stage) ?? '');
      await expectNothing(dir, { ...place, made });
    },
  );
});

describe('a mailbox name that a forged journal tells of', () => {
  for (const link of ['../secret', '../../etc/passwd', 'stage./1.', 'user/glad/../glad/1.']) {
    test(`${link} is not linked`, async ({ dir }) => {
      const place = spoolIn(dir);
      const seen = statAt(place.secret);
      const made = makeRun(place.root, [
        { path: stage, does: 'unlink', outcome: 'unlinked', links: [link], forged: { seen } },
      ]);
      expect(lstatSync(place.secret).nlink).toBe(1);
      const before = treeOf(dir, { inodes: true });
      await attempts(place);
      expect(treeOf(dir, { inodes: true })).toEqual(before);
      expect(made.claimed.size).toBe(1);
    });
  }
  test('a symlinked mailbox is not followed', async ({ dir }) => {
    const place = spoolIn(dir);
    mkdirSync(join(dir, 'private'));
    renameSync(place.secret, join(dir, 'private/1.'));
    symlinkSync(join(dir, 'private'), join(place.root, 'user/bob'));
    makeRun(place.root, [
      {
        path: stage,
        does: 'unlink',
        outcome: 'unlinked',
        links: ['user/bob/1.'],
        forged: { seen: statAt(join(dir, 'private/1.')) },
      },
    ]);
    await attempts(place);
    expect(lstatSync(join(dir, 'private/1.')).nlink).toBe(1);
  });
});

test('a pid directory that became a symlink is not followed', async ({ dir }) => {
  const place = spoolIn(dir);
  const path = `sync./4711/${'a'.repeat(40)}`;
  writeFileSync(join(place.root, path), 'an upload');
  makeRun(place.root, [{ path, does: 'claim', outcome: 'quarantined' }]);
  rmSync(join(place.root, 'sync./4711'), { recursive: true });
  mkdirSync(join(dir, 'trap'));
  symlinkSync(join(dir, 'trap'), join(place.root, 'sync./4711'));
  const base = { root: bytePath(place.root), rootId: statAt(place.root) };
  const outcome = await undoRun(
    nodeChanges,
    { ...base, run: asBytes(runId) },
    {
      clock: { breathe: () => Promise.resolve() },
      apply: true,
      lock: () => ({ whyLost: () => undefined, release: () => undefined }),
      ownerOf: () => 'dead',
      messageRoots: [base],
    },
  );
  expect(outcome.steps.map((step) => step.outcome)).toEqual(['cannot']);
  expect(existsSync(join(dir, 'trap', 'a'.repeat(40)))).toBe(false);
  expect(outcome.heldFiles).toBe(1);
});
