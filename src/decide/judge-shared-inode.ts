/**
 * Several records that claim one inode. Most agree, across users too: single-instance store, COPY and RESERVE make
 * such links every day. Where two disagree one file cannot be both messages, and its bytes say whose they are.
 */
import type { FindingCode, MessageRef } from '../model/finding.ts';
import type { MessageRecord } from '../model/mailbox.ts';
import type { CachedMessage, MessageFacts, MessageJudgement } from '../model/message.ts';
import { isPutOnRecordTime } from './compare-times.ts';
import { judgeMessage } from './judge-message.ts';

/** Up to this index version a record holds the sum of what the MIME parser found; 3.0 writes it with the file's length. */
const lastParserSized = 13;

/** One record that has a name on the inode. */
export interface Claim {
  readonly mailbox: string;
  readonly record: MessageRecord;
  readonly minorVersion: number;
  readonly cached?: CachedMessage;
}

/** What was found out about the inode; it is the same for all claims. */
export type SharedBytes = Pick<MessageFacts, 'level' | 'file' | 'sha1' | 'header'>;

export interface ClaimJudgement extends MessageJudgement {
  readonly claim: Claim;
  /** The rightful owner of the bytes, for a damaged claim that an owner contradicts. */
  readonly donor?: MessageRef;
}

export interface SharedInodeJudgement {
  /** In the order of the claims. */
  readonly judgements: readonly ClaimJudgement[];
  /** The first claim that the bytes agree with, when another disagrees. */
  readonly owner?: MessageRef;
  /** Records contradict one another and the bytes cannot tell which is wrong: one of them is. */
  readonly isUnresolved: boolean;
}

/** A claim with what its own record says of the bytes. */
interface Trial {
  readonly claim: Claim;
  readonly own: MessageJudgement;
}

/** @param claims  of one inode; the same mailbox and uid twice is one claim told twice */
export function judgeSharedInode(
  claims: readonly Claim[],
  bytes: SharedBytes,
): SharedInodeJudgement {
  const trials = claims.map((claim) => ({
    claim,
    own: judgeMessage({ ...bytes, ...claim }),
  }));
  // Nearly always: what the bytes prove nobody can contradict.
  if (trials.every(({ own }) => own.status === 'intact')) {
    const judgements = trials.map(({ claim, own }) => ({ claim, ...own }));
    return { judgements, isUnresolved: false };
  }
  // A post to everyone has as many claims as users and one or two kinds of records: only kinds are compared in pairs.
  const kinds = firstOfEach(trials);
  const owners = ownersOf(kinds);
  const isNoOnesTime = hasNoOnesTime(kinds, bytes);
  let firstOwner: MessageRef | undefined;
  let isUnresolved = false;
  const judgements = trials.map((trial): ClaimJudgement => {
    const { claim, own } = trial;
    if (own.status === 'intact') return { claim, ...own };
    const owner = ownerAgainst(trial, owners);
    if (owner !== undefined) {
      firstOwner ??= refOf(owner);
      return { claim, ...dispossessed(own, owner), donor: refOf(owner) };
    }
    const rival = kinds.find((other) => contradicts(claim, other.claim))?.claim;
    if (own.status === 'damaged') {
      return { claim, ...own, codes: rival ? withConflict(own.codes) : own.codes };
    }
    if (rival === undefined || owners.length > 0) return { claim, ...withTimes(own, isNoOnesTime) };
    isUnresolved = true;
    return { claim, ...unresolved(own, rival) };
  });
  return { judgements, ...(firstOwner === undefined ? {} : { owner: firstOwner }), isUnresolved };
}

/** One trial of each kind of record and outcome. */
function firstOfEach(trials: readonly Trial[]): Trial[] {
  const kinds = new Map<string, Trial>();
  for (const trial of trials) {
    const { record, minorVersion } = trial.claim;
    const { guid, uuid, sizeBytes, internalDateNs, fault } = record;
    const key = [guid, uuid, sizeBytes, internalDateNs, minorVersion, fault, trial.own.status];
    if (!kinds.has(key.join())) kinds.set(key.join(), trial);
  }
  return [...kinds.values()];
}

/**
 * Whose the bytes are: those that the bytes prove. Without a proof, those that are left when all who contradict
 * them are shown to be wrong.
 */
function ownersOf(trials: readonly Trial[]): Trial[] {
  const proved = trials.filter(({ own }) => own.status === 'intact');
  if (proved.length > 0) return proved;
  const left = trials.filter(
    ({ own, claim }) => own.status === 'unverifiable' && claim.record.fault === undefined,
  );
  const isAgreed = left.every((one) => !left.some((two) => contradicts(one.claim, two.claim)));
  return isAgreed ? left : [];
}

/**
 * Who owns the bytes instead of this claim. Records without digest and UUID may agree in all they have and still be
 * of two messages: then the envelopes told them apart. And a beginning of its own message is nobody else's, unless
 * it is proved to be.
 */
function ownerAgainst({ claim, own }: Trial, owners: readonly Trial[]): Claim | undefined {
  const isForeign = own.codes.includes('message-foreign');
  const isTruncated = own.codes.includes('message-truncated');
  return owners.find((other) => {
    const isProved = other.own.status === 'intact';
    if (isTruncated && !isProved) return false;
    return contradicts(claim, other.claim) || (isForeign && isProved);
  })?.claim;
}

/**
 * Do two records of one inode exclude each other? Only what both know is compared.
 *
 * A UUID of 2.3.0 to 2.3.9 is assigned and no hash, but delivery, COPY and RESERVE give every link the same one;
 * zero, which SIMPLE uploads store, is unknown.
 */
export function contradicts(a: Claim, b: Claim): boolean {
  if (a.record.fault !== undefined || b.record.fault !== undefined) return false;
  if (a.mailbox === b.mailbox && a.record.messageUid === b.record.messageUid) return false;
  if (a.record.guid !== undefined && b.record.guid !== undefined) {
    return a.record.guid !== b.record.guid;
  }
  if (a.record.uuid !== undefined && b.record.uuid !== undefined) {
    if (a.record.uuid !== b.record.uuid) return true;
  }
  if (a.record.sizeBytes === 0 || b.record.sizeBytes === 0) return false;
  // Before and after 3.0 the size of malformed mail is not counted alike.
  const isCountedAlike = a.minorVersion <= lastParserSized === b.minorVersion <= lastParserSized;
  return isCountedAlike && a.record.sizeBytes !== b.record.sizeBytes;
}

/** The bytes are another record's, so they are a whole other message, even where this record had no witness. */
function dispossessed(own: MessageJudgement, owner: Claim): MessageJudgement {
  const { mailbox, messageUid } = refOf(owner);
  const detail =
    own.status === 'damaged'
      ? own.detail
      : `the record of ${mailbox}, uid ${messageUid}, agrees with the bytes and this one does not agree with it`;
  return {
    status: 'damaged',
    codes: withConflict(['message-foreign', ...own.codes.filter(isWitness)]),
    ...(detail === undefined ? {} : { detail }),
  };
}

function isWitness(code: FindingCode): boolean {
  return (
    code === 'message-guid-mismatch' ||
    code === 'message-size-mismatch' ||
    code === 'envelope-mismatch'
  );
}

/** What they are, that records conflict, and what else proves it. */
function withConflict(codes: readonly FindingCode[]): FindingCode[] {
  const isKind = (code: FindingCode): boolean =>
    code === 'message-foreign' || code === 'message-truncated';
  return [
    ...codes.filter(isKind),
    'shared-inode-conflict',
    ...codes.filter((code) => !isKind(code)),
  ];
}

/** One is wrong and nothing says which: accusing both would accuse a healthy message. */
function unresolved(own: MessageJudgement, rival: Claim): MessageJudgement {
  const { mailbox, messageUid } = refOf(rival);
  return {
    status: 'unverifiable',
    codes: ['shared-inode-unclear', ...own.codes],
    detail: `shares its inode with ${mailbox}, uid ${messageUid}, whose record says otherwise: one of the two has wrong bytes, and nothing here tells which`,
  };
}

/** The time of a shared inode may be any of its records': only one that is none of theirs is worth a word. */
function hasNoOnesTime(kinds: readonly Trial[], { file, level }: SharedBytes): boolean {
  return (
    file !== undefined &&
    level !== 'exists' &&
    kinds.every(({ claim }) => isPutOnRecordTime(claim, file) === false)
  );
}

function withTimes(own: MessageJudgement, isNoOnesTime: boolean): MessageJudgement {
  const others = own.codes.filter((code) => code !== 'internaldate-mismatch');
  return { ...own, codes: isNoOnesTime ? [...others, 'internaldate-mismatch'] : others };
}

function refOf({ mailbox, record }: Claim): MessageRef {
  return { mailbox, messageUid: record.messageUid };
}
