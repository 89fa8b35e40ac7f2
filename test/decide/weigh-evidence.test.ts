import { describe, expect, test } from 'vitest';
import { evidenceWeigher, type Facts } from '../../src/decide/weigh-evidence.ts';
import { asBytes } from '../../src/model/byte-path.ts';
import type { FindingCode } from '../../src/model/finding.ts';
import { fileStat } from '../support/file-stat.ts';
import { accountOf, facts, link, stageFile } from '../support/facts.ts';

const codes = (over: Partial<Facts>): readonly FindingCode[] =>
  evidenceWeigher()(facts(over)).codes;
const old = stageFile({ leaf: asBytes('0.'), grammar: 'sync-2.3' });

describe('the bytes of a stage file', () => {
  test('that are not what its name says are an overwrite when a mailbox shares them', () => {
    const row = evidenceWeigher()(facts({ content: { sha1: 'x', nameMatches: false } }));
    expect(row).toMatchObject({ damage: 'damaged', action: 'quarantine' });
    expect(row.codes).toEqual(['stage-orphan', 'stage-digest-mismatch']);
  });
  test('that are not what its name says may be a short upload when nothing shares them', () => {
    const over = { account: accountOf(), content: { sha1: 'x', nameMatches: false } };
    expect(codes(over)).toEqual(['stage-orphan', 'partial-message', 'last-name']);
  });
  test('prove nothing when neither a name nor a record claims anything', () => {
    const account = accountOf(link({ status: 'unverifiable' }));
    const row = evidenceWeigher()(facts({ file: old, account, content: { sha1: 'x' } }));
    expect(row).toMatchObject({ damage: 'unverifiable', codes: ['stage-orphan'] });
  });
  test('are no message when there are none', () => {
    const empty = { ...old, stat: fileStat({ sizeBytes: 0 }) };
    const lone = { file: empty, content: { sha1: 'x' }, account: accountOf() };
    expect(codes(lone)).toContain('partial-message');
  });
  test('are no upload that was cut off when there are none and mailboxes share them', () => {
    const empty = { ...old, stat: fileStat({ sizeBytes: 0 }) };
    const account = accountOf(link({ status: 'unverifiable' }));
    expect(codes({ file: empty, content: { sha1: 'x' }, account })).not.toContain(
      'partial-message',
    );
  });
  test('are damage when a record says so, whatever the name claims', () => {
    const account = accountOf(link({ status: 'damaged' }), link());
    expect(evidenceWeigher()(facts({ account })).damage).toBe('damaged');
  });
  test('are none when a record vouches for them and the name claims nothing', () => {
    expect(evidenceWeigher()(facts({ file: old, content: { sha1: 'x' } })).damage).toBe('none');
  });
  test('are unverifiable when nobody read them', () => {
    const account = accountOf(link({ status: 'unverifiable' }));
    expect(evidenceWeigher()(facts({ account, content: undefined })).damage).toBe('unverifiable');
  });
});

describe('the account', () => {
  const incomplete = { ...accountOf(link()), expected: 5, complete: false };
  test('of an orphan or an undecided file that does not balance is a finding', () => {
    expect(codes({ account: incomplete })).toContain('link-unseen');
    const undecided = { verdict: 'undecided', reasons: [] } as const;
    expect(codes({ account: incomplete, judgement: undecided })).toContain('link-unseen');
  });
  test('of a living owner is never held against the report', () => {
    const judgement = { verdict: 'in-use', reasons: [] } as const;
    expect(codes({ account: incomplete, judgement })).toEqual(['stage-in-use']);
  });
  test('of two orphans that are the only names of their inode says last name', () => {
    expect(codes({ account: accountOf(link({ kind: 'stage' })) })).toContain('last-name');
  });
  test('with a name that was not seen does not say last name', () => {
    expect(codes({ account: { ...accountOf(), expected: 2, complete: false } })).not.toContain(
      'last-name',
    );
  });
  test('of a cache of 2.3 is no last name of a message', () => {
    const file = stageFile({ leaf: asBytes('4711.cache'), grammar: 'sync-cache' });
    expect(codes({ file, account: accountOf(), content: undefined })).toEqual(['stage-orphan']);
  });
});

test('rows of which the same is true share their lists', () => {
  const weigh = evidenceWeigher();
  expect(weigh(facts()).reasons).toBe(weigh(facts()).reasons);
});
