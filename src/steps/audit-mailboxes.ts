/** Mailboxes one after the other, their messages many at a time: what an audit does most of its life. */
import type { Sampled } from '../decide/sample-messages.ts';
import { noCounts, type MailboxResult } from '../model/audit.ts';
import type { BytePath } from '../model/byte-path.ts';
import type { Finding } from '../model/finding.ts';
import type { MessageRecord } from '../model/mailbox.ts';
import type { InspectRequest, Os } from '../system/os.ts';
import { isTrouble } from '../model/trouble.ts';
import type { MailboxReader } from './mailbox-reader.ts';
import { requestOf, type Gaze } from './message-facts.ts';
import { OpenAudit } from './open-audit.ts';
import { isUnsettled } from './patience.ts';

export interface Restriction {
  /** Absent: every message. */
  readonly sampled?: (mailbox: string) => Sampled;
  /** Absent: every inode. Else the file names that the census found to be of shared inodes. */
  readonly shared?: { has(path: BytePath): boolean };
  /** A mailbox whose index was not read whole is not audited, and its result says no more than that. */
  readonly isPatient?: boolean;
}

interface Asked {
  readonly audit: OpenAudit;
  readonly record: MessageRecord;
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
  onAnswer: (readBytes: number) => void,
): Promise<void> {
  const open: { readonly isDone: boolean; result(): MailboxResult }[] = [];
  const asked = new Map<number, Asked>();
  const settle = (): void => {
    while (open[0]?.isDone === true) {
      const [first] = open.splice(0, 1);
      if (first !== undefined) onMailbox(first.result());
    }
  };

  async function* requests(): AsyncGenerator<InspectRequest, void, undefined> {
    let number = 0;
    for await (const directory of directories) {
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
      const audit = new OpenAudit(directory, mailbox, gaze);
      open.push(audit);
      const sampled = restriction.sampled?.(mailbox.name);
      const isMeant = (path: BytePath, uid: number): boolean =>
        sampled?.(uid) !== false && restriction.shared?.has(path) !== false;
      const unindexed = audit.listFiles(os.files, isMeant);
      for (const record of mailbox.records()) {
        const request = requestOf({ mailbox, record }, gaze);
        const place = record.isArchived
          ? (mailbox.archive ?? mailbox.directory)
          : mailbox.directory;
        unindexed.take(place, record.messageUid);
        // UNLINKED: Cyrus has removed the file or will, and nobody reads it any more.
        if (record.isUnlinked || !isMeant(request.path, record.messageUid)) continue;
        if (record.fault !== undefined) {
          audit.passOver();
          continue;
        }
        asked.set(number++, { audit, record });
        audit.pending += 1;
        yield request;
      }
      audit.suspectUnindexed(unindexed.left());
      audit.isListed = true;
      settle();
    }
  }

  const answered = (index: number, readBytes: number, take: (question: Asked) => void): void => {
    const question = asked.get(index);
    if (question === undefined) throw new Error('an answer to what was not asked');
    asked.delete(index);
    take(question);
    onAnswer(readBytes);
    question.audit.pending -= 1;
    if (question.audit.isDone) settle();
  };
  await os.inspector.inspect(
    requests(),
    (index, answer) => {
      answered(index, isTrouble(answer) ? 0 : answer.readBytes, ({ audit, record }) => {
        audit.answer(record, answer);
      });
    },
    (index, readBytes) => {
      answered(index, readBytes, ({ audit }) => {
        audit.answerExpected(readBytes);
      });
    },
  );
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
