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
/** Seven million messages in one mailbox; more is a file that somebody made to fill our memory. */
const indexAtMost = 1 << 30;
/** A larger file that held still and is wrong is wrong again: reading it thrice costs a busy server more than it tells. */
const readAgainAtMost = 16 << 20;
/** No records have so many zeros in a row: a crash or a hostile hand left a hole there. */
const pieceBytes = 1 << 20;
/** Most indexes are shorter, and are read by one call. */
const usualIndexBytes = 1 << 16;
const zeros = Buffer.alloc(pieceBytes);

/** @returns words with the byte offset when the bytes are no index at all */
export function readIndexFile(
  files: Files,
  path: BytePath,
  kind: IndexKind,
): IndexFile | string | Trouble {
  let whole: Reading | undefined;
  for (let reading = 1; ; reading++) {
    const next = readOnce(files, path, kind);
    // Moved and whole is better than held still and torn: a busy file moves in every reading.
    if (isWhole(next)) whole = next;
    const best = whole ?? next;
    const isSettled = best.moved ? false : isWhole(best) || best.sizeBytes > readAgainAtMost;
    // What is torn is not kept while it is read again: it can be a gigabyte.
    if (isSettled || reading === readingsAtMost) return best.result;
  }
}

interface Reading {
  readonly result: IndexFile | string | Trouble;
  /** The file was replaced or written to while it was read. */
  readonly moved: boolean;
  readonly sizeBytes: number;
}

function isWhole({ result }: Reading): boolean {
  if (isTrouble(result)) return result.errno !== 'ESTALE';
  return typeof result !== 'string' && result.damage === undefined;
}

function readOnce(files: Files, path: BytePath, kind: IndexKind): Reading {
  const opened = files.open(path);
  if (isTrouble(opened)) return { result: opened, moved: false, sizeBytes: 0 };
  try {
    const before = opened.opened;
    const result = readOpened(path, kind, opened);
    const now = files.lstat(path);
    // Of the same inode, so this is also what became of the one that is open.
    const moved =
      isTrouble(now) ||
      !sameInode(before, now) ||
      now.sizeBytes !== before.sizeBytes ||
      now.modifiedNs !== before.modifiedNs;
    return { result, moved, sizeBytes: before.sizeBytes };
  } finally {
    opened.close();
  }
}

function readOpened(
  path: BytePath,
  kind: IndexKind,
  file: OpenedFile,
): IndexFile | string | Trouble {
  const { opened: stat } = file;
  const beginning = file.readAt(0, Math.min(stat.sizeBytes, usualIndexBytes));
  if (isTrouble(beginning)) return beginning;
  try {
    const claimed = endOfRecords(parseIndexHeader(beginning));
    const needed = Math.min(claimed, stat.sizeBytes);
    if (needed > indexAtMost) return `claims ${claimed} bytes of records, more than can be read`;
    const wanted = Math.max(needed, Math.min(longestIndexHeader, beginning.length));
    const bytes =
      wanted <= beginning.length ? beginning.subarray(0, wanted) : readDense(file, wanted);
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

/** The bytes up to a hole: a sparse file of a gigabyte is made in a moment and would fill our memory. */
function readDense(opened: OpenedFile, length: number): Uint8Array | Trouble {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < length; at += pieceBytes) {
    const wanted = Math.min(pieceBytes, length - at);
    const piece = opened.readAt(at, wanted);
    if (isTrouble(piece)) return piece;
    if (at > 0 && piece.length === pieceBytes && zeros.equals(piece)) break;
    pieces.push(piece);
    if (piece.length < wanted) break;
  }
  return pieces.length === 1 ? (pieces[0] ?? zeros) : Buffer.concat(pieces);
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
