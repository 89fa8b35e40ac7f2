import { describe, expect, test } from 'vitest';
import { invertDirectory, invertFile, type FileFacts } from '../../src/decide/invert.ts';
import { asBytes } from '../../src/model/byte-path.ts';
import type { FileStat } from '../../src/model/inode.ts';
import type { StepOutcome } from '../../src/model/journal.ts';
import type { FileStep, PlannedLink } from '../../src/model/plan.ts';
import { sha } from '../support/facts.ts';
import { fileStat } from '../support/file-stat.ts';
import { without } from '../support/process-facts.ts';

const mailbox: PlannedLink = {
  path: asBytes('/spool/user/glad/1.'),
  kind: 'mailbox',
  mailbox: 'user.glad',
  messageUid: 1,
  isIntact: true,
};

function stepOf(over: Partial<FileStep> = {}): FileStep {
  return {
    kind: 'file',
    action: 'unlink',
    components: ['sync.', '4711', sha].map(asBytes),
    area: 'sync',
    grammar: 'sync-2.4',
    ownerPid: 4711,
    directory: { dev: 1n, ino: 50n },
    seen: fileStat({ linkCount: 2 }),
    sha1: sha,
    links: [mailbox],
    isEvidence: false,
    reasons: ['owner-dead', 'all-links-found'],
    ...over,
  };
}

const stranger = fileStat({ ino: 7n, bornNs: 9n });
/** By the words of the table below. */
const seenAs: Readonly<Record<string, FileStat | 'absent'>> = {
  '-': 'absent',
  same: fileStat({ linkCount: 1, changedNs: 77n }),
  'same x2': fileStat({ linkCount: 2, changedNs: 77n }),
  other: stranger,
  'other x2': { ...stranger, linkCount: 2 },
  recycled: fileStat({ bornNs: 8n }),
  fifo: fileStat({ kind: 'fifo', ino: 7n }),
  foreign: { ...stranger, uid: 0 },
};

function answer(
  outcome: StepOutcome | undefined,
  stage: string,
  claimed: string,
  over: Partial<FileFacts> = {},
): string {
  const seen = (word: string): FileStat | 'absent' => {
    const found = seenAs[word];
    if (found === undefined) throw new Error(`no such word: ${word}`);
    return found;
  };
  const inversion = invertFile({
    ...(outcome === undefined ? {} : { outcome }),
    step: stepOf(),
    stage: seen(stage),
    claimed: seen(claimed),
    mayBeDone: true,
    isUndone: false,
    isPurged: false,
    runUid: 96,
    owner: 'dead',
    ...over,
  });
  return inversion.kind === 'from-quarantine' && inversion.mustBe === 'copy'
    ? 'from-quarantine if it is the copy'
    : inversion.kind;
}

const outcomes = [
  undefined,
  'unlinked',
  'quarantined',
  'copied',
  'already-gone',
  'refused',
  'put-back',
  'failed',
] as const;
type Row = readonly [stage: string, claimed: string, ...answers: readonly string[]];

// One row for what the disk shows, one column for what the journal says, in the order of `outcomes`.
const Q = 'from-quarantine';
const C = 'from-quarantine if it is the copy';
const M = 'from-mailbox';
const rows: readonly Row[] = [
  ['-', '-', M, M, M, M, 'nothing', 'nothing', 'nothing', 'nothing'],
  ['-', 'same', Q, Q, Q, Q, Q, Q, Q, Q],
  ['-', 'same x2', Q, Q, Q, Q, Q, Q, Q, Q],
  ['-', 'other', Q, 'cannot', 'cannot', C, 'cannot', Q, Q, Q],
  ['-', 'other x2', Q, 'cannot', 'cannot', C, 'cannot', Q, Q, Q],
  ['-', 'recycled', Q, 'cannot', 'cannot', C, 'cannot', Q, Q, Q],
  ['-', 'fifo', ...outcomes.map(() => 'cannot')],
  ['-', 'foreign', ...outcomes.map(() => 'cannot')],
  ['same', '-', ...outcomes.map(() => 'nothing')],
  ['same x2', '-', ...outcomes.map(() => 'nothing')],
  ['same x2', 'same x2', ...outcomes.map(() => 'finish')],
  ['same', 'same', ...outcomes.map(() => 'cannot')],
  ['same', 'other', ...outcomes.map(() => 'cannot')],
  ['same', 'fifo', ...outcomes.map(() => 'cannot')],
  ['other', '-', 'cannot', 'cannot', 'cannot', 'cannot', ...outcomes.slice(4).map(() => 'nothing')],
  ['fifo', '-', 'cannot', 'cannot', 'cannot', 'cannot', ...outcomes.slice(4).map(() => 'nothing')],
  ['recycled', 'same', ...outcomes.map(() => 'cannot')],
  ['other', 'same', ...outcomes.map(() => 'cannot')],
  ['other', 'same x2', ...outcomes.map(() => 'cannot')],
  ['other x2', 'other x2', ...outcomes.map(() => 'finish')],
  ['other', 'other', ...outcomes.map(() => 'cannot')],
];

describe('the disk is believed, not the outcome lines (safety.md 17)', () => {
  for (const [stage, claimed, ...answers] of rows) {
    for (const [at, outcome] of outcomes.entries()) {
      test(`stage name ${stage}, quarantine ${claimed}, journal ${outcome ?? 'intent only'}: ${answers[at] ?? ''}`, () => {
        expect(answer(outcome, stage, claimed)).toBe(answers[at]);
      });
    }
  }
});

describe('undo never restores a name whose owner is alive or unknown (safety.md 25)', () => {
  for (const owner of ['alive', 'unknown'] as const) {
    test(`a file in the quarantine stays there while its owner is ${owner}`, () => {
      expect(answer('quarantined', '-', 'same', { owner })).toBe('held');
      expect(answer('copied', '-', 'other', { owner })).toBe('held');
      expect(answer(undefined, '-', 'other', { owner })).toBe('held');
    });
    test(`a message is not linked back while its owner is ${owner}`, () => {
      expect(answer('unlinked', '-', '-', { owner })).toBe('held');
    });
    test(`a name that is back already may lose its quarantine name though its owner is ${owner}`, () => {
      expect(answer('quarantined', 'same x2', 'same x2', { owner })).toBe('finish');
    });
    test(`a pid directory is not recreated while its owner is ${owner}`, () => {
      expect(directory({ owner })).toBe('held');
    });
  }
  test('a pid that another program has now hinders nothing', () => {
    expect(answer('quarantined', '-', 'same', { owner: 'reused' })).toBe('from-quarantine');
  });
});

describe('from a mailbox', () => {
  test('nothing comes back of which the journal has no SHA-1', () => {
    const step = without(stepOf(), 'sha1');
    expect(answer('unlinked', '-', '-', { step })).toBe('cannot');
  });
  test('nothing comes back that no mailbox had', () => {
    expect(answer(undefined, '-', '-', { step: stepOf({ links: [] }) })).toBe('cannot');
  });
  test('only names of messages count, not other stage names', () => {
    const step = stepOf({ links: [{ ...mailbox, kind: 'stage' }] });
    expect(answer('unlinked', '-', '-', { step })).toBe('cannot');
  });
});

describe('a step that was never begun', () => {
  test('is not undone, though its name is gone: another removed it', () => {
    expect(answer(undefined, '-', '-', { mayBeDone: false })).toBe('nothing');
    expect(answer(undefined, 'other', '-', { mayBeDone: false })).toBe('nothing');
  });
  test('is undone all the same when its file lies in the quarantine', () => {
    expect(answer(undefined, '-', 'same', { mayBeDone: false })).toBe('from-quarantine');
  });
  test('on a directory does not make one anew', () => {
    expect(
      invertDirectory({
        directory: 'absent',
        mayBeDone: false,
        isUndone: false,
        isPurged: false,
        owner: 'dead',
      }).kind,
    ).toBe('nothing');
  });
});

describe('a second undo', () => {
  test('leaves alone what was restored and is gone since', () => {
    expect(answer('unlinked', '-', '-', { isUndone: true })).toBe('nothing');
    expect(directory({ isUndone: true })).toBe('nothing');
  });
  test('restores what was journalled as undone and still lies in the quarantine', () => {
    expect(answer('quarantined', '-', 'same', { isUndone: true })).toBe('from-quarantine');
  });
});

test('what was purged is not sought in mailboxes', () => {
  expect(answer('quarantined', '-', '-', { isPurged: true })).toBe('cannot');
});

describe('without birth times (0)', () => {
  const seen = fileStat({ bornNs: 0n });
  const now = (over: Partial<FileStat>): string =>
    invertFile({
      outcome: 'quarantined',
      step: stepOf({ seen }),
      stage: 'absent',
      claimed: { ...seen, changedNs: 77n, ...over },
      mayBeDone: true,
      isUndone: false,
      isPurged: false,
      runUid: 96,
      owner: 'dead',
    }).kind;
  test('size and mtime tell the claimed file, since its rename moved the ctime', () => {
    expect(now({})).toBe('from-quarantine');
  });
  test('another mtime is another file', () => {
    expect(now({ modifiedNs: 5n })).toBe('cannot');
  });
  test('another size is another file', () => {
    expect(now({ sizeBytes: 5 })).toBe('cannot');
  });
});

function directory(over: Partial<Parameters<typeof invertDirectory>[0]> = {}): string {
  return invertDirectory({
    outcome: 'directory-removed',
    directory: 'absent',
    mayBeDone: true,
    isUndone: false,
    isPurged: false,
    owner: 'dead',
    ...over,
  }).kind;
}

describe('a pid directory', () => {
  const there = fileStat({ kind: 'directory' });
  test('that the run removed is recreated', () => {
    expect(directory()).toBe('recreate');
  });
  test('of a run that was killed before it could say so is recreated', () => {
    expect(
      invertDirectory({
        directory: 'absent',
        mayBeDone: true,
        isUndone: false,
        isPurged: false,
        owner: 'dead',
      }).kind,
    ).toBe('recreate');
  });
  test('that the run left alone is not', () => {
    expect(directory({ outcome: 'refused' })).toBe('nothing');
  });
  test('that is there needs nothing, whoever its owner is', () => {
    expect(directory({ directory: there, owner: 'alive' })).toBe('nothing');
  });
  test('whose name a symlink has taken is not touched', () => {
    expect(directory({ directory: fileStat({ kind: 'symlink' }) })).toBe('cannot');
  });
});
