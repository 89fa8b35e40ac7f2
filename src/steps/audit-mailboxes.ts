/** Mailboxes one after the other, their messages many at a time: what an audit does most of its life. */
import type { Sampled } from '../decide/sample-messages.ts';
import { noCounts, type MailboxResult } from '../model/audit.ts';
import type { BytePath } from '../model/byte-path.ts';
import type { Finding } from '../model/finding.ts';
import type { Mailbox } from '../model/message.ts';
import type { Os } from '../system/os.ts';
import { glanceAtMailboxes, type OnAnswers } from './glance-at-mailboxes.ts';
import type { MailboxReader } from './mailbox-reader.ts';
import type { Gaze } from './message-facts.ts';
import { OpenAudit, type IsMeant, type SeenListing } from './open-audit.ts';
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
  const open: { readonly isDone: boolean; result(): MailboxResult }[] = [];
  const settle = (): void => {
    while (open[0]?.isDone === true) {
      const [first] = open.splice(0, 1);
      if (first !== undefined) onMailbox(first.result());
    }
  };

  async function* audits(): AsyncGenerator<OpenAudit, void, undefined> {
    for await (const directory of directories) {
      const seen = restriction.takeListing?.(directory);
      const told = reader.findings.length;
      const mailbox = reader.open(directory);
      const unread = reader.findings.splice(told);
      const isAwaited =
        restriction.isPatient === true && isUnsettled([...unread, ...(mailbox?.findings ?? [])]);
      if (mailbox === undefined || isAwaited) {
        const result = isAwaited ? unsettled(directory) : unopened(directory, unread);
        open.push({ isDone: true, result: () => result });
        settle();
        continue;
      }
      const audit = new OpenAudit(directory, mailbox, gaze, meantOf(restriction, mailbox), seen);
      open.push(audit);
      yield audit;
      audit.isListed = true;
      settle();
    }
  }

  const answered: OnAnswers = (audit, messages, readBytes) => {
    onAnswers(audit, messages, readBytes);
    if (audit.isDone) settle();
  };
  await glanceAtMailboxes(os, audits(), gaze.level, answered);
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
