import { describe, expect, test } from 'vitest';
import { judgePurge, type PurgeFacts } from '../../src/decide/judge-purge.ts';
import { asBytes } from '../../src/model/byte-path.ts';
import type { FileStep } from '../../src/model/plan.ts';
import { fileStat } from '../support/file-stat.ts';

const seen = fileStat({ uid: 96 });
const step: FileStep = {
  kind: 'file',
  action: 'quarantine',
  components: [asBytes('stage.'), asBytes('5-0')],
  area: 'stage',
  grammar: 'stage-counter',
  ownerPid: 5,
  directory: seen,
  seen,
  links: [],
  isEvidence: false,
  reasons: [],
};
const judged = (over: Partial<PurgeFacts>) =>
  judgePurge({
    step,
    claimed: seen,
    runUid: 96,
    takesEvidence: false,
    isRedundant: false,
    ...over,
  });

describe('a file in a quarantine', () => {
  test('is the last of its kind when it has no other name', () => {
    expect(judged({})).toEqual({ kind: 'purge', isLast: true });
  });
  test('is not when a mailbox has its message under another inode', () => {
    expect(judged({ isRedundant: true })).toEqual({ kind: 'purge', isLast: false });
  });
  test('is not when a name lies elsewhere', () => {
    const claimed = { ...seen, linkCount: 2 };
    expect(judged({ claimed })).toEqual({ kind: 'purge', isLast: false });
  });
  test('is when all of its names lie in the quarantine', () => {
    const claimed = { ...seen, linkCount: 2 };
    expect(judged({ claimed, heldNames: 2 })).toEqual({ kind: 'purge', isLast: true });
  });
  test('is kept when the journal does not know it', () => {
    const facts = { claimed: seen, runUid: 96, takesEvidence: true, isRedundant: true };
    expect(judgePurge(facts).kind).toBe('keep');
  });
  test('is kept when it is another file than was planned', () => {
    expect(judged({ claimed: { ...seen, bornNs: 5n } }).kind).toBe('keep');
  });
  test('is kept as evidence of damage unless that is asked for', () => {
    const evidence = { ...step, isEvidence: true };
    expect(judged({ step: evidence }).kind).toBe('keep');
    expect(judged({ step: evidence, takesEvidence: true }).kind).toBe('purge');
  });
});
