/**
 * One look at a whole mailbox, by the thread that reads its index: it ends with the first thing that is out of the
 * ordinary, and whoever asked opens the mailbox and judges. So a mailbox is called good here by the same expectations
 * as there, and nothing else is ever said of it.
 */
import { expectFiles } from '../decide/expect-files.ts';
import { FormatError } from '../model/errors.ts';
import type { IndexHeader } from '../model/mailbox.ts';
import {
  claimBits,
  roomForClaims,
  someClaims,
  type MessageClaims,
} from '../model/message-claims.ts';
import { hasOneLayout, readClaims } from '../parse/index-claims.ts';
import { parseIndexHeader } from '../parse/index-header.ts';
import { parseHeaderName } from '../parse/mailbox-header.ts';
import { surveyIndex } from '../parse/survey-index.ts';
import type { LookAtMailbox, MailboxRequest, MailboxSum } from '../system/glance.ts';
import { leafOf, loadMailboxFiles, type MailboxFiles } from '../system/mailbox-files.ts';
import { lastWithExpunge } from './mailbox-reader.ts';

/** More is shared by threads, message by message. */
const bytesAtMost = 64 * 1_048_576;
const headerName = leafOf('cyrus.header');
const indexName = leafOf('cyrus.index');

/** @returns undefined where the FFI will not: then mailboxes are opened one by one */
export async function loadLookAtMailbox(): Promise<LookAtMailbox | undefined> {
  const useFiles = await loadMailboxFiles();
  if (useFiles === undefined) return undefined;
  return (request, memory) => {
    try {
      return useFiles(request.directory, (files) => sumOf(files, request, memory));
    } catch (error) {
      if (error instanceof FormatError) return undefined;
      throw error;
    }
  };
}

/** @throws FormatError */
function sumOf(
  files: MailboxFiles,
  request: MailboxRequest,
  memory: Buffer,
): MailboxSum | undefined {
  const { level, isNamed, seenUids } = request;
  const bytes = files.read(headerName, memory);
  if (bytes === undefined) return undefined;
  const name = parseHeaderName(bytes);
  if (!isNamed && name === undefined) return undefined;
  const index = files.read(indexName, memory);
  if (index === undefined) return undefined;
  const header = parseIndexHeader(index);
  const claims = claimsOf(index, header, level === 'digest');
  if (claims === undefined || !haveRecords(seenUids, claims.uids)) return undefined;
  const expected = expectFiles(withFiles(claims), header.minorVersion, level);
  const readBytes = files.sumOf(expected, bytesAtMost, memory);
  return readBytes < 0 ? undefined : { messages: expected.uids.length, readBytes };
}

/** @returns undefined for an index that says or needs more than its own records */
function claimsOf(
  index: Uint8Array,
  header: IndexHeader,
  wantsGuids: boolean,
): MessageClaims | undefined {
  const { minorVersion, startOffset, recordCount, recordSize, crcValid } = header;
  const end = startOffset + recordCount * recordSize;
  if (crcValid === false || minorVersion <= lastWithExpunge || !hasOneLayout(header))
    return undefined;
  if (end > index.length) return undefined;
  const bytes = index.subarray(0, end);
  if (surveyIndex(bytes, header, true).faulty > 0) return undefined;
  const claims = roomForClaims(recordCount, wantsGuids);
  readClaims(claims, bytes, header, 0);
  return claims;
}

/** Has every message that was seen a record? @param uids  ascending; mostly each is one more than that before */
function haveRecords(seenUids: Uint32Array, uids: Uint32Array): boolean {
  const first = uids[0] ?? 0;
  // Without a closure: a million of calls.
  for (let at = 0; at < seenUids.length; at++) {
    const uid = seenUids[at] ?? 0;
    if (uids[uid - first] !== uid && !hasBetween(uids, uid)) return false;
  }
  return true;
}

function hasBetween(ascending: Uint32Array, uid: number): boolean {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const there = ascending[middle] ?? 0;
    if (there === uid) return true;
    if (there < uid) low = middle + 1;
    else high = middle;
  }
  return false;
}

/** UNLINKED: Cyrus has removed the file or will, and nobody reads it any more. */
function withFiles(claims: MessageClaims): MessageClaims {
  const { bits } = claims;
  const positions: number[] = [];
  for (let at = 0; at < bits.length; at++) {
    if (((bits[at] ?? 0) & claimBits.isUnlinked) === 0) positions.push(at);
  }
  return positions.length === bits.length ? claims : someClaims(claims, positions);
}
