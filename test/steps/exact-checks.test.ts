/** Each comparison by itself, with a port that lies about one thing: safety.md 1, 2, 9, 17, 19, 20, 22, 25. */
import {
  chmodSync,
  existsSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { asBytes, bytePath } from '../../src/model/byte-path.ts';
import type { FileStat } from '../../src/model/inode.ts';
import type { RunOutcome } from '../../src/model/run.ts';
import { purgeRun, type PurgeContext } from '../../src/steps/purge.ts';
import { removeRoot, type RemoveContext } from '../../src/steps/remove.ts';
import { undoRun } from '../../src/steps/undo.ts';
import { nodeChanges } from '../../src/system/anchor.ts';
import type { Changes } from '../../src/system/os.ts';
import { disguised, posing, type Disguise } from '../support/disguised-changes.ts';
import { FaultPort, type Call, type Fault } from '../support/fault-changes.ts';
import { makeRun, runId, statAt as statOf } from '../support/hand-made-run.ts';
import { beforeUnlink, filesOnly, shared, told, untilLater } from '../support/removal-run.ts';
import { buildForest, planOf, stageNames, type Forest } from '../support/removal-spool.ts';
import { removeContext } from '../support/remove-context.ts';
import { buildSpool, test } from '../support/spool.ts';

const stranger = 4711;

async function cleaned(dir: string, forest: Forest, disguise: Disguise): Promise<string[]> {
  buildForest(dir, forest);
  const outcome = await removeRoot(disguised(nodeChanges, disguise), planOf(dir), removeContext());
  return outcome.stopped === undefined ? told(outcome) : [outcome.stopped];
}

describe('a stage file is left alone', () => {
  test('when another birth time has its inode number, before it is claimed', async ({ dir }) => {
    const [first] = await cleaned(dir, shared, posing('0.', { bornNs: 1n }, 'fstat'));
    expect(first).toBe('sync./7001/0. · refused · another file has its name now');
    expect(stageNames(dir)).toEqual(['sync./7001/0.']);
  });
  test('when it belongs to another user', async ({ dir }) => {
    const [first] = await cleaned(dir, shared, posing('0.', { uid: stranger }, 'fstat'));
    expect(first).toBe(`sync./7001/0. · refused · it belongs to user ${stranger}`);
  });
});

describe('a pid directory is left alone', () => {
  test.for<readonly [string, Partial<FileStat>]>([
    ['it is another directory now', { dev: 1n }],
    ['it is another directory now', { ino: 1n }],
    ['it is another directory now', { bornNs: 1n }],
    [`it belongs to user ${stranger}`, { uid: stranger }],
    ['it is a file now', { kind: 'file' }],
  ])('when %s (%o)', async ([why, over], { dir }) => {
    const results = await cleaned(dir, shared, posing('7003', over, 'lstat'));
    expect(results).toContain(`sync./7003 · refused · ${why}`);
    expect(existsSync(join(dir, 'sync./7003'))).toBe(true);
  });
});

describe('a quarantine is not used', () => {
  test.for<readonly [string, Partial<FileStat>]>([
    ['another user', { uid: stranger }],
    ['another filesystem', { dev: 1n }],
  ])('when it is that of %s', async ([, over], { dir }) => {
    const [why] = await cleaned(dir, shared, posing('stagesweep.', over));
    expect(why).toMatch(/stagesweep\. (belongs to user 4711|is on another filesystem)/);
    expect(stageNames(dir)).toEqual(['sync./7001/0.']);
  });
});

describe('what the same clean touched in another root', () => {
  async function moved(
    dir: string,
    touchedAt: (now: bigint) => bigint,
    over: Partial<RemoveContext> = {},
  ): Promise<string[]> {
    buildForest(dir, shared);
    const plan = filesOnly(planOf(dir));
    untilLater(join(dir, 'probe'), plan.steps[0]);
    chmodSync(join(dir, 'user/alice/1.'), 0o600);
    const { dev, ino, changedNs } = statOf(join(dir, 'user/alice/1.'));
    const touched = [{ dev, ino, changedNs: touchedAt(changedNs) }];
    return told(await removeRoot(nodeChanges, plan, removeContext(1, { touched, ...over })));
  }
  test('is no change of somebody else', async ({ dir }) => {
    expect(await moved(dir, (now) => now)).toEqual(['sync./7001/0. · unlinked']);
  });
  test('is one when it has changed again since', async ({ dir }) => {
    const results = await moved(dir, (now) => now - 1n);
    expect(results[0]).toContain('refused · it changed since the scan');
  });
});

describe('what must last is synced', () => {
  test('the journal and the directories that its name is in, before the first step', async ({
    dir,
  }) => {
    buildForest(dir, shared);
    const port = new FaultPort(nodeChanges);
    const { run } = await removeRoot(port, planOf(dir), removeContext());
    const calls = port.log.filter((call) => /^(mkdir|creat|write|fsync|rename|unlink)/.test(call));
    const begin = calls.indexOf('mkdir stagesweep.');
    const quiet = calls.slice(begin).filter((call) => !call.includes('lock'));
    expect(quiet.slice(0, 10)).toEqual([
      'mkdir stagesweep.',
      `fsync ${dir}/`,
      `mkdir ${run}`,
      'fsync stagesweep./',
      'creat journal.jsonl',
      'write journal.jsonl',
      'fsync journal.jsonl',
      `fsync ${run}/`,
      'write journal.jsonl',
      'fsync journal.jsonl',
    ]);
    expect(quiet[10]).toMatch(/^rename 0\./);
  });

  test('a copy, before it gets its name, and that name', async ({ dir }) => {
    buildForest(dir, shared);
    const expunge = (call: Call, when: string): void => {
      if (beforeUnlink(call, when)) rmSync(join(dir, 'user/alice/1.'), { force: true });
    };
    const port = new FaultPort(nodeChanges, undefined, expunge);
    const { run } = await removeRoot(port, filesOnly(planOf(dir)), removeContext());
    const from = port.log.findIndex((call) => /^creat .*\.part$/.test(call));
    const part = port.log[from]?.slice(6) ?? '';
    expect(port.log.slice(from, from + 7)).toEqual([
      `creat ${part}`,
      'copy ',
      `write ${part}`,
      `fsync ${part}`,
      `link ${part}`,
      `fsync ${run}/`,
      `unlink ${part}`,
    ]);
  });

  test('a name that undo gave back and its line, before the quarantine gives it up', async ({
    dir,
  }) => {
    makeUndoable(dir);
    const port = new FaultPort(nodeChanges);
    await undo(dir, port);
    const calls = port.log.filter((call) => /^(link|write|fsync|unlink)/.test(call));
    expect(calls).toEqual([
      'link 0-00000000',
      'fsync 4711/',
      'write journal.jsonl',
      'fsync journal.jsonl',
      'unlink 0-00000000',
      `fsync ${runId}/`,
    ]);
  });
});

const upload = `sync./4711/${'a'.repeat(40)}`;

/** A file in the quarantine, and its pid directory. */
function makeUndoable(root: string): string {
  buildSpool(root, { [upload]: 'the last name' });
  const { claimed } = makeRun(root, [{ path: upload, does: 'claim', outcome: 'quarantined' }]);
  return claimed.get(upload) ?? '';
}

function undo(root: string, changes: Changes): Promise<RunOutcome> {
  const place = { root: bytePath(root), rootId: statOf(root) };
  return undoRun(
    changes,
    { ...place, run: asBytes(runId) },
    {
      clock: { breathe: () => Promise.resolve() },
      apply: true,
      lock: () => ({ whyLost: () => undefined, release: () => undefined }),
      ownerOf: () => 'dead',
      messageRoots: [place],
    },
  );
}

function details({ steps, refusals }: RunOutcome): string[] {
  return [
    ...steps.map(({ outcome, detail }) => `${outcome}: ${detail ?? ''}`),
    ...refusals.map((why) => `refusal: ${why}`),
  ];
}

describe('undo', () => {
  test('never gives up a name in the quarantine that is the only one', async ({ dir }) => {
    const claimed = makeUndoable(dir);
    // As when one directory is reached in two ways: what looks like two names is one.
    const outcome = await undo(dir, disguised(nodeChanges, posing('0-00000000', { linkCount: 1 })));
    expect(details(outcome)).toEqual([
      'failed: the name went away again; its bytes stay in the quarantine',
    ]);
    expect(readFileSync(claimed, 'utf8')).toBe('the last name');
  });

  test('restores nothing into a directory on another filesystem', async ({ dir }) => {
    const claimed = makeUndoable(dir);
    const id: Disguise['id'] = (leaf, own) => (leaf === '4711' ? { ...own, dev: 1n } : own);
    const outcome = await undo(dir, disguised(nodeChanges, { id }));
    expect(details(outcome)).toEqual([expect.stringContaining('EXDEV')]);
    expect(existsSync(claimed)).toBe(true);
    expect(existsSync(join(dir, upload))).toBe(false);
  });

  test.for([
    [runId, 'it belongs to another user'],
    ['journal.jsonl', 'its journal belongs to another user'],
  ] as const)('trusts no %s of another user', async ([leaf, why], { dir }) => {
    const claimed = makeUndoable(dir);
    const outcome = await undo(dir, disguised(nodeChanges, posing(leaf, { uid: stranger })));
    expect(details(outcome)).toEqual([`refusal: ${why}`]);
    expect(existsSync(claimed)).toBe(true);
  });

  function unlinked(root: string): void {
    buildSpool(root, { 'user/glad/1.': 'a message', [upload]: { link: 'user/glad/1.' } });
    makeRun(root, [{ path: upload, does: 'unlink', outcome: 'unlinked', links: ['user/glad/1.'] }]);
  }

  test('links no message of another user', async ({ dir }) => {
    unlinked(dir);
    const outcome = await undo(dir, disguised(nodeChanges, posing('1.', { uid: stranger })));
    expect(details(outcome)).toEqual([
      'cannot: what the mailbox has under its name is another file now',
    ]);
  });

  test('looks after the link whether it was the message still', async ({ dir }) => {
    unlinked(dir);
    const swap = ({ syscall, leaf }: Call, when: string): void => {
      if (syscall !== 'link' || leaf !== '1.' || when !== 'before') return;
      renameSync(join(dir, 'user/glad/1.'), join(dir, 'user/glad/2.'));
      writeFileSync(join(dir, 'user/glad/1.'), 'another file');
    };
    const outcome = await undo(dir, new FaultPort(nodeChanges, undefined, swap));
    expect(details(outcome)).toEqual([
      'cannot: the name in the mailbox was another file at the last moment',
    ]);
    expect([
      existsSync(join(dir, upload)),
      readFileSync(join(dir, 'user/glad/1.'), 'utf8'),
    ]).toEqual([false, 'another file']);
    expect(readdirSync(join(dir, 'stagesweep.', runId))).toEqual(['journal.jsonl']);
  });
});

describe('purge deletes nothing', () => {
  function purge(
    root: string,
    changes: Changes,
    shownAsLast: PurgeContext['shownAsLast'] = 'any',
  ): Promise<RunOutcome> {
    return purgeRun(
      changes,
      { root: bytePath(root), rootId: statOf(root), run: asBytes(runId) },
      {
        clock: { breathe: () => Promise.resolve() },
        apply: true,
        lock: () => ({ whyLost: () => undefined, release: () => undefined }),
        takesEvidence: false,
        isRedundant: () => false,
        shownAsLast,
      },
    );
  }
  const atJournal =
    (act: () => void) =>
    ({ syscall, leaf }: Call, when: string): void => {
      if (syscall === 'write' && leaf === 'journal.jsonl' && when === 'after') act();
    };

  test('that came under the name since it was looked at', async ({ dir }) => {
    const claimed = makeUndoable(dir);
    const swap = atJournal(() => {
      renameSync(claimed, join(dir, 'aside'));
      writeFileSync(claimed, 'another file');
    });
    const outcome = await purge(dir, new FaultPort(nodeChanges, undefined, swap));
    expect(details(outcome)).toEqual(['kept: it has changed since it was looked at']);
    expect(readFileSync(claimed, 'utf8')).toBe('another file');
  });

  test('whose other name went since it was looked at', async ({ dir }) => {
    buildSpool(dir, { 'user/glad/1.': 'a message', [upload]: { link: 'user/glad/1.' } });
    const made = makeRun(dir, [{ path: upload, does: 'claim', outcome: 'quarantined' }]);
    const expunge = atJournal(() => {
      rmSync(join(dir, 'user/glad/1.'));
    });
    const outcome = await purge(dir, new FaultPort(nodeChanges, undefined, expunge), new Set());
    expect(details(outcome)).toEqual(['kept: it has changed since it was looked at']);
    expect(existsSync(made.claimed.get(upload) ?? '')).toBe(true);
  });

  test('that has become the last of its kind since it was shown', async ({ dir }) => {
    const claimed = makeUndoable(dir);
    const outcome = await purge(dir, nodeChanges, new Set());
    expect(details(outcome)).toEqual([
      'kept: it has become the last of its kind since it was shown',
    ]);
    expect(existsSync(claimed)).toBe(true);
  });

  test.for<Fault>([
    { first: 'write', errno: 'ENOSPC' },
    { first: 'fsync', errno: 'EIO' },
  ])('when its journal cannot be written (%o)', async (fault, { dir }) => {
    const claimed = makeUndoable(dir);
    const outcome = await purge(dir, new FaultPort(nodeChanges, fault));
    expect(details(outcome)).toEqual([expect.stringContaining('nothing more was deleted')]);
    expect(existsSync(claimed)).toBe(true);
  });
});
