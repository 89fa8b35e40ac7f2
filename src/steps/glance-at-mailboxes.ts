/** The messages of mailboxes under audit: by mailboxes, since an object for each costs as much as a look at its file. */
import { expectFiles } from '../decide/expect-files.ts';
import type { BytePath } from '../model/byte-path.ts';
import {
  claimBits,
  roomForClaims,
  someClaims,
  type MessageClaims,
} from '../model/message-claims.ts';
import type { CheckLevel } from '../model/message.ts';
import { isTrouble } from '../model/trouble.ts';
import type {
  Glance,
  GlanceRequest,
  LookAtMailbox,
  MailboxRequest,
  MailboxSum,
} from '../system/glance.ts';
import type { Os } from '../system/os.ts';
import { workerUrl } from '../system/worker-url.ts';
import { OpenAudit } from './open-audit.ts';

/** After answers of an audit, and when all of it was asked for; it may be done by now. */
export type OnAnswers = (messages: number, readBytes: number) => void;

/** A mailbox that may be looked at as a whole before it is opened. */
export interface UnopenedAudit {
  readonly request: MailboxRequest;
  /** All of it is as expected. */
  close(sum: MailboxSum): void;
  /** It is not, or nobody can tell. @returns undefined when there is nothing to be asked */
  open(): OpenAudit | undefined;
}

interface Asked {
  readonly audit: OpenAudit;
  readonly place: BytePath;
  /** By which the records are found again. */
  readonly numbers: Uint32Array;
  /** Messages that are not answered yet. */
  left: number;
}

/** @param audits  each is asked for all that it has before the next is pulled */
export async function glanceAtMailboxes(
  os: Os,
  audits: AsyncIterable<OpenAudit | UnopenedAudit>,
  level: CheckLevel,
  onAnswers: OnAnswers,
  look?: LookAtMailbox,
): Promise<void> {
  const asked = new Map<GlanceRequest, Asked>();
  const unopened = new Map<MailboxRequest, UnopenedAudit>();

  function* requestsOf(audit: OpenAudit): Generator<GlanceRequest, void, undefined> {
    if (audit.seen !== undefined) audit.listed(audit.seen.place, audit.seen.listing);
    for (const { place, claims, lists } of portions(audit, level)) {
      const { numbers } = claims;
      const expected = expectFiles(claims, audit.mailbox.minorVersion, level);
      const request = { directory: place, expected, lists };
      asked.set(request, { audit, place, numbers, left: numbers.length });
      audit.pending += 1;
      yield request;
    }
    audit.isListed = true;
    onAnswers(0, 0);
  }

  async function* requests(): AsyncGenerator<GlanceRequest | MailboxRequest, void, undefined> {
    for await (const audit of audits) {
      if (audit instanceof OpenAudit) yield* requestsOf(audit);
      else {
        unopened.set(audit.request, audit);
        yield audit.request;
      }
    }
  }

  const onGlance = (request: GlanceRequest, glance: Glance): void => {
    const question = asked.get(request);
    if (question === undefined) throw new Error('an answer to what was not asked');
    const { audit, place, numbers } = question;
    const { asExpected, readBytes, others, listing } = glance;
    if (listing !== undefined) audit.listed(place, listing);
    audit.answerAsExpected(asExpected, readBytes);
    let bytes = readBytes;
    for (const { at, answer } of others) {
      audit.answer(audit.mailbox.recordAt(numbers[at] ?? 0), answer);
      if (!isTrouble(answer)) bytes += answer.readBytes;
    }
    const messages = asExpected + others.length;
    question.left -= messages;
    if (question.left === 0) {
      asked.delete(request);
      audit.pending -= 1;
    }
    onAnswers(messages, bytes);
  };

  const onLook = (
    request: MailboxRequest,
    sum: MailboxSum | undefined,
  ): Iterable<GlanceRequest> => {
    const question = unopened.get(request);
    if (question === undefined) throw new Error('a mailbox that was not asked for');
    unopened.delete(request);
    if (sum === undefined) {
      const audit = question.open();
      if (audit !== undefined) return requestsOf(audit);
    } else question.close(sum);
    onAnswers(sum?.messages ?? 0, sum?.readBytes ?? 0);
    return [];
  };

  const thread = workerUrl('mailbox-worker', import.meta.url);
  await os.glancer.glance(requests(), onGlance, look && { look, thread, onLook });
}

const noClaims = roomForClaims(0, false);

interface Portion {
  readonly place: BytePath;
  readonly claims: MessageClaims;
  readonly lists: boolean;
}

/** Of each directory that is yet to be listed at least one, which may be empty. */
function* portions(audit: OpenAudit, level: CheckLevel): Generator<Portion> {
  const waiting = new Map<BytePath, MessageClaims>();
  for (const place of audit.places) waiting.set(place, noClaims);
  for (const all of audit.mailbox.claims(level === 'digest')) {
    for (const [place, claims] of byPlace(audit, all)) {
      const before = waiting.get(place);
      waiting.set(place, claims);
      if (before !== undefined && before.uids.length > 0) {
        yield { place, claims: before, lists: false };
      }
    }
  }
  for (const [place, claims] of waiting) {
    const isListed = place === audit.seen?.place;
    if (!isListed || claims.uids.length > 0) yield { place, claims, lists: !isListed };
  }
}

/** Those to be looked at, by the directory of their files. */
function byPlace(audit: OpenAudit, claims: MessageClaims): Iterable<[BytePath, MessageClaims]> {
  const { mailbox, isMeant } = audit;
  if (isMeant === undefined && !claims.bits.some((bits) => bits !== 0)) {
    return [[mailbox.placeOf({ isArchived: false }), claims]];
  }
  const positions = new Map<BytePath, number[]>();
  for (const [at, messageUid] of claims.uids.entries()) {
    const bits = claims.bits[at] ?? 0;
    // UNLINKED: Cyrus has removed the file or will, and nobody reads it any more.
    if ((bits & claimBits.isUnlinked) !== 0) continue;
    const claim = { messageUid, isArchived: (bits & claimBits.isArchived) !== 0 };
    if (isMeant?.(mailbox.fileOf(claim), messageUid) === false) continue;
    if ((bits & claimBits.isFaulty) !== 0) {
      audit.passOver();
      continue;
    }
    const place = mailbox.placeOf(claim);
    const known = positions.get(place);
    if (known === undefined) positions.set(place, [at]);
    else known.push(at);
  }
  return [...positions].map(([place, some]) => [place, someClaims(claims, some)]);
}
