/** What is asked of a message's file, and what its answer says about the message. */
import type { MessageRecord } from '../model/mailbox.ts';
import type { CheckLevel, Mailbox, MessageFacts } from '../model/message.ts';
import { isTrouble, type Trouble } from '../model/trouble.ts';
import { parseMessageHeader } from '../parse/rfc822-header.ts';
import type { Inspection, InspectRequest } from '../system/os.ts';

export interface Subject {
  readonly mailbox: Mailbox;
  readonly record: MessageRecord;
}

/** How a subject is looked at. `isDeep`: with every witness there is, also where one would do for a healthy message. */
export interface Gaze {
  readonly level: CheckLevel;
  readonly isDeep: boolean;
}

export function requestOf({ mailbox, record }: Subject, { level, isDeep }: Gaze): InspectRequest {
  const reads = level === 'digest';
  return {
    path: mailbox.fileOf(record),
    wantsSha1: reads && (isDeep || record.guid !== undefined),
    wantsHead: reads && (isDeep || record.guid === undefined),
    expectedBytes: record.sizeBytes,
  };
}

/** @returns the Trouble that kept the file from being looked at; that there is none is a fact */
export function factsOf(
  { mailbox, record }: Subject,
  { level }: Gaze,
  answer: Inspection | Trouble,
): MessageFacts | Trouble {
  const { minorVersion } = mailbox;
  const isPlaceUnknown = record.isArchived && mailbox.archive === undefined;
  const facts = { record, minorVersion, level, ...(isPlaceUnknown ? { isPlaceUnknown } : {}) };
  if (isTrouble(answer)) return isGone(answer) ? facts : answer;
  const { stat: file, sha1, head } = answer;
  const header = head === undefined ? undefined : parseMessageHeader(head);
  // The cache is a second file, and where the GUID is the digest it has nothing to add.
  const cached = header === undefined ? undefined : mailbox.cached(record);
  return {
    ...facts,
    file,
    ...(sha1 === undefined ? {} : { sha1 }),
    ...(header === undefined ? {} : { header }),
    ...(cached === undefined ? {} : { cached }),
  };
}

export function isGone({ errno }: Trouble): boolean {
  return errno === 'ENOENT' || errno === 'ENOTDIR';
}
