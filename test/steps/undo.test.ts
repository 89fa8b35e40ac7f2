import {
  appendFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, vi } from 'vitest';
import { asBytes, bytePath } from '../../src/model/byte-path.ts';
import type { OwnerState } from '../../src/model/owner.ts';
import { undoRun } from '../../src/steps/undo.ts';
import { nodeChanges } from '../../src/system/anchor.ts';
import { makeRun, runId, statAt, treeOf, type HandMadeStep } from '../support/hand-made-run.ts';
import { buildSpool, test } from '../support/spool.ts';
import {
  sha,
  unlocked,
  undo,
  contextOf,
  outcomes,
  removed,
  incident,
} from '../support/undo-run.ts';

describe('after undo (safety.md 25)', () => {
  test('the tree equals the former one name by name', async ({ dir }) => {
    incident(dir);
    const before = treeOf(dir, { inodes: true });
    makeRun(dir, removed);
    expect(treeOf(dir, { inodes: true })).not.toEqual(before);
    expect(outcomes(await undo(dir))).toEqual(Array(5).fill('restored'));
    expect(treeOf(dir, { inodes: true })).toEqual(before);
  });

  test('the quarantine is empty and the journal stays to tell of it', async ({ dir }) => {
    makeRun(incident(dir), removed);
    const { heldFiles } = await undo(dir);
    expect(heldFiles).toBe(0);
    const journal = readFileSync(join(dir, 'stagesweep.', runId, 'journal.jsonl'), 'utf8');
    expect(journal.match(/"type":"undone"/g)).toHaveLength(5);
  });

  test('a second undo finds nothing to do', async ({ dir }) => {
    makeRun(incident(dir), removed);
    await undo(dir);
    const before = treeOf(dir, { inodes: true });
    expect(outcomes(await undo(dir))).toEqual(Array(5).fill('nothing-to-do'));
    expect(treeOf(dir, { inodes: true })).toEqual(before);
  });

  test('a second undo does not bring back what was removed since', async ({ dir }) => {
    makeRun(incident(dir), removed);
    await undo(dir);
    rmSync(join(dir, 'sync./4711'), { recursive: true });
    expect(outcomes(await undo(dir))).toEqual(Array(5).fill('nothing-to-do'));
    expect(existsSync(join(dir, 'sync./4711'))).toBe(false);
  });

  test('a torn last line of the journal is mended and hinders nothing', async ({ dir }) => {
    incident(dir);
    const before = treeOf(dir, { inodes: true });
    const { journal } = makeRun(dir, removed, { isKilled: true });
    appendFileSync(journal, '{"type":"outc');
    expect(outcomes(await undo(dir))).toEqual(Array(5).fill('restored'));
    expect(outcomes(await undo(dir))).toEqual(Array(5).fill('nothing-to-do'));
    expect(treeOf(dir, { inodes: true })).toEqual(before);
  });
});

describe('what a run never began is not its own to restore', () => {
  const later = '20261124T050000Z-0badcafe';
  const twoFiles = {
    'user/glad/1.': 'a message',
    'user/glad/2.': 'another',
    [`sync./4711/${sha('a')}`]: { link: 'user/glad/1.' },
    [`sync./4711/${sha('b')}`]: { link: 'user/glad/2.' },
  } as const;
  const first = {
    path: `sync./4711/${sha('a')}`,
    does: 'unlink',
    outcome: 'unlinked',
    links: ['user/glad/1.'],
  } as const;
  const second = { path: `sync./4711/${sha('b')}`, links: ['user/glad/2.'] } as const;

  test('when it was interrupted, and a later run removed the rest', async ({ dir }) => {
    buildSpool(dir, twoFiles);
    // A run with an end has a line for every step that it began.
    makeRun(dir, [first, { ...second, does: 'nothing' }]);
    unlinkSync(join(dir, second.path));
    expect(outcomes(await undo(dir)).sort()).toEqual(['nothing-to-do', 'restored']);
    expect(existsSync(join(dir, second.path))).toBe(false);
  });

  test('when it was killed, and a later run has it in its journal', async ({ dir }) => {
    buildSpool(dir, twoFiles);
    makeRun(dir, [first, { ...second, does: 'nothing' }], { isKilled: true });
    makeRun(dir, [{ ...second, does: 'unlink', outcome: 'unlinked' }], { run: later });
    expect(outcomes(await undo(dir)).sort()).toEqual(['nothing-to-do', 'restored']);
    expect(existsSync(join(dir, second.path))).toBe(false);
  });

  test('when the journal of the later run lies on the shelf that is named', async ({ dir }) => {
    const root = join(dir, 'spool');
    buildSpool(root, twoFiles);
    const shelf = join(dir, 'shelf');
    mkdirSync(shelf);
    const killed = makeRun(root, [first, { ...second, does: 'nothing' }], { isKilled: true });
    const leaf = bytePath(`${runId}.0.jsonl`);
    renameSync(killed.journal, join(shelf, leaf));
    const done = { ...second, does: 'unlink', outcome: 'unlinked' } as const;
    const made = makeRun(root, [done], { run: later });
    renameSync(made.journal, join(shelf, `${later}.0.jsonl`));
    const journal = { directory: bytePath(shelf), id: statAt(shelf), leaf };
    const place = { root: bytePath(root), rootId: statAt(root), run: asBytes(runId), journal };
    const outcome = await undoRun(nodeChanges, place, contextOf(root));
    expect(outcomes(outcome).sort()).toEqual(['nothing-to-do', 'restored']);
  });

  test('and what a later run did not find any more is, when it was killed at it', async ({
    dir,
  }) => {
    buildSpool(dir, twoFiles);
    const gone = { ...second, outcome: 'already-gone' } as const;
    // Both plans were made before either was carried out.
    makeRun(dir, [{ ...gone, does: 'nothing' }], { run: later });
    makeRun(dir, [first, { ...second, does: 'unlink' }], { isKilled: true });
    expect(outcomes(await undo(dir))).toEqual(['restored', 'restored']);
  });

  test('and what it was killed in the middle of is', async ({ dir }) => {
    buildSpool(dir, twoFiles);
    makeRun(dir, [first, { ...second, does: 'unlink' }], { isKilled: true });
    expect(outcomes(await undo(dir))).toEqual(['restored', 'restored']);
  });
});

test('without --apply nothing changes and everything is foretold', async ({ dir }) => {
  makeRun(incident(dir), removed);
  const before = treeOf(dir, { inodes: true });
  const lock = vi.fn(() => unlocked);
  expect(outcomes(await undo(dir, { apply: false, lock }))).toEqual(Array(5).fill('would-restore'));
  expect(treeOf(dir, { inodes: true })).toEqual(before);
  expect(lock).not.toHaveBeenCalled();
});

describe('a name whose owner may be alive (safety.md 25)', () => {
  for (const owner of ['alive', 'unknown'] as const) {
    test(`stays in the quarantine while its owner is ${owner}`, async ({ dir }) => {
      makeRun(incident(dir), removed);
      const ownerOf = (pid: number): OwnerState => (pid === 4711 ? owner : 'dead');
      const outcome = await undo(dir, { ownerOf });
      expect(outcomes(outcome).sort()).toEqual(['held', 'held', 'held', 'restored', 'restored']);
      expect(outcome.heldFiles).toBe(1);
      expect(existsSync(join(dir, 'sync./4711'))).toBe(false);
    });
  }
});

describe('a taken name', () => {
  test('is never replaced, and the file stays in the quarantine', async ({ dir }) => {
    makeRun(incident(dir), removed);
    writeFileSync(join(dir, 'sync./4712.cache'), 'fresh');
    const outcome = await undo(dir);
    expect(outcomes(outcome)).toContain('cannot');
    expect(outcome.heldFiles).toBe(1);
    expect(readFileSync(join(dir, 'sync./4712.cache'), 'utf8')).toBe('fresh');
  });
});

describe('from a mailbox a name comes back only if the file is the same to the byte', () => {
  const one: readonly HandMadeStep[] = [
    {
      path: `sync./4711/${sha('a')}`,
      does: 'unlink',
      outcome: 'unlinked',
      links: ['user/glad/1.'],
    },
  ];
  const back = (dir: string): boolean => existsSync(join(dir, `sync./4711/${sha('a')}`));

  test('which it is when nothing happened', async ({ dir }) => {
    makeRun(incident(dir), one);
    await undo(dir);
    expect(back(dir)).toBe(true);
  });
  test('other bytes of the same length with the mtime set back are another message', async ({
    dir,
  }) => {
    incident(dir);
    const path = join(dir, 'user/glad/1.');
    makeRun(dir, [
      { ...one[0], path: one[0]?.path ?? '', does: 'unlink', forged: { sha1: sha('c') } },
    ]);
    expect(outcomes(await undo(dir))).toEqual(['cannot']);
    expect(statSync(path).nlink).toBe(1);
    expect(back(dir)).toBe(false);
  });
  for (const [what, forged] of [
    ['inode', { ino: 5n }],
    ['size', { sizeBytes: 5 }],
    ['mtime', { modifiedNs: 5n }],
    ['birth time', { bornNs: 5n }],
  ] as const) {
    test(`another ${what} is another file`, async ({ dir }) => {
      incident(dir);
      const seen = { ...statAt(join(dir, 'user/glad/1.')), ...forged };
      makeRun(
        dir,
        one.map((step) => ({ ...step, forged: { seen } })),
      );
      expect(outcomes(await undo(dir))).toEqual(['cannot']);
      expect(back(dir)).toBe(false);
      expect(statSync(join(dir, 'user/glad/1.')).nlink).toBe(1);
    });
  }
  test('a message that was expunged meanwhile cannot be linked', async ({ dir }) => {
    makeRun(incident(dir), one);
    unlinkSync(join(dir, 'user/glad/1.'));
    expect(outcomes(await undo(dir))).toEqual(['cannot']);
  });
});

test('whatever a run removed, undo gives the same tree', async ({ dir }) => {
  const kind = fc.record({
    pid: fc.constantFrom(101, 102, 103),
    digit: fc.constantFrom('a', 'b', 'c', 'd'),
    isLinked: fc.boolean(),
    isClaimed: fc.boolean(),
    tells: fc.boolean(),
    mode: fc.constantFrom(0o600, 0o640, 0o444),
  });
  let round = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(kind, { selector: ({ pid, digit }) => `${pid} ${digit}`, maxLength: 8 }),
      fc.boolean(),
      async (files, emptiesDirectories) => {
        const root = join(dir, String(round++));
        mkdirSync(join(root, 'user/glad'), { recursive: true });
        mkdirSync(join(root, 'sync.'));
        const steps: HandMadeStep[] = files.map(
          ({ pid, digit, isLinked, isClaimed, tells, mode }, at) => {
            const path = `sync./${pid}/${sha(digit)}`;
            mkdirSync(join(root, `sync./${pid}`), { recursive: true });
            writeFileSync(join(root, path), `${pid} ${digit}`, { mode });
            if (isLinked) linkSync(join(root, path), join(root, `user/glad/${at}.`));
            // The last name of an inode is never unlinked (safety.md 11).
            const does = isClaimed || !isLinked ? 'claim' : 'unlink';
            const outcome = does === 'claim' ? 'quarantined' : 'unlinked';
            return {
              path,
              does,
              ...(tells ? { outcome } : {}),
              ...(isLinked ? { links: [`user/glad/${at}.`] } : {}),
            };
          },
        );
        const before = treeOf(root, { inodes: true });
        const emptied: HandMadeStep[] = emptiesDirectories
          ? [...new Set(files.map(({ pid }) => pid))].map((pid) => ({
              path: `sync./${pid}`,
              does: 'rmdir',
              outcome: 'directory-removed',
            }))
          : [];
        // Lines are lost only with the power, and the last one is lost with them.
        makeRun(root, [...steps, ...emptied], { isKilled: files.some(({ tells }) => !tells) });
        await undo(root, { batchSteps: 3 });
        expect(treeOf(root, { inodes: true })).toEqual(before);
      },
    ),
    { numRuns: 60 },
  );
});

describe('what another file was claimed in the place of the planned one', () => {
  test('goes back to its name when the run was killed before it could put it back', async ({
    dir,
  }) => {
    incident(dir);
    const { claimed } = makeRun(dir, [{ path: 'sync./4712.cache', does: 'claim' }], {
      isKilled: true,
    });
    const name = claimed.get('sync./4712.cache') ?? '';
    writeFileSync(`${name}.new`, 'fresh');
    renameSync(`${name}.new`, name);
    expect(outcomes(await undo(dir))).toEqual(['restored']);
    expect(readFileSync(join(dir, 'sync./4712.cache'), 'utf8')).toBe('fresh');
  });
  test('a copy of lost bytes goes back only when it is whole', async ({ dir }) => {
    incident(dir);
    const { claimed } = makeRun(dir, [
      { path: 'sync./4712.cache', does: 'claim', outcome: 'copied' },
    ]);
    const name = claimed.get('sync./4712.cache') ?? '';
    writeFileSync(`${name}.new`, 'cache rec');
    renameSync(`${name}.new`, name);
    expect(outcomes(await undo(dir))).toEqual(['cannot']);
    writeFileSync(name, 'cache records');
    expect(outcomes(await undo(dir))).toEqual(['restored']);
  });
});

test('an undo that loses its lock gives up no name in the quarantine', async ({ dir }) => {
  makeRun(incident(dir), removed);
  const lock = { whyLost: () => 'another run has the lock', release: () => undefined };
  const outcome = await undo(dir, { lock: () => lock });
  expect(outcome.refusals).toHaveLength(1);
  // The three that were claimed, and the one that came from a mailbox.
  expect(outcome.heldFiles).toBe(4);
});

test('a root that is locked is left alone', async ({ dir }) => {
  makeRun(incident(dir), removed);
  const outcome = await undo(dir, { lock: () => 'the root is locked by run 1' });
  expect(outcome).toMatchObject({ steps: [], refusals: ['the root is locked by run 1'] });
});
