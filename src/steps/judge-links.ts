/**
 * Is every message that shares an inode with a stage file what its record says? One set of bytes serves for all names
 * of the inode, and the stage file's were read already.
 */
import { judgeSharedInode, type ClaimJudgement } from '../decide/judge-shared-inode.ts';
import type { DamagedMessage } from '../decide/match-donors.ts';
import { compareBytes, type BytePath } from '../model/byte-path.ts';
import type { Finding, FindingCode, MessageRef } from '../model/finding.ts';
import { severityOf } from '../model/finding.ts';
import type { FileStat } from '../model/inode.ts';
import { linkPath, type Link } from '../model/link.ts';
import type { MessageHeader } from '../model/mailbox.ts';
import type { CheckLevel } from '../model/message.ts';
import { isTrouble } from '../model/trouble.ts';
import { parseMessageHeader } from '../parse/rfc822-header.ts';
import type { InspectRequest, Os } from '../system/os.ts';
import { claimLinks, type ClaimedLink, type ClaimsOfLinks } from './claim-links.ts';
import type { MailboxReader } from './mailbox-reader.ts';

/** One inode on trial. */
export interface Trial {
  readonly stat: FileStat;
  /** Of its bytes; absent when nobody read them: then no digest is compared. */
  readonly sha1?: string;
  /** Its owner is not at work on it, by whom half done work would look like damage. Asked below digests only. */
  readonly isSettled?: boolean;
  /** Its name in the stage area is the SHA-1 of other bytes: whatever records say, these were overwritten. */
  readonly isOverwritten: boolean;
  /** All names that were found. */
  readonly links: readonly Link[];
}

export interface JudgedLinks {
  /** In the order of the trials, each with its links in their order. */
  readonly links: readonly (readonly Link[])[];
  readonly findings: readonly Finding[];
  /** For the search for donors and good copies. */
  readonly damaged: readonly DamagedMessage[];
}

/** Inodes that are judged together: their mailboxes are opened once, and their records are in memory at once. */
const together = 20_000;

export async function judgeLinks(
  os: Os,
  reader: MailboxReader,
  trials: readonly Trial[],
  level: CheckLevel = 'digest',
): Promise<JudgedLinks> {
  const findings: Finding[] = [];
  const damaged: DamagedMessage[] = [];
  const links: (readonly Link[])[] = trials.map((trial) => trial.links);
  // A pid directory of a crashed seeding names messages of all mailboxes in the order of their digests: sorted by
  // mailbox, each index is read once and not once for every message.
  const order = byMailbox(trials, level);
  for (let at = 0; at < order.length; at += together) {
    const batch = order.slice(at, at + together);
    const claims = claimLinks(
      reader,
      batch.map(({ trial }) => trial),
      findings,
      level,
    );
    // Cheaper levels read no byte of a message.
    const headers =
      level === 'digest' ? await readHeaders(os, batch, claims) : new Map<number, MessageHeader>();
    for (const [position, { index, trial }] of batch.entries()) {
      const judged = judge(trial, claims[position] ?? [], headers.get(position), level);
      links[index] = judged.links;
      findings.push(...judged.findings);
      damaged.push(...judged.damaged);
    }
    await os.clock.breathe();
  }
  return { links, findings, damaged };
}

/** A trial, and its position among all. */
interface Called {
  readonly index: number;
  readonly trial: Trial;
}

function byMailbox(trials: readonly Trial[], level: CheckLevel): Called[] {
  const mailboxes = new Map<BytePath, Called[]>();
  trials.forEach((trial, index) => {
    const message = trial.links.find((link) => link.messageUid !== undefined);
    if (message === undefined || !isJudged(trial, level)) return;
    const { path } = message.directory;
    const called = mailboxes.get(path);
    if (called === undefined) mailboxes.set(path, [{ index, trial }]);
    else called.push({ index, trial });
  });
  return [...mailboxes.keys()].sort(compareBytes).flatMap((path) => mailboxes.get(path) ?? []);
}

function isJudged(trial: Trial, level: CheckLevel): boolean {
  return level === 'digest' ? trial.sha1 !== undefined : trial.isSettled === true;
}

/** @param claims  of its links, in their order */
function judge(
  trial: Trial,
  claims: ClaimsOfLinks,
  header: MessageHeader | undefined,
  level: CheckLevel,
): { links: Link[]; findings: Finding[]; damaged: DamagedMessage[] } {
  const bytes = { level, file: trial.stat };
  const { judgements } = judgeSharedInode(
    claims.flatMap((found) => (typeof found === 'object' ? found.claim : [])),
    {
      ...bytes,
      ...(trial.sha1 === undefined ? {} : { sha1: trial.sha1 }),
      ...(header === undefined ? {} : { header }),
    },
  );
  let judged = 0;
  const findings: Finding[] = [];
  const damaged: DamagedMessage[] = [];
  const links = trial.links.map((link, at) => {
    const found = claims[at];
    if (found === undefined) return link;
    const judgement = typeof found === 'object' ? judgements[judged++] : undefined;
    const status = statusOf(found, judgement);
    // The stage name's witness: it found damage that a rebuilt index had already agreed with.
    // Cyrus hashes before it links, so no message that shares these bytes is what was delivered.
    const isWitnessed = trial.isOverwritten;
    const isLeaving = typeof found === 'object' && found.isLeaving;
    const all: FindingCode[] = [
      ...(isWitnessed ? (['stage-digest-mismatch'] as const) : []),
      ...(found === 'unindexed' ? (['message-unindexed'] as const) : []),
      ...(judgement?.codes ?? []),
    ];
    const isDamaged = isWitnessed || status === 'damaged';
    // Nearly all have none, and share the list of the link as it was named.
    const codes = all.length === 0 ? link.codes : all;
    if (codes.length > 0) {
      const detail =
        isWitnessed && status === 'intact'
          ? 'its record agrees with these bytes: the index was rebuilt from them'
          : judgement?.detail;
      findings.push(...findingsOf(link, codes, judgement?.donor, detail));
    }
    if (isDamaged && judgement !== undefined) damaged.push(damagedOf(trial, judgement, header));
    const shown = { ...link, status: isDamaged ? ('damaged' as const) : status, codes };
    return isLeaving ? { ...shown, isLeaving } : shown;
  });
  return { links, findings, damaged };
}

function statusOf(
  found: ClaimedLink,
  judgement: ClaimJudgement | undefined,
): NonNullable<Link['status']> {
  if (found === 'unindexed') return 'unindexed';
  return judgement?.status ?? 'unverifiable';
}

function findingsOf(
  link: Link,
  codes: readonly FindingCode[],
  donor: MessageRef | undefined,
  detail: string | undefined,
): Finding[] {
  // What is only worth an "info" stands with the link: an old spool would fill the report with it.
  const told = codes.filter((code) => severityOf(code) !== 'info');
  return told.map((code) => ({
    code,
    path: linkPath(link),
    ...messageOf(link),
    ...(donor === undefined ? {} : { donor }),
    ...(detail === undefined ? {} : { detail }),
  }));
}

function messageOf(link: Link): Partial<MessageRef> {
  return {
    ...(link.mailbox === undefined ? {} : { mailbox: link.mailbox }),
    ...(link.messageUid === undefined ? {} : { messageUid: link.messageUid }),
  };
}

function damagedOf(
  trial: Trial,
  { claim }: ClaimJudgement,
  header: MessageHeader | undefined,
): DamagedMessage {
  return {
    mailbox: claim.mailbox,
    record: claim.record,
    file: trial.stat,
    ...(trial.sha1 === undefined ? {} : { sha1: trial.sha1 }),
    ...(header === undefined ? {} : { messageIds: header.fields.messageId }),
  };
}

/**
 * The header of the bytes where the GUID does not settle the matter: it tells whose message they are.
 *
 * @returns by the position in the batch
 */
async function readHeaders(
  os: Os,
  batch: readonly Called[],
  claims: readonly ClaimsOfLinks[],
): Promise<Map<number, MessageHeader>> {
  const wanted = batch.flatMap(({ trial }, index) => {
    const isUnsettled = (found: ClaimedLink | undefined): boolean =>
      typeof found === 'object' && found.claim.record.guid !== trial.sha1;
    return claims[index]?.some(isUnsettled) === true ? [{ index, trial }] : [];
  });
  const headers = new Map<number, MessageHeader>();
  await os.inspector.inspect(requestsFor(wanted.map(({ trial }) => trial)), (position, answer) => {
    const index = wanted[position]?.index;
    // What could not be read leaves the message unverifiable; the stage file's own reading told why.
    if (index === undefined || isTrouble(answer) || answer.head === undefined) return;
    headers.set(index, parseMessageHeader(answer.head));
  });
  return headers;
}

// eslint-disable-next-line @typescript-eslint/require-await -- the port pulls from an async iterable
async function* requestsFor(trials: readonly Trial[]): AsyncIterable<InspectRequest> {
  for (const trial of trials) {
    const [link] = trial.links;
    if (link === undefined) continue;
    yield {
      path: linkPath(link),
      wantsSha1: false,
      wantsHead: true,
      expectedBytes: Math.min(trial.stat.sizeBytes, 16_384),
    };
  }
}
