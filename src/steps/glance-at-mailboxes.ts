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
import type { GlanceRequest } from '../system/glance.ts';
import { isTrouble } from '../model/trouble.ts';
import type { Os } from '../system/os.ts';
import type { OpenAudit } from './open-audit.ts';

/** After answers of an audit; it may be done by them. */
export type OnAnswers = (audit: OpenAudit, messages: number, readBytes: number) => void;

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
  audits: AsyncIterable<OpenAudit>,
  level: CheckLevel,
  onAnswers: OnAnswers,
): Promise<void> {
  const asked = new Map<number, Asked>();

  async function* requests(): AsyncGenerator<GlanceRequest, void, undefined> {
    let number = 0;
    for await (const audit of audits) {
      if (audit.seen !== undefined) audit.listed(audit.seen.place, audit.seen.listing);
      for (const { place, claims, lists } of portions(audit, level)) {
        const { numbers } = claims;
        asked.set(number++, { audit, place, numbers, left: numbers.length });
        audit.pending += 1;
        const expected = expectFiles(claims, audit.mailbox.minorVersion, level);
        yield { directory: place, expected, lists };
      }
    }
  }

  await os.glancer.glance(requests(), (index, { asExpected, readBytes, others, listing }) => {
    const question = asked.get(index);
    if (question === undefined) throw new Error('an answer to what was not asked');
    const { audit, place, numbers } = question;
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
      asked.delete(index);
      audit.pending -= 1;
    }
    onAnswers(audit, messages, bytes);
  });
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
