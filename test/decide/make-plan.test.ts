import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chooseAction } from '../../src/decide/choose-action.ts';
import { makePlan, stepsOf, tooMany, type PlanFacts } from '../../src/decide/make-plan.ts';
import { asBytes, bytePath, join } from '../../src/model/byte-path.ts';
import type { Evidence } from '../../src/model/evidence.ts';
import { sameInode } from '../../src/model/inode.ts';
import { linkPath, type Link, type LinkAccount } from '../../src/model/link.ts';
import type { Plan } from '../../src/model/plan.ts';
import type { PidDirectory, RootSurvey } from '../../src/model/root-survey.ts';
import type { Policy } from '../../src/model/selection.ts';
import { stagePath } from '../../src/model/stage.ts';
import type { Verdict } from '../../src/model/verdict.ts';
import { aLink, aRow, aStageDirectory, aStat, scanTime, spool } from '../support/report-builder.ts';

const sha = 'da39a3ee5e6b4b0d3255bfef95601890afd80709';
const day = 86_400_000_000_000n;

const everything: Policy = {
  only: undefined,
  pids: new Set(),
  saved: undefined,
  maxDelete: undefined,
  minAgeSeconds: 600,
};

function survey(changes: Partial<RootSurvey> = {}): RootSurvey {
  const directory = { kind: 'directory', mode: 0o700 } as const;
  return {
    root: {
      partition: 'default',
      kind: 'data',
      path: spool,
      dev: 65_024n,
      ino: 2n,
      filesystem: 'ext4',
    },
    stat: aStat({ ...directory, ino: 2n }),
    areas: [
      { path: join(spool, 'sync.'), stat: aStat(directory) },
      { path: join(spool, 'stage.'), stat: aStat(directory) },
    ],
    ...changes,
  };
}

function pidDirectory(pid: number, changes: Partial<PidDirectory> = {}): PidDirectory {
  return {
    directory: aStageDirectory(pid),
    seen: aStat({ kind: 'directory', mode: 0o700, ino: BigInt(pid), changedNs: scanTime - day }),
    owner: { state: 'dead', evidence: 'no such process' },
    isEmpty: true,
    ...changes,
  };
}

function plan(facts: Partial<PlanFacts>, policy: Partial<Policy> = {}): Plan {
  return makePlan(
    { rows: [], pidDirectories: [], surveys: [survey()], nowNs: scanTime, ...facts },
    { ...everything, ...policy },
  );
}

const actions = (made: Plan): string[] =>
  made.roots.flatMap(({ steps }) =>
    steps.map(
      (step) => `${step.kind === 'file' ? step.action : 'rmdir'} ${step.components.join('/')}`,
    ),
  );
const keptReasons = (made: Plan): (readonly string[])[] => made.kept.map(({ reasons }) => reasons);

const intact = aLink('user/glad', 'user.glad', 1, { status: 'intact' });
const unlinkable = aRow({ others: [intact], action: 'unlink', damage: 'none', sha1: sha });

describe('what goes', () => {
  test('an orphan whose bytes an intact message keeps is unlinked', () => {
    expect(actions(plan({ rows: [unlinkable] }))).toEqual(['unlink sync./29594/65.']);
  });

  test('safety 11: an unlink is not believed when no intact message stands behind it', () => {
    const alone = aRow({ action: 'unlink', damage: 'none', sha1: sha });
    expect(actions(plan({ rows: [alone] }))).toEqual(['quarantine sync./29594/65.']);
  });

  test('safety 11: a message that Cyrus is about to remove keeps nothing', () => {
    const row = { ...unlinkable, account: { ...unlinkable.account } };
    const leaving: Link = { ...intact, isLeaving: true };
    const account = { ...row.account, links: [...row.account.links.slice(0, 1), leaving] };
    expect(actions(plan({ rows: [{ ...row, account }] }))).toEqual(['quarantine sync./29594/65.']);
  });

  test('safety 11: evidence of damage is never unlinked', () => {
    const damaged = aLink('user/bob', 'user.bob', 2, { status: 'damaged' });
    const row = aRow({ others: [intact, damaged], action: 'unlink', sha1: sha });
    const made = plan({ rows: [row] });
    expect(actions(made)).toEqual(['quarantine sync./29594/65.']);
    expect(made.roots[0]?.steps[0]).toMatchObject({ isEvidence: true });
  });

  test('safety 12: a cache file is quarantined like the rest of its owner', () => {
    const base = aRow();
    const row: Evidence = {
      ...base,
      file: {
        ...base.file,
        directory: aStageDirectory(undefined, { area: 'sync', path: join(spool, 'sync.') }),
        leaf: asBytes('29594.cache'),
        grammar: 'sync-cache',
      },
    };
    expect(actions(plan({ rows: [row] }))).toEqual(['quarantine sync./29594.cache']);
  });

  test('two orphans that are the only names of one inode are both quarantined', () => {
    const one = aRow({ sha1: sha });
    const other = aRow({ leaf: asBytes('66.'), sha1: sha, stat: one.file.stat });
    const links = [...one.account.links, ...other.account.links];
    const account: LinkAccount = { expected: 2, links, complete: true, reasons: [] };
    const made = plan({ rows: [one, other].map((row) => ({ ...row, account })) });
    expect(actions(made)).toEqual(['quarantine sync./29594/65.', 'quarantine sync./29594/66.']);
    expect(made.bytesQuarantined).toBe(935);
  });

  test('a purge frees nothing of an inode that a message shares', () => {
    const row = aRow({ others: [intact], sha1: sha });
    expect(plan({ rows: [row] }).bytesQuarantined).toBe(0);
  });

  test('what root does runs as the owner of the areas, and never in group 0', () => {
    const stat = aStat({ kind: 'directory', mode: 0o700, uid: 96, gid: 0 });
    const areas = [{ path: join(spool, 'sync.'), stat }];
    const made = plan({ rows: [unlinkable], surveys: [survey({ areas })] });
    expect(made.roots[0]).toMatchObject({ uid: 96, gid: 65_534 });
  });
});

describe('what stays, and why', () => {
  test.each(['in-use', 'too-young', 'undecided', 'unknown-name'] as const)(
    'safety 13: %s is kept with its own reason',
    (verdict) => {
      const row = aRow({ verdict, reasons: ['owner-unknown'], action: 'unlink', sha1: sha });
      const made = plan({ rows: [row] });
      expect([actions(made), keptReasons(made)]).toEqual([[], [['owner-unknown']]]);
    },
  );

  test('a file of another user than its directory', () => {
    const made = plan({ rows: [aRow({ stat: { uid: 0 }, sha1: sha })] });
    expect(keptReasons(made)).toEqual([['other-owner']]);
  });

  test('a file whose bytes could not be read', () => {
    expect(keptReasons(plan({ rows: [aRow()] }))).toEqual([['not-read']]);
  });

  test('everything in a refused root, which is named with the reason', () => {
    const refused = survey({ stat: aStat({ kind: 'directory', mode: 0o777 }) });
    const made = plan({
      rows: [unlinkable],
      pidDirectories: [pidDirectory(7)],
      surveys: [refused],
    });
    expect([made.roots, keptReasons(made)]).toEqual([[], [['root-refused'], ['root-refused']]]);
    expect(made.refused).toMatchObject([{ root: spool }]);
  });

  test('a root without anything to do is not refused', () => {
    const refused = survey({ stat: aStat({ kind: 'directory', mode: 0o777 }) });
    expect(plan({ rows: [aRow({ verdict: 'in-use' })], surveys: [refused] }).refused).toEqual([]);
  });

  test('what --only and --pid leave out', () => {
    const other = aRow({ directory: aStageDirectory(5), sha1: sha });
    const rows = [unlinkable, other];
    expect(keptReasons(plan({ rows }, { only: 'stage' }))).toEqual([
      ['not-selected'],
      ['not-selected'],
    ]);
    const made = plan({ rows }, { pids: new Set([5]) });
    expect([actions(made), keptReasons(made)]).toEqual([
      ['quarantine sync./5/65.'],
      [['not-selected']],
    ]);
  });

  test('what a saved report does not tell of, and what is another file by now', () => {
    const { ino, sizeBytes, modifiedNs } = unlinkable.file.stat;
    const path = stagePath(unlinkable.file);
    const select = (file: { ino: bigint }): Policy['saved'] => ({
      files: new Map([[path, { sizeBytes, modifiedNs, ...file }]]),
      directories: new Set(),
    });
    const rows = [unlinkable, aRow({ leaf: asBytes('66.'), sha1: sha })];
    const same = plan({ rows }, { saved: select({ ino }) });
    expect([actions(same), keptReasons(same)]).toEqual([
      ['unlink sync./29594/65.'],
      [['not-selected']],
    ]);
    const stale = plan({ rows }, { saved: select({ ino: ino + 1n }) });
    expect(keptReasons(stale)).toEqual([['differs-from-report'], ['not-selected']]);
  });
});

describe('safety 22: pid directories', () => {
  test('an empty one that is old and whose owner is gone is removed', () => {
    expect(actions(plan({ pidDirectories: [pidDirectory(7)] }))).toEqual(['rmdir sync./7']);
  });

  test('one that the steps before it empty is removed after them', () => {
    const made = plan({
      rows: [unlinkable],
      pidDirectories: [pidDirectory(29_594, { isEmpty: false })],
    });
    expect(actions(made)).toEqual(['unlink sync./29594/65.', 'rmdir sync./29594']);
  });

  test('one in which a single name stays is left alone', () => {
    const rows = [unlinkable, aRow({ leaf: asBytes('odd'), verdict: 'unknown-name', sha1: sha })];
    const made = plan({ rows, pidDirectories: [pidDirectory(29_594, { isEmpty: false })] });
    expect(actions(made)).toEqual(['unlink sync./29594/65.']);
  });

  test.each([
    [{ owner: { state: 'alive', evidence: '' } }, 'owner-alive'],
    [{ owner: { state: 'unknown', evidence: '' } }, 'owner-unknown'],
    [
      { seen: aStat({ kind: 'directory', mode: 0o700, changedNs: scanTime - 1n }) },
      'changed-recently',
    ],
    [
      { seen: aStat({ kind: 'directory', mode: 0o700, changedNs: scanTime + day }) },
      'changed-recently',
    ],
  ] as const)('is kept: %o', (changes, reason) => {
    expect(keptReasons(plan({ pidDirectories: [pidDirectory(7, changes)] }))).toEqual([[reason]]);
  });
});

test('safety 23: --max-delete refuses a plan that has more steps, and not one that has as many', () => {
  const made = plan({ rows: [unlinkable], pidDirectories: [pidDirectory(7)] });
  expect([tooMany(made, 2), tooMany(made, undefined)]).toEqual([undefined, undefined]);
  expect(tooMany(made, 1)).toContain('2 steps, more than --max-delete 1');
});

/** A forest of inodes with names in stage areas, mailboxes, archives and elsewhere, judged in any way. */
const forest = fc
  .array(
    fc.record({
      stageNames: fc.integer({ min: 1, max: 3 }),
      others: fc.array(
        fc.record({
          kind: fc.constantFrom('mailbox', 'archive', 'quarantine', 'other'),
          status: fc.constantFrom('intact', 'damaged', 'unverifiable', 'unindexed'),
          isLeaving: fc.boolean(),
        }),
        { maxLength: 3 },
      ),
      unseen: fc.integer({ min: 0, max: 1 }),
      verdicts: fc.array(fc.constantFrom<Verdict>('orphan', 'orphan', 'in-use', 'too-young'), {
        minLength: 3,
        maxLength: 3,
      }),
      // A row may claim what it likes: the plan asks again.
      claimsUnlink: fc.boolean(),
      damage: fc.constantFrom('none', 'damaged', 'unverifiable'),
      uid: fc.constantFrom(96, 96, 96, 0),
      pid: fc.integer({ min: 1, max: 3 }),
    }),
    { maxLength: 6 },
  )
  .map((trees) => trees.flatMap((tree, index) => rowsOf(tree, index)));

function rowsOf(
  tree: {
    stageNames: number;
    others: readonly {
      kind: Link['kind'];
      status: NonNullable<Link['status']>;
      isLeaving: boolean;
    }[];
    unseen: number;
    verdicts: readonly Verdict[];
    claimsUnlink: boolean;
    damage: Evidence['damage'];
    uid: number;
    pid: number;
  },
  index: number,
): Evidence[] {
  const directory = aStageDirectory(tree.pid);
  const leaves = Array.from({ length: tree.stageNames }, (_, n) => asBytes(`${index * 10 + n}.`));
  const stage = leaves.map((leaf): Link => ({ directory, leaf, kind: 'stage', codes: [] }));
  const others = tree.others.map((other, n): Link => {
    const isMessage = other.kind === 'mailbox' || other.kind === 'archive';
    const name = aLink(`user/${index}`, `user.${index}`, n + 1);
    const { directory: home, leaf, codes } = name;
    const plain = { directory: home, leaf, codes };
    return {
      ...(isMessage ? { ...name, status: other.status } : plain),
      kind: other.kind,
      isLeaving: other.isLeaving,
    };
  });
  const links = [...stage, ...others];
  const expected = links.length + tree.unseen;
  const account: LinkAccount = { expected, links, complete: tree.unseen === 0, reasons: [] };
  const stat = aStat({ uid: tree.uid, linkCount: expected });
  return leaves.map((leaf, n) => {
    const verdict = tree.verdicts[n] ?? 'orphan';
    const chosen = chooseAction(
      { verdict, reasons: ['owner-dead'] },
      'sync-2.3',
      account,
      tree.damage,
    );
    return aRow({
      directory,
      leaf,
      stat,
      account,
      verdict,
      damage: tree.damage,
      sha1: sha,
      ...chosen,
      ...(tree.claimsUnlink ? { action: 'unlink' as const } : {}),
    });
  });
}

const keepers: ReadonlySet<string> = new Set(['mailbox', 'archive']);

describe('whatever the spool holds', () => {
  const pidDirectories = [1, 2, 3].map((pid) => pidDirectory(pid, { isEmpty: false }));
  const holds = (claim: (rows: readonly Evidence[], made: Plan) => boolean): void => {
    fc.assert(
      fc.property(forest, (rows) => claim(rows, plan({ rows, pidDirectories }))),
      { numRuns: 500 },
    );
  };
  const planned = (made: Plan): Map<string, string> =>
    new Map(
      made.roots.flatMap(({ root, steps }) =>
        steps.map((step): [string, string] => [
          bytePath([root, ...step.components].join('/')),
          step.kind === 'file' ? step.action : 'rmdir',
        ]),
      ),
    );

  test('no step is without an orphan verdict', () => {
    holds((rows, made) =>
      rows.every((row) => row.verdict === 'orphan' || !planned(made).has(stagePath(row.file))),
    );
  });

  test('every stage file has a step or a reason, and never both', () => {
    holds((rows, made) => {
      const kept = new Set<string>(made.kept.map(({ path }) => path));
      return rows.every(
        (row) => planned(made).has(stagePath(row.file)) !== kept.has(stagePath(row.file)),
      );
    });
  });

  test('no unlink is without an intact message that stays, outside the plan', () => {
    holds((rows, made) => {
      const steps = planned(made);
      return rows.every(
        (row) =>
          steps.get(stagePath(row.file)) !== 'unlink' ||
          (row.account.complete &&
            row.damage !== 'damaged' &&
            row.account.links.every((link) => link.status !== 'damaged') &&
            row.account.links.some(
              (link) =>
                (link.kind === 'mailbox' || link.kind === 'archive') &&
                link.status === 'intact' &&
                link.isLeaving !== true &&
                !steps.has(linkPath(link)),
            )),
      );
    });
  });

  test('every inode still has a mailbox, archive or quarantine name, or one that nobody plans to take', () => {
    holds((rows, made) => {
      const steps = planned(made);
      return rows.every((one) => {
        const names = rows.filter((row) => sameInode(row.file.stat, one.file.stat));
        return names.some((row) => {
          if (steps.get(stagePath(row.file)) !== 'unlink') return true;
          return row.account.links.some((link) => keepers.has(link.kind));
        });
      });
    });
  });

  test('a directory goes only when every name in it does', () => {
    holds((rows, made) => {
      const steps = planned(made);
      return rows.every(
        (row) => steps.has(stagePath(row.file)) || !steps.has(row.file.directory.path),
      );
    });
  });

  test('files come first, then directories, each in byte order', () => {
    holds((_, made) =>
      made.roots.every(({ steps }) => {
        const keys = steps.map(
          (step) => `${step.kind === 'file' ? 0 : 1}${step.components.join('/')}`,
        );
        return keys.every((one, at) => at === 0 || (keys[at - 1] ?? '') < one);
      }),
    );
  });

  test('the order of what the scan found does not matter', () => {
    holds((rows, made) => {
      const back = plan({ rows: rows.toReversed(), pidDirectories: pidDirectories.toReversed() });
      const text = (one: Plan): string =>
        JSON.stringify(one, (_, value: unknown) =>
          typeof value === 'bigint' ? value.toString() : value,
        );
      return text(made) === text(back);
    });
  });
});

test('stepsOf counts the steps of all roots', () => {
  expect(stepsOf(plan({ rows: [unlinkable], pidDirectories: [pidDirectory(7)] }))).toBe(2);
});
