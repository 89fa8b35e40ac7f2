import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chooseAction } from '../../src/decide/choose-action.ts';
import type { Damage } from '../../src/model/evidence.ts';
import type { LinkKind, LinkStatus } from '../../src/model/link.ts';
import type { Judgement, Verdict } from '../../src/model/verdict.ts';
import { accountOf, link } from '../support/facts.ts';

const orphan: Judgement = { verdict: 'orphan', reasons: ['owner-dead'] };

describe('an orphan', () => {
  test('is unlinked when an intact message keeps the bytes', () => {
    expect(chooseAction(orphan, 'sync-2.4', accountOf(link()), 'none')).toEqual({
      action: 'unlink',
      reasons: ['owner-dead', 'all-links-found'],
    });
  });
  test.each<[string, Parameters<typeof accountOf>]>([
    ['it has no other name', []],
    ['its other name is a stage file too', [link({ kind: 'stage' })]],
    ['its other name is a quarantine', [link({ kind: 'quarantine' })]],
    ['its other name is a backup', [link({ kind: 'other' })]],
    ['no record vouches for the message', [link({ status: 'unindexed' })]],
    ['the message could not be verified', [link({ status: 'unverifiable' })]],
    ['its message is expunged and will go', [link({ isLeaving: true })]],
    ['one of its messages is damaged', [link(), link({ status: 'damaged' })]],
  ])('is quarantined when %s', (_, links) => {
    expect(chooseAction(orphan, 'sync-2.4', accountOf(...links), 'none').action).toBe('quarantine');
  });
  test('is quarantined when a name was not seen', () => {
    const account = { ...accountOf(link()), expected: 3, complete: false };
    expect(chooseAction(orphan, 'sync-2.4', account, 'none').reasons).toContain('links-unseen');
  });
  test('is quarantined when it is evidence of damage', () => {
    expect(chooseAction(orphan, 'sync-2.4', accountOf(link()), 'damaged').action).toBe(
      'quarantine',
    );
  });
  test('is quarantined when it is a cache and no message', () => {
    expect(chooseAction(orphan, 'sync-cache', accountOf(), 'unverifiable').action).toBe(
      'quarantine',
    );
  });
});

test('nothing but an orphan is ever touched, and an unlink always leaves an intact message', () => {
  const verdicts: Verdict[] = ['orphan', 'in-use', 'too-young', 'undecided', 'unknown-name'];
  const kinds: LinkKind[] = ['mailbox', 'stage', 'archive', 'quarantine', 'other'];
  const statuses: LinkStatus[] = ['intact', 'damaged', 'unverifiable', 'unindexed'];
  const damages: Damage[] = ['none', 'damaged', 'unverifiable'];
  const links = fc.array(
    fc.record({ kind: fc.constantFrom(...kinds), status: fc.constantFrom(...statuses) }),
  );
  fc.assert(
    fc.property(
      fc.constantFrom(...verdicts),
      links,
      fc.boolean(),
      fc.constantFrom(...damages),
      (verdict, others, complete, damage) => {
        const account = { ...accountOf(...others.map(link)), complete };
        const { action } = chooseAction({ verdict, reasons: [] }, 'sync-2.4', account, damage);
        if (verdict !== 'orphan') expect(action).toBe('keep');
        if (action !== 'unlink') return;
        expect(complete && damage !== 'damaged').toBe(true);
        expect(
          others.some(
            ({ kind, status }) => status === 'intact' && (kind === 'mailbox' || kind === 'archive'),
          ),
        ).toBe(true);
      },
    ),
  );
});
