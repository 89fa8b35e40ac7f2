import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeStageFile, type StageFileFacts } from '../../src/decide/judge-stage-file.ts';
import type { FileKind } from '../../src/model/inode.ts';
import { day, hour, second } from '../support/process-facts.ts';

const orphan: StageFileFacts = {
  grammar: 'sync-2.4',
  kind: 'file',
  owner: { state: 'dead', evidence: 'no such process' },
  uid: 96,
  holders: [],
  uninspectableUids: new Set(),
  ageNs: 10n * day,
  minAgeSeconds: 36 * 3600,
};
const alive = { state: 'alive', evidence: '' } as const;
const unknown = { state: 'unknown', evidence: '' } as const;
const reused = { state: 'reused', evidence: '' } as const;
const reader = { pid: 5, comm: 'tar', uid: 0 };

const cases: [string, Partial<StageFileFacts>, string, string[]][] = [
  ['whose owner is gone is an orphan', {}, 'orphan', ['owner-dead']],
  ['whose pid was reused is an orphan', { owner: reused }, 'orphan', ['owner-reused']],
  ['of a live owner is in use', { owner: alive }, 'in-use', ['owner-alive']],
  ['of an unknown owner is undecided', { owner: unknown }, 'undecided', ['owner-unknown']],
  [
    'that its own user holds open is in use',
    { holders: [{ ...reader, uid: 96 }] },
    'in-use',
    ['owner-dead', 'open-in-process'],
  ],
  [
    'that another user holds open is an orphan, and that is mentioned',
    { holders: [reader] },
    'orphan',
    ['owner-dead', 'open-in-process'],
  ],
  [
    'is undecided when a process of its user cannot be inspected',
    { uninspectableUids: new Set([96]) },
    'undecided',
    ['process-not-inspectable', 'owner-dead'],
  ],
  [
    'is an orphan when a process of another user cannot be inspected',
    { uninspectableUids: new Set([0]) },
    'orphan',
    ['owner-dead'],
  ],
  [
    'is undecided when processes are hidden',
    { uninspectableUids: 'any' },
    'undecided',
    ['process-not-inspectable', 'owner-dead'],
  ],
  [
    'that changed a moment less than the limit ago is too young',
    { ageNs: 36n * hour - 1n },
    'too-young',
    ['changed-recently', 'owner-dead'],
  ],
  ['that changed just the limit ago is an orphan', { ageNs: 36n * hour }, 'orphan', ['owner-dead']],
  [
    'with a ctime in the future is too young even without a limit',
    { ageNs: -1n, minAgeSeconds: 0 },
    'too-young',
    ['changed-recently', 'owner-dead'],
  ],
  [
    'with no age limit is an orphan at once',
    { ageNs: 0n, minAgeSeconds: 0 },
    'orphan',
    ['owner-dead'],
  ],
  [
    'is too young for a limit that is no number',
    { minAgeSeconds: Number.NaN },
    'too-young',
    ['changed-recently', 'owner-dead'],
  ],
];

describe('a stage file', () => {
  it.each(cases)('%s', (_, facts, verdict, reasons) => {
    expect(judgeStageFile({ ...orphan, ...facts })).toEqual({ verdict, reasons });
  });

  it('whose name fits no grammar is unknown', () => {
    const judged = judgeStageFile({ ...orphan, grammar: undefined, owner: alive });
    expect(judged).toEqual({ verdict: 'unknown-name', reasons: ['name-fits-no-grammar'] });
  });

  it.each<FileKind>(['directory', 'symlink', 'fifo', 'socket', 'block device', 'character device'])(
    'that is a %s is none',
    (kind) => {
      const judged = judgeStageFile({ ...orphan, kind });
      expect(judged).toEqual({ verdict: 'unknown-name', reasons: ['not-a-regular-file'] });
    },
  );
});

describe('the precedence of verdicts', () => {
  const facts: fc.Arbitrary<StageFileFacts> = fc.record({
    grammar: fc.constantFrom('sync-2.3' as const, 'stage-counter' as const, undefined),
    kind: fc.constantFrom<FileKind>('file', 'file', 'file', 'symlink', 'fifo'),
    owner: fc.record({
      state: fc.constantFrom(
        'alive' as const,
        'dead' as const,
        'reused' as const,
        'unknown' as const,
      ),
      evidence: fc.constant(''),
    }),
    uid: fc.constantFrom(0, 96),
    holders: fc.array(
      fc.record({ pid: fc.nat(), comm: fc.constant('x'), uid: fc.constantFrom(0, 96) }),
      { maxLength: 2 },
    ),
    uninspectableUids: fc.oneof(
      fc.constant('any' as const),
      fc.array(fc.constantFrom(0, 96)).map((uids) => new Set(uids)),
    ),
    ageNs: fc.bigInt({ min: -10n * second, max: 10n * second }),
    minAgeSeconds: fc.integer({ min: 0, max: 10 }),
  });

  it('is unknown-name, in-use, undecided, too-young, orphan, for any facts', () => {
    fc.assert(
      fc.property(facts, (file) => {
        const vetoes = [
          ['unknown-name', file.grammar === undefined || file.kind !== 'file'],
          [
            'in-use',
            file.owner.state === 'alive' || file.holders.some(({ uid }) => uid === file.uid),
          ],
          [
            'undecided',
            file.owner.state === 'unknown' ||
              file.uninspectableUids === 'any' ||
              file.uninspectableUids.has(file.uid),
          ],
          ['too-young', file.ageNs < 0n || file.ageNs < BigInt(file.minAgeSeconds) * second],
          ['orphan', true],
        ] as const;
        const first = vetoes.find(([, applies]) => applies);
        expect(judgeStageFile(file).verdict).toBe(first?.[0]);
      }),
    );
  });

  it('never ends in an orphan unless the owner is gone for certain', () => {
    fc.assert(
      fc.property(facts, (file) => {
        const { verdict } = judgeStageFile(file);
        expect(verdict !== 'orphan' || ['dead', 'reused'].includes(file.owner.state)).toBe(true);
      }),
    );
  });
});
