import { describe, expect, test } from 'vitest';
import { asBytes } from '../../src/model/byte-path.ts';
import type { MessageRecord } from '../../src/model/mailbox.ts';
import type { Mailbox } from '../../src/model/message.ts';
import { MailboxReader } from '../../src/steps/mailbox-reader.ts';
import { MessageQueue, type Queued } from '../../src/steps/message-queue.ts';
import { nodeFiles } from '../../src/system/files.ts';
import { nodeOs } from '../../src/system/node-os.ts';
import type { Inspection, Inspector, Os } from '../../src/system/os.ts';
import { fileStat } from '../support/file-stat.ts';
import { sha } from '../support/manifest-lines.ts';

const mailbox = {
  name: 'user.a',
  directory: asBytes('/spool/user/a'),
  fileOf: ({ messageUid }: MessageRecord) => asBytes(`/spool/user/a/${messageUid}.`),
} as unknown as Mailbox;
const record = (messageUid: number): MessageRecord =>
  ({
    messageUid,
    sizeBytes: 1,
    isExpunged: false,
    isArchived: false,
    guid: sha(1),
  }) as MessageRecord;
const answer: Inspection = { stat: fileStat({ sizeBytes: 1 }), sha1: sha(1), readBytes: 1 };

// eslint-disable-next-line @typescript-eslint/require-await -- what lists mailboxes waits
async function* messages(count: number): AsyncGenerator<Queued> {
  for (let uid = 1; uid <= count; uid++) yield { message: { mailbox, record: record(uid) } };
}

function queueOn(inspector: Inspector): MessageQueue {
  const os: Os = { ...nodeOs({ jobs: 1 }), inspector };
  return new MessageQueue(os, new MailboxReader(nodeFiles, [], []));
}

const turn = (): Promise<'turn'> => new Promise((resolve) => setImmediate(resolve, 'turn'));

async function uidsOf(queue: MessageQueue, items: AsyncGenerator<Queued>): Promise<number[]> {
  const uids: number[] = [];
  for await (const item of queue.run(items)) {
    if ('message' in item) uids.push(item.message.messageUid);
  }
  await queue.close();
  return uids;
}

describe('messages that threads read', () => {
  test('come back in their order, whichever is read first', async () => {
    const queue = queueOn({
      async inspect(files, onAnswer) {
        let asked = 0;
        // eslint-disable-next-line @typescript-eslint/no-unused-vars -- only how many there are
        for await (const _ of files) asked += 1;
        for (let at = asked - 1; at >= 0; at--) onAnswer(at, answer);
      },
    });
    expect(await uidsOf(queue, messages(500))).toEqual(
      Array.from({ length: 500 }, (_, at) => at + 1),
    );
  });

  test('are not asked for without end while the first of them is still being read', async () => {
    let most = 0;
    const queue = queueOn({
      async inspect(files, onAnswer) {
        const source = files[Symbol.asyncIterator]();
        let [asked, answered] = [0, 0];
        for (;;) {
          const next = source.next();
          // As many as it gives without an answer: then it has stopped giving.
          let got: IteratorResult<unknown> | 'turn' = await Promise.race([next, turn()]);
          if (got === 'turn') got = await Promise.race([next, turn()]);
          most = Math.max(most, asked - answered);
          if (got === 'turn') {
            for (; answered < asked; answered++) onAnswer(answered, answer);
            got = await next;
          }
          if (got.done === true) break;
          asked += 1;
        }
        for (; answered < asked; answered++) onAnswer(answered, answer);
      },
    });
    expect(await uidsOf(queue, messages(40_000))).toHaveLength(40_000);
    expect(most).toBeGreaterThan(1000);
    expect(most).toBeLessThanOrEqual(16_384);
  });

  test('are not read any more when nobody wants the rest', async () => {
    let isEnded = false;
    const queue = queueOn({
      async inspect(files, onAnswer) {
        let asked = 0;
        // eslint-disable-next-line @typescript-eslint/no-unused-vars -- only how many there are
        for await (const _ of files) onAnswer(asked++, answer);
        isEnded = true;
      },
    });
    // eslint-disable-next-line @typescript-eslint/no-unused-vars -- the first is enough
    for await (const _ of queue.run(messages(1_000_000))) break;
    await queue.close();
    expect(isEnded).toBe(true);
  });

  test('end with the error of what reads them', async () => {
    const queue = queueOn({ inspect: () => Promise.reject(new Error('a thread failed')) });
    await expect(uidsOf(queue, messages(3))).rejects.toThrow('a thread failed');
  });
});
