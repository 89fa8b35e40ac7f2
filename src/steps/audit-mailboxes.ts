/** Mailboxes one after the other, their messages many at a time: what an audit does most of its life. */
import type { Sampled } from '../decide/sample-messages.ts';
import { noCounts, type MailboxResult } from '../model/audit.ts';
import type { BytePath } from '../model/byte-path.ts';
import type { Finding } from '../model/finding.ts';
import type { Mailbox } from '../model/message.ts';
import type { Os } from '../system/os.ts';
import type { MailboxRequest, MailboxSum } from '../system/glance.ts';
import { glanceAtMailboxes, type OnAnswers, type UnopenedAudit } from './glance-at-mailboxes.ts';
import { loadLookAtMailbox } from './look-at-mailbox.ts';
import type { MailboxReader } from './mailbox-reader.ts';
import type { Gaze } from './message-facts.ts';
import { OpenAudit, goodMailbox, type IsMeant, type SeenListing } from './open-audit.ts';
import { isUnsettled } from './patience.ts';

export interface Restriction {
  /** Absent: every message. */
  readonly sampled?: (mailbox: string) => Sampled;
  /** Absent: every inode. Else the file names that the census found to be of shared inodes. */
  readonly shared?: { has(path: BytePath): boolean };
  /** What was seen of a mailbox's directory when it was found, if that is still known. */
  readonly takeListing?: (directory: BytePath) => SeenListing | undefined;
  /** A mailbox whose index was not read whole is not audited, and its result says no more than that. */
  readonly isPatient?: boolean;
}

/**
 * @param directories  as listMailboxes() gives them
 * @param onMailbox    in the order of `directories`, whichever is done first, so that an audit that was cut off can
 *                     go on behind the last one
 */
export async function auditMailboxes(
  os: Os,
  reader: MailboxReader,
  directories: AsyncIterable<BytePath>,
  gaze: Gaze,
  restriction: Restriction,
  onMailbox: (result: MailboxResult) => void,
  onAnswers: OnAnswers,
): Promise<void> {
  const open: Turn[] = [];
  const settle = (): void => {
    while (open[0]?.isDone === true) {
      const [first] = open.splice(0, 1);
      if (first !== undefined) onMailbox(first.result());
    }
  };

  /** @returns what is said of it when it is not audited */
  const audited = (directory: BytePath, seen: SeenListing | undefined): OpenAudit | Done => {
    const told = reader.findings.length;
    const mailbox = reader.open(directory);
    const unread = reader.findings.splice(told);
    const isAwaited =
      restriction.isPatient === true && isUnsettled([...unread, ...(mailbox?.findings ?? [])]);
    if (isAwaited) return new Done(unsettled(directory));
    if (mailbox === undefined) return new Done(unopened(directory, unread));
    return new OpenAudit(directory, mailbox, gaze, meantOf(restriction, mailbox), seen);
  };

  const looksWhole =
    os.glancer.takesMailboxes === true && !restriction.sampled && !restriction.shared;
  const look = looksWhole ? await loadLookAtMailbox() : undefined;

  async function* audits(): AsyncGenerator<OpenAudit | UnopenedMailbox, void, undefined> {
    for await (const directory of directories) {
      const seen = restriction.takeListing?.(directory);
      const turn = mayLookAt(directory, seen) ?? audited(directory, seen);
      open.push(turn);
      if (turn instanceof Done) settle();
      else yield turn;
    }
  }

  /** @returns undefined for a mailbox that is to be opened */
  function mayLookAt(
    directory: BytePath,
    seen: SeenListing | undefined,
  ): UnopenedMailbox | undefined {
    if (look === undefined || seen?.place !== directory) return undefined;
    const { strangers } = seen.listing;
    if (strangers.length > messagesAtMost[gaze.level]) return undefined;
    const lone = reader.loneDirectory(directory);
    if (lone === undefined) return undefined;
    const request = { directory, level: gaze.level, ...lone, seenUids: new Uint32Array(strangers) };
    return new UnopenedMailbox(request, seen.listing.entries, () => audited(directory, seen));
  }

  const answered: OnAnswers = (messages, readBytes) => {
    onAnswers(messages, readBytes);
    settle();
  };
  await glanceAtMailboxes(os, audits(), gaze.level, answered, look);
}

/** More messages are shared by threads. */
const messagesAtMost = { exists: 4096, size: 4096, digest: 1024 };

/** A mailbox in the order in which results are given. */
interface Turn {
  readonly isDone: boolean;
  result(): MailboxResult;
}

class Done implements Turn {
  readonly isDone = true;
  readonly #result: MailboxResult;

  constructor(result: MailboxResult) {
    this.#result = result;
  }

  result(): MailboxResult {
    return this.#result;
  }
}

/** It is opened only when a look at it as a whole finds something to tell. */
class UnopenedMailbox implements UnopenedAudit, Turn {
  readonly request: MailboxRequest;
  readonly #entries: number;
  readonly #open: () => OpenAudit | Done;
  #turn: Turn | undefined;

  constructor(request: MailboxRequest, entries: number, open: () => OpenAudit | Done) {
    this.request = request;
    this.#entries = entries;
    this.#open = open;
  }

  close(sum: MailboxSum): void {
    const { directory, level } = this.request;
    this.#turn = new Done(goodMailbox(directory, level, this.#entries, sum));
  }

  open(): OpenAudit | undefined {
    const turn = this.#open();
    this.#turn = turn;
    return turn instanceof OpenAudit ? turn : undefined;
  }

  get isDone(): boolean {
    return this.#turn?.isDone === true;
  }

  result(): MailboxResult {
    if (this.#turn === undefined) throw new Error('a mailbox that was not looked at');
    return this.#turn.result();
  }
}
/** @returns undefined where all is meant, which then costs no message a path */
function meantOf({ sampled, shared }: Restriction, mailbox: Mailbox): IsMeant | undefined {
  if (sampled === undefined && shared === undefined) return undefined;
  const isSampled = sampled?.(mailbox.name);
  return (path, uid) => isSampled?.(uid) !== false && shared?.has(path) !== false;
}

/** Without a finding its index went away meanwhile: a mailbox that was deleted or renamed. */
function unopened(directory: BytePath, findings: readonly Finding[]): MailboxResult {
  const counts = { ...noCounts(), vanished: findings.length === 0 ? 1 : 0 };
  return { directory, counts, findings, suspects: [], shared: [] };
}

function unsettled(directory: BytePath): MailboxResult {
  const counts = noCounts();
  return { directory, counts, findings: [], suspects: [], shared: [], isUnsettled: true };
}
