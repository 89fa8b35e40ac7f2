/** The lock file: one line of JSON, which lies in the spool and may therefore hold anything. */
import { FormatError } from '../model/errors.ts';
import { runIdPattern } from '../model/journal.ts';
import type { LockHolder } from '../model/lock.ts';
import { StrictObject } from './strict-object.ts';

/** A lock of ours has some 200 bytes. */
export const lockBytesAtMost = 4096;

export function formatLock(holder: LockHolder): string {
  const { run, pid, startedAfterBootNs, bootId, pidNamespace } = holder;
  const started = startedAfterBootNs.toString();
  return `${JSON.stringify({ run, pid, startedAfterBootNs: started, bootId, pidNamespace })}\n`;
}

/** @throws FormatError for what formatLock() would not have written */
export function parseLock(text: string): LockHolder {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new FormatError('the lock is no JSON', 0);
  }
  const fields = new StrictObject(value, 'the lock');
  return {
    run: fields.matching('run', runIdPattern, 64),
    pid: fields.whole('pid', 2 ** 31 - 1),
    startedAfterBootNs: fields.big('startedAfterBootNs'),
    bootId: fields.matching('bootId', /^[0-9a-f-]{1,64}$/, 64),
    pidNamespace: fields.matching('pidNamespace', /^\d{1,20}$/, 20),
  };
}
