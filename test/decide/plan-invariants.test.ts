import fc from 'fast-check';
import { describe, test } from 'vitest';
import { chooseAction } from '../../src/decide/choose-action.ts';
import { asBytes, bytePath } from '../../src/model/byte-path.ts';
import type { Evidence } from '../../src/model/evidence.ts';
import { sameInode } from '../../src/model/inode.ts';
import { linkPath, type Link, type LinkAccount } from '../../src/model/link.ts';
import type { Plan } from '../../src/model/plan.ts';
import { stagePath } from '../../src/model/stage.ts';
import type { Verdict } from '../../src/model/verdict.ts';
import { aLink, aRow, aStageDirectory, aStat } from '../support/report-builder.ts';
import { sha, pidDirectory, plan } from '../support/plan-facts.ts';

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
