/** The audit of one mailbox, from its first record to its last answer. */
import { isRebuilt } from '../decide/is-rebuilt.ts';
import { judgeMessage } from '../decide/judge-message.ts';
import { claimOf } from '../decide/shared-claims.ts';
import {
  noCounts,
  type AuditCounts,
  type MailboxResult,
  type SharedName,
  type Suspect,
} from '../model/audit.ts';
import type { BytePath } from '../model/byte-path.ts';
import { severityOf, type Finding, type FindingCode } from '../model/finding.ts';
import { inodeKey } from '../model/inode.ts';
import type { LinkStatus } from '../model/link.ts';
import { messageUidOf } from '../model/mailbox-name.ts';
import type { MessageRecord } from '../model/mailbox.ts';
import type { CheckLevel, Mailbox, MessageFacts, MessageJudgement } from '../model/message.ts';
import { isTrouble, type Trouble } from '../model/trouble.ts';
import type { MailboxSum, MessageListing } from '../system/glance.ts';
import type { Inspection } from '../system/os.ts';
import { MessageFiles } from './message-files.ts';
import { factsOf, isGone, type Gaze } from './message-facts.ts';
import { isUnsettled } from './patience.ts';

/** Troubles of one mailbox that are told one by one; a directory that is closed to us would tell thousands. */
const troublesAtMost = 20;

export type IsMeant = (path: BytePath, uid: number) => boolean;

export interface SeenListing {
  readonly place: BytePath;
  readonly listing: MessageListing;
}

export class OpenAudit {
  readonly mailbox: Mailbox;
  /** Leaves out what a sample or a census does not mean; undefined where all is meant. */
  readonly isMeant: IsMeant | undefined;
  /** What was seen of its directory when the mailbox was found. */
  readonly seen: SeenListing | undefined;
  /** Questions that are not answered yet. */
  pending = 0;
  /** All records were asked for. */
  isListed = false;
  readonly #directory: BytePath;
  readonly #gaze: Gaze;
  readonly #counts = noCounts();
  readonly #findings: Finding[];
  readonly #suspects: Suspect[] = [];
  readonly #shared: SharedName[] = [];
  /** Of each code that is only worth a word: how many messages, and the first of them. */
  readonly #remarks = new Map<FindingCode, { count: number; firstUid: number; detail?: string }>();
  #troubles = 0;

  constructor(
    directory: BytePath,
    mailbox: Mailbox,
    gaze: Gaze,
    isMeant?: IsMeant,
    seen?: SeenListing,
  ) {
    this.#directory = directory;
    this.mailbox = mailbox;
    this.isMeant = isMeant;
    this.seen = seen;
    this.#gaze = gaze;
    this.#findings = [...mailbox.findings];
    this.#counts.mailboxes = 1;
  }

  get isDone(): boolean {
    return this.isListed && this.pending === 0;
  }

  /** The directories of its messages. */
  get places(): ReadonlySet<BytePath> {
    const { directory, archive } = this.mailbox;
    return new Set([directory, ...(archive === undefined ? [] : [archive])]);
  }

  /** Files without a record, as far as the index that would have it can be believed. */
  suspectUnindexed(paths: Iterable<BytePath>): void {
    if (isUnsettled(this.mailbox.findings)) return;
    for (const path of paths) {
      const messageUid = messageUidOf(path.slice(path.lastIndexOf('/') + 1)) ?? 0;
      // In the other tree than its record says: an archiving that is on its way, or was cut off.
      if (this.mailbox.hasRecordOf(messageUid)) continue;
      this.#suspects.push({ directory: this.#directory, messageUid, path });
    }
  }

  /** What lies in one of its directories beside the messages that were asked for. */
  listed(place: BytePath, { entries, strangers, trouble }: MessageListing): void {
    this.#counts.entries += entries;
    // An archive directory exists only for mailboxes that have archived something.
    if (trouble !== undefined && !isGone(trouble)) this.#refused(trouble);
    const found = new MessageFiles(this.isMeant ?? (() => true));
    for (const uid of strangers) if (!this.mailbox.hasRecordOf(uid)) found.add(place, uid);
    this.suspectUnindexed(found.left());
  }

  /** Files of which expectFiles() says that there is nothing to tell. */
  answerAsExpected(messages: number, readBytes: number): void {
    countAsExpected(this.#counts, this.#gaze.level, messages, readBytes);
  }

  /** A record that must not be believed names no file that would prove anything; the index is told of as a whole. */
  passOver(): void {
    this.#counts.checked += 1;
    this.#counts.unverifiable += 1;
  }

  answer(record: MessageRecord, answer: Inspection | Trouble): void {
    this.#counts.checked += 1;
    const subject = { mailbox: this.mailbox, record };
    const facts = factsOf(subject, this.#gaze, answer);
    if (isTrouble(facts)) {
      if (facts.errno === 'ESTALE') this.#suspect(record);
      else {
        this.#refused(facts);
        this.#counts.unverifiable += 1;
      }
      return;
    }
    if (!isTrouble(answer)) this.#counts.bytesRead += answer.readBytes;
    const judgement = judgeMessage(facts);
    const isSuspect = isWorthALook(judgement);
    if (isSuspect) this.#suspect(record);
    else this.#count(facts, judgement);
    this.#share(facts, isSuspect ? undefined : judgement.status);
  }

  result(): MailboxResult {
    const { mailbox } = this;
    const remarks = [...this.#remarks].map(([code, { count, firstUid, detail }]): Finding => {
      const words = `${count} ${count === 1 ? 'message' : 'messages'}, the first is uid ${firstUid}`;
      return {
        code,
        path: mailbox.directory,
        mailbox: mailbox.name,
        detail: detail === undefined ? words : `${words} (${detail})`,
      };
    });
    const more = this.#troubles - troublesAtMost;
    if (more > 0) {
      const detail = `${more} more message files could not be read`;
      remarks.push({ code: 'unreadable', path: mailbox.directory, mailbox: mailbox.name, detail });
    }
    return {
      directory: this.#directory,
      counts: this.#counts,
      findings: [...this.#findings, ...remarks],
      suspects: this.#suspects,
      shared: this.#shared,
    };
  }

  #suspect({ messageUid }: MessageRecord): void {
    this.#suspects.push({ directory: this.#directory, messageUid });
  }

  #count({ record, file }: MessageFacts, judgement: MessageJudgement): void {
    this.#counts[counterOf[judgement.status]] += 1;
    const { status, codes, detail } = judgement;
    const isByRecordAlone = status === 'intact' && record.guid === undefined;
    if (isByRecordAlone && file !== undefined && isRebuilt(this.mailbox.index, file)) {
      this.#counts.maybeRebuilt += 1;
    }
    for (const code of codes) {
      const known = this.#remarks.get(code);
      if (known !== undefined) known.count += 1;
      else {
        const first = { count: 1, firstUid: record.messageUid };
        this.#remarks.set(code, detail === undefined ? first : { ...first, detail });
      }
    }
  }

  #share({ record, file, level }: MessageFacts, counted: LinkStatus | undefined): void {
    if (level === 'exists' || file === undefined || file.kind !== 'file' || file.linkCount < 2)
      return;
    if (record.fault !== undefined) return;
    this.#shared.push({
      inode: inodeKey(file),
      linkCount: file.linkCount,
      messageUid: record.messageUid,
      claim: claimOf(record),
      ...(counted === undefined ? {} : { counted }),
    });
  }

  #refused(trouble: Trouble): void {
    this.#troubles += 1;
    if (this.#troubles > troublesAtMost) return;
    this.#findings.push({
      code: 'unreadable',
      path: trouble.path,
      mailbox: this.mailbox.name,
      detail: `${trouble.syscall}: ${trouble.errno}`,
    });
  }
}

/** Of a mailbox that was not opened: in all that it has there is nothing to tell. */
export function goodMailbox(
  directory: BytePath,
  level: CheckLevel,
  entries: number,
  { messages, readBytes }: MailboxSum,
): MailboxResult {
  const counts = { ...noCounts(), mailboxes: 1, entries };
  countAsExpected(counts, level, messages, readBytes);
  return { directory, counts, findings: [], suspects: [], shared: [] };
}

function countAsExpected(
  counts: AuditCounts,
  level: CheckLevel,
  messages: number,
  readBytes: number,
): void {
  counts.checked += messages;
  counts[level === 'digest' ? 'intact' : 'unverifiable'] += messages;
  counts.bytesRead += readBytes;
}

/** Damage, or a file that is not there: on a spool in use either can be a moment's. */
export function isWorthALook({ status, codes }: MessageJudgement): boolean {
  return status === 'damaged' || codes.some((code) => severityOf(code) !== 'info');
}

export const counterOf = {
  intact: 'intact',
  damaged: 'damaged',
  unverifiable: 'unverifiable',
  unindexed: 'unindexed',
} as const satisfies Record<LinkStatus, string>;
