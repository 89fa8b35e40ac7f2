/**
 * One stable reading of a cyrus.index or cyrus.expunge of a live spool, without a lock.
 *
 * Cyrus up to 2.3 replaces the file by rename, 2.4 and later also writes records in place (imap/mailbox.c,
 * mailbox_commit and mailbox_index_repack). A torn reading shows as a wrong CRC or as a file that is shorter than
 * its records; it is read again, and only what stays wrong is called corrupt.
 */
import type { BytePath } from '../model/byte-path.ts';
import { FormatError } from '../model/errors.ts';
import { sameInode, type FileStat } from '../model/inode.ts';
import type { IndexHeader } from '../model/mailbox.ts';
import { isTrouble, type Trouble } from '../model/trouble.ts';
import { longestIndexHeader, parseIndexHeader } from '../parse/index-header.ts';
import { surveyIndex, type IndexSurvey } from '../parse/survey-index.ts';
import type { Files, OpenedFile } from '../system/os.ts';

/** cyrus.expunge has the form of cyrus.index; its records are in the order in which messages were expunged. */
export type IndexKind = 'index' | 'expunge';

export interface IndexFile {
  readonly kind: IndexKind;
  readonly path: BytePath;
  readonly stat: FileStat;
  /** From the first byte to the end of the last record. */
  readonly bytes: Uint8Array;
  readonly header: IndexHeader;
  readonly survey: IndexSurvey;
  /** What is wrong with it, in words, with the byte offset; absent when nothing is. */
  readonly damage?: string;
}

/** A second reading settles nearly every race; a file that is written all the time is left to the audit's pause. */
const readingsAtMost = 3;
/** Seven million messages in one mailbox; more is a sparse file that somebody made to fill our memory. */
const indexAtMost = 1 << 30;

/** @returns words with the byte offset when the bytes are no index at all */
export function readIndexFile(
  files: Files,
  path: BytePath,
  kind: IndexKind,
): IndexFile | string | Trouble {
  let best = readOnce(files, path, kind);
  for (let reading = 1; reading < readingsAtMost && (best.moved || !isWhole(best)); reading++) {
    const next = readOnce(files, path, kind);
    // Moved and whole is better than held still and torn: a busy file moves in every reading.
    if (isWhole(next) || !isWhole(best)) best = next;
  }
  return best.result;
}

interface Reading {
  readonly result: IndexFile | string | Trouble;
  /** The file was replaced or written to while it was read. */
  readonly moved: boolean;
}

function isWhole({ result }: Reading): boolean {
  if (isTrouble(result)) return result.errno !== 'ESTALE';
  return typeof result !== 'string' && result.damage === undefined;
}

function readOnce(files: Files, path: BytePath, kind: IndexKind): Reading {
  const opened = files.open(path);
  if (isTrouble(opened)) return { result: opened, moved: false };
  try {
    const before = opened.stat();
    const result = isTrouble(before) ? before : readOpened(path, kind, opened, before);
    const after = opened.stat();
    const now = files.lstat(path);
    const moved =
      isTrouble(before) ||
      isTrouble(after) ||
      isTrouble(now) ||
      !sameInode(before, now) ||
      after.sizeBytes !== before.sizeBytes ||
      after.modifiedNs !== before.modifiedNs;
    return { result, moved };
  } finally {
    opened.close();
  }
}

function readOpened(
  path: BytePath,
  kind: IndexKind,
  opened: OpenedFile,
  stat: FileStat,
): IndexFile | string | Trouble {
  const head = opened.readAt(0, longestIndexHeader);
  if (isTrouble(head)) return head;
  try {
    const claimed = endOfRecords(parseIndexHeader(head));
    const needed = Math.min(claimed, stat.sizeBytes);
    if (needed > indexAtMost) return `claims ${claimed} bytes of records, more than can be read`;
    const bytes = opened.readAt(0, Math.max(needed, head.length));
    if (isTrouble(bytes)) return bytes;
    // Of the same reading as the records: the count may have moved since.
    const header = parseIndexHeader(bytes);
    const survey = surveyIndex(bytes, header, kind === 'index');
    const damage = damageOf(header, survey, bytes.length);
    return { kind, path, stat, bytes, header, survey, ...(damage === undefined ? {} : { damage }) };
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return error.message;
  }
}

function damageOf(header: IndexHeader, survey: IndexSurvey, length: number): string | undefined {
  if (header.crcValid === false)
    return `the header's CRC is wrong (at byte ${header.startOffset - 4})`;
  if (survey.whole < header.recordCount) {
    return `ends after ${survey.whole} of ${header.recordCount} records (at byte ${length})`;
  }
  if (survey.first === undefined) return undefined;
  const what = {
    crc: 'a wrong CRC',
    'uid-zero': 'uid 0',
    'uid-order': 'a uid that is not above the one before',
  }[survey.first.fault];
  const more = survey.faulty === 1 ? '' : `, and ${survey.faulty - 1} more must not be believed`;
  return `a record has ${what} (at byte ${survey.first.at})${more}`;
}

function endOfRecords(header: IndexHeader): number {
  return header.startOffset + header.recordCount * header.recordSize;
}
