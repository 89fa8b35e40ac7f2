/** Whole mailboxes packed for posting between threads, beside the glances of glance-messages.ts. */
import { asBytes } from '../model/byte-path.ts';
import type { CheckLevel } from '../model/message.ts';
import type { GlanceAnswer, GlanceBatch } from './glance-messages.ts';
import type { MailboxRequest, MailboxSum } from './glance.ts';

export interface GlanceQuestion {
  readonly files?: GlanceBatch;
  readonly mailboxes?: MailboxBatch;
}

export interface GlanceReply {
  readonly files?: GlanceAnswer;
  readonly sums?: PackedSums;
}

export interface MailboxBatch {
  /** Joined by NUL, which no path can hold. */
  readonly directories: string;
  /** Of all requests of one run. */
  readonly level: CheckLevel;
  readonly isNamed: Uint8Array;
  readonly counts: Uint32Array;
  /** Of all of them together. */
  readonly seenUids: Uint32Array<ArrayBuffer>;
}

export interface PackedSums {
  /** -1 where there is no sum. */
  readonly messages: Float64Array;
  readonly readBytes: Float64Array;
}

export function packMailboxes(requests: readonly MailboxRequest[]): MailboxBatch {
  const counts = Uint32Array.from(requests, ({ seenUids }) => seenUids.length);
  const seenUids = new Uint32Array(counts.reduce((sum, count) => sum + count, 0));
  let next = 0;
  for (const request of requests) {
    seenUids.set(request.seenUids, next);
    next += request.seenUids.length;
  }
  return {
    directories: requests.map(({ directory }) => directory).join('\0'),
    level: requests[0]?.level ?? 'exists',
    isNamed: Uint8Array.from(requests, ({ isNamed }) => (isNamed ? 1 : 0)),
    counts,
    seenUids,
  };
}

export function unpackMailboxes(batch: MailboxBatch): MailboxRequest[] {
  let next = 0;
  return batch.directories.split('\0').map((directory, at) => {
    const from = next;
    next += batch.counts[at] ?? 0;
    return {
      directory: asBytes(directory),
      level: batch.level,
      isNamed: batch.isNamed[at] === 1,
      seenUids: batch.seenUids.subarray(from, next),
    };
  });
}

export function packSums(sums: readonly (MailboxSum | undefined)[]): PackedSums {
  return {
    messages: Float64Array.from(sums, (sum) => sum?.messages ?? -1),
    readBytes: Float64Array.from(sums, (sum) => sum?.readBytes ?? 0),
  };
}

export function unpackSums({ messages, readBytes }: PackedSums): (MailboxSum | undefined)[] {
  return Array.from(messages, (count, at) =>
    count < 0 ? undefined : { messages: count, readBytes: readBytes[at] ?? 0 },
  );
}
