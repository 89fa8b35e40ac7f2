import { describe, expect, test } from 'vitest';
import { stepsOf, tooMany } from '../../src/decide/make-plan.ts';
import { asBytes, join } from '../../src/model/byte-path.ts';
import type { Evidence } from '../../src/model/evidence.ts';
import { type Link, type LinkAccount } from '../../src/model/link.ts';
import type { Policy } from '../../src/model/selection.ts';
import { stagePath } from '../../src/model/stage.ts';
import { aLink, aRow, aStageDirectory, aStat, scanTime, spool } from '../support/report-builder.ts';
import {
  sha,
  day,
  survey,
  pidDirectory,
  plan,
  actions,
  keptReasons,
  intact,
  unlinkable,
} from '../support/plan-facts.ts';

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

test('stepsOf counts the steps of all roots', () => {
  expect(stepsOf(plan({ rows: [unlinkable], pidDirectories: [pidDirectory(7)] }))).toBe(2);
});
