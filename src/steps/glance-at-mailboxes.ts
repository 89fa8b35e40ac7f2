/** The messages of mailboxes under audit, looked at and not read: by mailboxes, since a message costs a few µs in all. */
import { expectFiles, type GlanceLevel } from '../decide/expect-files.ts';
import type { BytePath } from '../model/byte-path.ts';
import type { MessageClaim } from '../model/mailbox.ts';
import type { GlanceRequest, Os } from '../system/os.ts';
import type { OnAnswers } from './inspect-mailboxes.ts';
import type { OpenAudit } from './open-audit.ts';

/** Of one directory: a mailbox with a million messages keeps all threads busy. */
const messagesAtOnce = 4096;

interface Asked {
  readonly audit: OpenAudit;
  readonly place: BytePath;
  /** By which the records are found again. */
  readonly numbers: Uint32Array;
}

/** @param audits  each is asked for all that it has before the next is pulled */
export async function glanceAtMailboxes(
  os: Os,
  audits: AsyncIterable<OpenAudit>,
  level: GlanceLevel,
  onAnswers: OnAnswers,
): Promise<void> {
  const asked = new Map<number, Asked>();

  async function* requests(): AsyncGenerator<GlanceRequest, void, undefined> {
    let number = 0;
    for await (const audit of audits) {
      for (const { place, claims, isLast } of portions(audit)) {
        const numbers = Uint32Array.from(claims, (claim) => claim.number);
        asked.set(number++, { audit, place, numbers });
        audit.pending += 1;
        const expected = expectFiles(claims, audit.mailbox.minorVersion, level);
        yield { directory: place, expected, lists: isLast };
      }
    }
  }

  await os.glancer.glance(requests(), (index, { asExpected, others, listing }) => {
    const question = asked.get(index);
    if (question === undefined) throw new Error('an answer to what was not asked');
    asked.delete(index);
    const { audit, place, numbers } = question;
    if (listing !== undefined) audit.listed(place, listing);
    audit.answerAsExpected(asExpected);
    for (const { at, answer } of others) {
      audit.answer(audit.mailbox.recordAt(numbers[at] ?? 0), answer);
    }
    audit.pending -= 1;
    onAnswers(audit, numbers.length, 0);
  });
}

interface Portion {
  readonly place: BytePath;
  readonly claims: readonly MessageClaim[];
  readonly isLast: boolean;
}

/** Of each directory at least one, which may be empty: files without a record are looked for in all. */
function* portions(audit: OpenAudit): Generator<Portion> {
  const waiting = new Map<BytePath, MessageClaim[]>();
  for (const place of audit.places) waiting.set(place, []);
  for (const claim of claimsOf(audit)) {
    const place = audit.mailbox.placeOf(claim);
    const claims = waiting.get(place) ?? [];
    claims.push(claim);
    if (claims.length < messagesAtOnce) continue;
    waiting.set(place, []);
    yield { place, claims, isLast: false };
  }
  for (const [place, claims] of waiting) yield { place, claims, isLast: true };
}

/** UNLINKED: Cyrus has removed the file or will, and nobody reads it any more. */
function* claimsOf(audit: OpenAudit): Generator<MessageClaim> {
  const { mailbox } = audit;
  for (const claim of mailbox.claims()) {
    if (claim.isUnlinked || !audit.isMeant(mailbox.fileOf(claim), claim.messageUid)) continue;
    if (claim.isFaulty) audit.passOver();
    else yield claim;
  }
}
