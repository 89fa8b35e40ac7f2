/** Requests to undo or purge and the answers, to and from their lines. The answers are input: see system/dropped-process.ts. */
import { FormatError } from '../model/errors.ts';
import type { InodeId } from '../model/inode.ts';
import type { OwnerState } from '../model/owner.ts';
import type { PurgeOutcome, RunStep, UndoOutcome } from '../model/run.ts';
import type { RootPlace, RunMessage, RunPlace, RunRequest, RunVerb } from '../model/run-talk.ts';
import { absolutePath, StrictObject, wordOf } from './strict-object.ts';

const pathAtMost = 65_536;
const sentence = 16_384;
const listAtMost = 10_000_000;

const verbs: Readonly<Record<RunVerb, true>> = { undo: true, purge: true };
const states: Readonly<Record<OwnerState, true>> = {
  alive: true,
  dead: true,
  reused: true,
  unknown: true,
};
const actions: Readonly<Record<RunStep['action'], true>> = {
  restore: true,
  'recreate-directory': true,
  purge: true,
};
const outcomes: Readonly<Record<UndoOutcome | PurgeOutcome, true>> = {
  restored: true,
  'would-restore': true,
  'nothing-to-do': true,
  held: true,
  cannot: true,
  failed: true,
  purged: true,
  'would-purge': true,
  kept: true,
};

/** Without its newline. Inodes are strings, since JSON's numbers end at 2^53. */
export function formatRunLine(message: RunRequest | RunMessage): string {
  return JSON.stringify(message, (_, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  );
}

/** @throws FormatError */
export function parseRunRequest(line: string): RunRequest {
  const fields = objectOf(line);
  return {
    verb: fields.word('verb', verbs),
    place: runPlace(fields.object('place')),
    apply: fields.flag('apply'),
    owners: fields.list('owners', listAtMost).map(ownerOf),
    messageRoots: fields
      .list('messageRoots', 100_000)
      .map((one) => rootPlace(new StrictObject(one, 'messageRoots'))),
    takesEvidence: fields.flag('takesEvidence'),
    ...(fields.has('shownAsLast')
      ? { shownAsLast: fields.list('shownAsLast', listAtMost).map(Number) }
      : {}),
  };
}

/** @throws FormatError */
export function parseRunMessage(line: string): RunMessage {
  const fields = objectOf(line);
  const type = fields.word('type', { unfit: true, step: true, end: true });
  switch (type) {
    case 'unfit':
      return { type, why: fields.text('why', sentence) };
    case 'step':
      return { type, step: runStep(fields.object('step')) };
    case 'end':
      return {
        type,
        refusals: fields
          .list('refusals', 1_000_000)
          .map((refusal) => String(refusal).slice(0, sentence)),
        heldFiles: fields.whole('heldFiles'),
        isInterrupted: fields.flag('isInterrupted'),
      };
  }
}

function runStep(fields: StrictObject): RunStep {
  const path = (key: string): RunStep['path'] => absolutePath(fields.bytes(key, pathAtMost), key);
  return {
    path: path('path'),
    action: fields.word('action', actions),
    outcome: fields.word('outcome', outcomes),
    ...(fields.has('detail') ? { detail: fields.text('detail', sentence) } : {}),
    ...(fields.has('stagePath') ? { stagePath: path('stagePath') } : {}),
    ...(fields.has('sequence') ? { sequence: fields.whole('sequence') } : {}),
    ...(fields.has('isLast') ? { isLast: fields.flag('isLast') } : {}),
    ...(fields.has('sizeBytes') ? { sizeBytes: fields.whole('sizeBytes') } : {}),
  };
}

function runPlace(fields: StrictObject): RunPlace {
  const place = { ...rootPlace(fields), run: fields.bytes('run', 255) };
  if (!fields.has('journal')) return place;
  const journal = fields.object('journal');
  return {
    ...place,
    journal: {
      directory: absolutePath(journal.bytes('directory', pathAtMost), 'directory'),
      id: inodeOf(journal.object('id')),
      leaf: journal.bytes('leaf', 255),
    },
  };
}

function rootPlace(fields: StrictObject): RootPlace {
  return {
    root: absolutePath(fields.bytes('root', pathAtMost), 'root'),
    rootId: inodeOf(fields.object('rootId')),
  };
}

function inodeOf(fields: StrictObject): InodeId {
  return { dev: fields.big('dev'), ino: fields.big('ino') };
}

function ownerOf(value: unknown): readonly [number, OwnerState] {
  if (!Array.isArray(value)) throw new FormatError('owners is no list of pairs', 0);
  const [pid, state] = value as unknown[];
  return [Number(pid), wordOf(state, states, 'owners')];
}

function objectOf(line: string): StrictObject {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new FormatError('the line is no JSON', 0);
  }
  return new StrictObject(value, 'the line');
}
