/**
 * Is a message file what its record says? A ladder: it exists, it has the size, it has the bytes.
 *
 * The bytes decide wherever they can: a GUID that is the SHA-1 ends the matter, whatever size and time say, since a
 * message that was clobbered and then written whole again is no damage. Sources: cyrus-imapd imap/message_guid.c
 * (2.4 and later), imap/message.c, message_create_record (the sizes).
 */
import type { FindingCode } from '../model/finding.ts';
import type { MessageFacts, MessageJudgement } from '../model/message.ts';
import { isPutOnRecordTime } from './compare-times.ts';
import { weighHeader, type HeaderWitness } from './weigh-header.ts';

/** The kinds of wrong bytes, and the witnesses that prove them. */
type Kind = 'message-truncated' | 'message-foreign';
type Witness = 'message-guid-mismatch' | 'message-size-mismatch' | 'envelope-mismatch';
/** The file's length against the record's; unknown where the record has none. */
type Length = 'same' | 'shorter' | 'longer' | 'unknown';

/**
 * Of wrong bytes one code says what they are, as far as that can be told (`message-truncated`, `message-foreign`),
 * and it comes first, for people; one more says what proved it, the strongest there is, for machines that select
 * by proof. A weaker witness beside a stronger one would only be the same thing told again: it is in the detail.
 *
 * `intact` needs a witness of the bytes: the GUID, or the cached ENVELOPE together with the sizes. The latter proves
 * no more than that record and bytes agree, and on 2.3 a reconstruct makes them agree (see isRebuilt).
 */
export function judgeMessage(facts: MessageFacts): MessageJudgement {
  const { record, file, level } = facts;
  // The reader tells of the index; what such a record says of the message is noise.
  if (record.fault !== undefined) {
    return unproved(`the record itself is not to be believed (${record.fault})`);
  }
  if (file === undefined) return judgeAbsence(facts);
  if (file.kind !== 'file') {
    const detail = `the name is a ${file.kind}, which is not followed`;
    return { status: 'unverifiable', codes: ['unreadable'], detail };
  }
  if (level === 'exists') return unproved('only looked for, not compared');
  const length = lengthOf(facts);
  if (level === 'size') return judgeLength(facts, length, undefined);
  return judgeBytes(facts, length, weighHeader(facts));
}

/** Cyrus unlinks at its leisure what is UNLINKED, and an archive that was not looked in says nothing. */
function judgeAbsence({ record, isPlaceUnknown }: MessageFacts): MessageJudgement {
  if (record.isUnlinked) return unproved('unlinked: Cyrus has removed the file, as it should');
  if (isPlaceUnknown === true) return unproved('the place of its file was not looked in');
  return { status: 'unverifiable', codes: ['message-file-missing'] };
}

function judgeBytes(
  facts: MessageFacts,
  length: Length,
  witness: HeaderWitness | undefined,
): MessageJudgement {
  const { record, sha1 } = facts;
  if (record.guid === undefined || sha1 === undefined) {
    return judgeByEnvelope(facts, length, witness);
  }
  if (record.guid === sha1) {
    const odd = length === 'shorter' || length === 'longer';
    const detail = odd
      ? `the SHA-1 is the GUID, so the bytes are right, though ${sizes(facts)}`
      : 'the SHA-1 is the GUID';
    return { status: 'intact', codes: [], detail };
  }
  return damaged(facts, kindOf(facts, length, witness), 'message-guid-mismatch', witness);
}

/** Without a hash: the cached ENVELOPE, where the header ends, and the length. */
function judgeByEnvelope(
  facts: MessageFacts,
  length: Length,
  witness: HeaderWitness | undefined,
): MessageJudgement {
  if (witness === undefined) return judgeLength(facts, length, witness);
  const kind = kindOf(facts, length, witness);
  if (kind === 'message-foreign') return damaged(facts, kind, 'envelope-mismatch', witness);
  if (length === 'shorter' || length === 'longer') return judgeLength(facts, length, witness);
  if (witness.envelope === 'same' && witness.fits !== false && length === 'same') {
    const detail = `consistent: ${fieldOf(witness)} and the sizes agree; no digest was compared`;
    return { status: 'intact', codes: [], detail };
  }
  // Where a header ends depends on the parser's age for a few odd ones, and the Message-ID outweighs it.
  if (witness.envelope === 'unknown' && witness.fits === false) {
    return damaged(facts, kind, 'envelope-mismatch', witness);
  }
  return unprovedBytes(facts, 'no witness of its bytes');
}

function judgeLength(
  facts: MessageFacts,
  length: Length,
  witness: HeaderWitness | undefined,
): MessageJudgement {
  if (length === 'same') {
    return unprovedBytes(
      facts,
      "consistent: the size is the record's, and nothing else was compared",
    );
  }
  if (length === 'unknown') return unprovedBytes(facts, 'the record has no size');
  // Up to 2.5 the size is the sum of what the MIME parser counted, and an upgrade keeps it. For malformed mail it may
  // be less than the file, and never is more.
  const isOwnHeader = witness?.fits === true && witness.envelope !== 'different';
  if (length === 'longer' && isOwnHeader) {
    return unprovedBytes(
      facts,
      `${sizes(facts)}, as an index of 2.5 or older has for malformed mail`,
    );
  }
  const more =
    length === 'longer' && witness === undefined
      ? 'an index of 2.5 or older has that for malformed mail too: compare the digest or the envelope'
      : undefined;
  return damaged(facts, kindOf(facts, length, witness), 'message-size-mismatch', witness, more);
}

/**
 * What wrong bytes are. A beginning is one as far as can be told: shorter than the record says, with a header that
 * is the message's own or torn before it could differ.
 */
function kindOf(
  { file }: MessageFacts,
  length: Length,
  witness: HeaderWitness | undefined,
): Kind | undefined {
  if (file?.sizeBytes === 0 || witness?.isBlank === true) return 'message-truncated';
  if (witness === undefined) return undefined;
  if (witness.envelope === 'different') return 'message-foreign';
  return length === 'shorter' && witness.fits !== false ? 'message-truncated' : undefined;
}

function lengthOf({ file, record }: MessageFacts): Length {
  if (file === undefined || record.sizeBytes === 0) return 'unknown';
  if (file.sizeBytes === record.sizeBytes) return 'same';
  return file.sizeBytes < record.sizeBytes ? 'shorter' : 'longer';
}

function damaged(
  facts: MessageFacts,
  kind: Kind | undefined,
  proof: Witness,
  witness: HeaderWitness | undefined,
  more?: string,
): MessageJudgement {
  const words = [sizes(facts), headerWords(witness), more].filter((part) => part !== undefined);
  const codes: FindingCode[] = kind === undefined ? [proof] : [kind, proof];
  return { status: 'damaged', codes, detail: words.join('; ') };
}

function unproved(detail: string): MessageJudgement {
  return { status: 'unverifiable', codes: [], detail };
}

/**
 * A missing GUID is told only where nothing else could stand in for it, or every message of a 2.3 spool would be a
 * finding. Below the level of digests nobody asked for it.
 */
function unprovedBytes(facts: MessageFacts, detail: string): MessageJudgement {
  const codes: FindingCode[] = [];
  if (facts.level === 'digest' && facts.record.guid === undefined) codes.push('guid-absent');
  // Every link with another internaldate moves the time of a shared inode: there judgeSharedInode compares it.
  if (facts.file?.linkCount === 1 && isPutOnRecordTime(facts, facts.file) === false) {
    codes.push('internaldate-mismatch');
  }
  return { status: 'unverifiable', codes, detail };
}

function sizes({ file, record }: MessageFacts): string {
  const found = file?.sizeBytes ?? 0;
  return found === record.sizeBytes
    ? `${found} bytes, as its record says`
    : `${found} bytes, its record says ${record.sizeBytes}`;
}

function headerWords(witness: HeaderWitness | undefined): string | undefined {
  if (witness === undefined) return undefined;
  if (witness.isBlank) return 'no line of a message in it';
  if (witness.envelope === 'different') return `${fieldOf(witness)} is not the cached one`;
  if (witness.envelope === 'same') return `${fieldOf(witness)} is the cached one`;
  return witness.fits === false ? 'its header ends elsewhere than its record says' : undefined;
}

const fieldNames = {
  messageId: 'the Message-ID',
  subject: 'the Subject',
  from: 'the From',
  date: 'the Date',
} as const;

function fieldOf({ field }: HeaderWitness): string {
  return field === undefined ? 'the header' : fieldNames[field];
}
