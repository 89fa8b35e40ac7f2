/** The messages of mailboxes under audit, read one by one: what a check by digest does most of its life. */
import type { MessageRecord } from '../model/mailbox.ts';
import { isTrouble } from '../model/trouble.ts';
import type { InspectRequest, Os } from '../system/os.ts';
import { requestOf, type Gaze } from './message-facts.ts';
import type { OpenAudit } from './open-audit.ts';

/** After answers of an audit; it may be done by them. */
export type OnAnswers = (audit: OpenAudit, messages: number, readBytes: number) => void;

interface Asked {
  readonly audit: OpenAudit;
  readonly record: MessageRecord;
}

/** @param audits  each is asked for all that it has before the next is pulled */
export async function inspectMailboxes(
  os: Os,
  audits: AsyncIterable<OpenAudit>,
  gaze: Gaze,
  onAnswers: OnAnswers,
): Promise<void> {
  const asked = new Map<number, Asked>();

  async function* requests(): AsyncGenerator<InspectRequest, void, undefined> {
    let number = 0;
    for await (const audit of audits) {
      const { mailbox } = audit;
      const unindexed = audit.listFiles(os.files);
      for (const record of mailbox.records()) {
        const request = requestOf({ mailbox, record }, gaze);
        unindexed.take(mailbox.placeOf(record), record.messageUid);
        // UNLINKED: Cyrus has removed the file or will, and nobody reads it any more.
        if (record.isUnlinked || audit.isMeant?.(request.path, record.messageUid) === false)
          continue;
        if (record.fault !== undefined) {
          audit.passOver();
          continue;
        }
        asked.set(number++, { audit, record });
        audit.pending += 1;
        yield request;
      }
      audit.suspectUnindexed(unindexed.left());
    }
  }

  const answered = (index: number, readBytes: number, take: (question: Asked) => void): void => {
    const question = asked.get(index);
    if (question === undefined) throw new Error('an answer to what was not asked');
    asked.delete(index);
    take(question);
    question.audit.pending -= 1;
    onAnswers(question.audit, 1, readBytes);
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
