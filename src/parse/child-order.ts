/** Orders to the process without rights, to and from their lines. */
import type { ChildOrder, JournalPlace, RunOrder, TouchedInode } from '../model/child-talk.ts';
import { FormatError } from '../model/errors.ts';
import type { InodeId } from '../model/inode.ts';
import { parseStep, stepFields } from './journal-step.ts';
import { absolutePath, bytesOf, StrictObject } from './strict-object.ts';

const types: Readonly<Record<ChildOrder['type'], true>> = {
  check: true,
  begin: true,
  step: true,
  go: true,
  rechecked: true,
};
const pathAtMost = 65_536;
const uint32 = 0xffff_ffff;
const directoriesAtMost = 10_000_000;
const touchedAtMost = 10_000_000;
/** More than a batch has. */
const answersAtMost = 100_000;

/** Inodes and times as strings: JSON's numbers end at 2^53. */
export function formatChildOrder(order: ChildOrder): string {
  const fields = order.type === 'step' ? { type: 'step', step: stepFields(order.step) } : order;
  return JSON.stringify(fields, (_, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  );
}

/** @throws FormatError */
export function parseChildOrder(line: string): ChildOrder {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new FormatError('the line is no JSON', 0);
  }
  const fields = new StrictObject(value, 'the order');
  const type = fields.word('type', types);
  switch (type) {
    case 'check':
      return {
        type,
        root: absolutePath(fields.bytes('root', pathAtMost), 'root'),
        rootId: idOf(fields.object('rootId')),
        uid: fields.whole('uid', uint32),
        directories: fields
          .list('directories', directoriesAtMost)
          .map((one) => absolutePath(bytesOf(one, 'directory'), 'directory')),
        journalBytes: fields.whole('journalBytes'),
        ...(fields.has('journalDirectory')
          ? {
              journalDirectory: absolutePath(
                fields.bytes('journalDirectory', pathAtMost),
                'journalDirectory',
              ),
            }
          : {}),
      };
    case 'begin':
      return { type, order: runOrder(fields.object('order')) };
    case 'step':
      return { type, step: parseStep(fields.object('step')) };
    case 'go':
      return { type };
    case 'rechecked':
      return {
        type,
        refused: fields.list('refused', answersAtMost).map((one) => {
          const refusal = new StrictObject(one, 'refused');
          return { sequence: refusal.whole('sequence'), why: refusal.text('why', pathAtMost) };
        }),
        kept: fields.list('kept', answersAtMost).map(Number),
      };
  }
}

function runOrder(fields: StrictObject): RunOrder {
  return {
    root: absolutePath(fields.bytes('root', pathAtMost), 'root'),
    rootId: idOf(fields.object('rootId')),
    partition: fields.text('partition', pathAtMost),
    uid: fields.whole('uid', uint32),
    gid: fields.whole('gid', uint32),
    run: fields.text('run', 64),
    version: fields.text('version', 64),
    host: fields.text('host', 1024),
    ...(fields.has('journal') ? { journal: journalPlace(fields.object('journal')) } : {}),
    ...(fields.has('touched')
      ? { touched: fields.list('touched', touchedAtMost).map(touchedInode) }
      : {}),
  };
}

function journalPlace(fields: StrictObject): JournalPlace {
  return {
    directory: absolutePath(fields.bytes('directory', pathAtMost), 'directory'),
    leaf: fields.bytes('leaf', 255),
  };
}

function touchedInode(value: unknown): TouchedInode {
  const fields = new StrictObject(value, 'touched');
  return { ...idOf(fields), changedNs: fields.big('changedNs') };
}

function idOf(fields: StrictObject): InodeId {
  return { dev: fields.big('dev'), ino: fields.big('ino') };
}
