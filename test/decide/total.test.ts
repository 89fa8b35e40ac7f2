import { expect, test } from 'vitest';
import { total } from '../../src/decide/total.ts';
import { evidenceWeigher, type Facts } from '../../src/decide/weigh-evidence.ts';
import type { Evidence } from '../../src/model/evidence.ts';
import { fileStat } from '../support/file-stat.ts';
import { accountOf, facts, link, stageFile } from '../support/facts.ts';

const row = (over: Partial<Facts> = {}): Evidence => evidenceWeigher()(facts(over));

test('every verdict is counted once', () => {
  const rows = (['orphan', 'in-use', 'too-young', 'undecided', 'unknown-name'] as const).map(
    (verdict) => row({ judgement: { verdict, reasons: [] } }),
  );
  expect(total(rows, 3)).toMatchObject({
    stageFiles: 5,
    orphans: 1,
    inUse: 1,
    tooYoung: 1,
    undecided: 1,
    unknownNames: 1,
    inodesSearched: 3,
  });
});

test('two orphans of one inode hold its bytes once and miss its names once', () => {
  const account = { ...accountOf(link({ kind: 'stage' })), expected: 5, complete: false };
  const rows = [row({ account }), row({ account })];
  expect(total(rows, 1)).toMatchObject({ orphans: 2, bytes: 935, unseenLinks: 3 });
});

test('the names with wrong bytes are damaged messages, their rightful owner is none', () => {
  const account = accountOf(
    link({ status: 'damaged' }),
    link({ mailbox: 'user.bob', status: 'intact' }),
    link({ kind: 'stage' }),
  );
  expect(total([row({ account })], 1).damagedMessages).toBe(1);
});

test('an orphan that others share is linked, one that nobody shares is a last name', () => {
  const lone = row({ account: accountOf(), file: stageFile({ stat: fileStat({ ino: 9n }) }) });
  expect(total([row(), lone], 1)).toMatchObject({ linked: 1, lastName: 1 });
});
