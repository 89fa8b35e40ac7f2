/** Reads messages in threads and gives them back in their order, with a bounded number of them in memory. */
import { isDamaged } from '../decide/compare-message.ts';
import type { BytePath } from '../model/byte-path.ts';
import type { MessageRecord } from '../model/mailbox.ts';
import type { ManifestMessage, ManifestTrouble } from '../model/manifest.ts';
import type { Mailbox } from '../model/message.ts';
import { isTrouble, isVanished, type Trouble } from '../model/trouble.ts';
import type { Inspection, InspectRequest, Os } from '../system/os.ts';
import type { MailboxReader } from './mailbox-reader.ts';

export interface QueuedMessage {
  readonly mailbox: Mailbox;
  readonly record: MessageRecord;
}

/** What passes through keeps its place among the messages. */
export type Queued = { readonly message: QueuedMessage } | { readonly trouble: ManifestTrouble };
export type Read = { readonly message: ManifestMessage } | { readonly trouble: ManifestTrouble };

interface Place extends QueuedMessage {
  answer?: Inspection | Trouble;
  /** How many answers there were by then. */
  answeredAt: number;
}

type Slot = Place | { readonly trouble: ManifestTrouble };

/**
 * Messages that are read or wait for one before them: some megabytes. Far more than a batch of the inspector, since
 * the first of the queue may lie in a batch that is still being filled.
 */
const queuedAtMost = 16_384;

export class MessageQueue {
  readonly #os: Os;
  readonly #reader: MailboxReader;
  readonly #slots: Slot[] = [];
  /** Position in #slots of the first; what lies before it is cut off now and then. */
  #first = 0;
  /** Messages among them. */
  #queued = 0;
  /** By the number of the request. */
  readonly #asked = new Map<number, Place>();
  #requests = 0;
  #answers = 0;
  #wakers: (() => void)[] = [];
  #isClosed = false;
  #isDone = false;
  #failure: Error | undefined;
  #work: Promise<void> = Promise.resolve();
  /** The mailbox that was opened again last, and how many answers there were by then. */
  #again: { directory: BytePath; mailbox: Mailbox | undefined; at: number } | undefined;

  constructor(os: Os, reader: MailboxReader) {
    this.#os = os;
    this.#reader = reader;
  }

  /** Once. @param items pulled no faster than they are read and taken */
  async *run(items: AsyncIterable<Queued>): AsyncGenerator<Read> {
    this.#work = this.#os.inspector
      .inspect(this.#ask(items), (index, answer) => {
        this.#settle(index, answer);
      })
      .catch((error: unknown) => {
        this.#failure = error instanceof Error ? error : new Error(String(error));
      })
      .finally(() => {
        this.#isDone = true;
        this.#wake();
      });
    for (;;) {
      const slot = this.#slots[this.#first];
      if (slot !== undefined && 'trouble' in slot) {
        this.#shift();
        yield slot;
      } else if (slot?.answer !== undefined) {
        this.#shift();
        this.#queued -= 1;
        this.#wake();
        const message = await this.#resolved(slot, slot.answer);
        if (message !== undefined) yield { message };
      } else if (!this.#isDone) {
        await this.#change();
      } else {
        if (this.#failure !== undefined) throw this.#failure;
        if (slot !== undefined) throw new Error('a message was not inspected');
        return;
      }
    }
  }

  /** Ends the reading, also before its time. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#wake();
    await this.#work;
  }

  async *#ask(items: AsyncIterable<Queued>): AsyncGenerator<InspectRequest> {
    for await (const item of items) {
      while (this.#queued >= queuedAtMost && !this.#isClosed) await this.#change();
      if (this.#isClosed) return;
      this.#os.interrupted.throwIfAborted();
      if ('trouble' in item) {
        this.#slots.push(item);
        this.#wake();
        continue;
      }
      const place: Place = { ...item.message, answeredAt: 0 };
      this.#slots.push(place);
      this.#queued += 1;
      this.#asked.set(this.#requests, place);
      this.#requests += 1;
      yield requestOf(place);
    }
  }

  #settle(index: number, answer: Inspection | Trouble): void {
    const place = this.#asked.get(index);
    if (place === undefined) return;
    this.#asked.delete(index);
    this.#answers += 1;
    place.answer = answer;
    place.answeredAt = this.#answers;
    this.#wake();
  }

  /**
   * What does not fit its record is looked at again with the record as it is now: meanwhile the message may have been
   * expunged, archived, or written whole.
   *
   * @returns undefined for a message that is no more
   */
  async #resolved(
    place: Place,
    answer: Inspection | Trouble,
  ): Promise<ManifestMessage | undefined> {
    const seen = messageOf(place, answer);
    if (!seen.isMissing && seen.errno !== 'ESTALE' && !isDamaged(seen)) return seen;
    const told = this.#reader.findings.length;
    const mailbox = this.#openAgain(place);
    // Not to be opened any more: the first look stands.
    if (this.#reader.findings.splice(told).length > 0) return seen;
    if (mailbox?.uniqueId !== place.mailbox.uniqueId) return undefined;
    const record = mailbox?.recordOf(seen.messageUid);
    if (mailbox === undefined || record === undefined || record.isUnlinked) return undefined;
    if (record.fault !== undefined) return seen;
    const now = { mailbox, record };
    return { ...messageOf(now, await this.#inspect(now)), mailbox: seen.mailbox };
  }

  /** One opening serves all messages that were answered before it. */
  #openAgain({ mailbox: { directory, archive }, answeredAt }: Place): Mailbox | undefined {
    const known = this.#again;
    if (known?.directory === directory && known.at >= answeredAt) return known.mailbox;
    const mailbox = this.#reader.open(directory) ?? (archive && this.#reader.open(archive));
    this.#again = { directory, mailbox, at: this.#answers };
    return mailbox;
  }

  async #inspect(message: QueuedMessage): Promise<Inspection | Trouble> {
    let found: Inspection | Trouble | undefined;
    await this.#os.inspector.inspect(one(requestOf(message)), (_, answer) => {
      found = answer;
    });
    if (found === undefined) throw new Error('a message was not inspected');
    return found;
  }

  #shift(): void {
    this.#first += 1;
    if (this.#first < queuedAtMost) return;
    this.#slots.splice(0, this.#first);
    this.#first = 0;
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#wakers.push(resolve));
  }

  #wake(): void {
    if (this.#wakers.length === 0) return;
    const wakers = this.#wakers;
    this.#wakers = [];
    for (const wake of wakers) wake();
  }
}

// eslint-disable-next-line @typescript-eslint/require-await -- the inspector takes what may wait
async function* one(request: InspectRequest): AsyncGenerator<InspectRequest> {
  yield request;
}

function requestOf({ mailbox, record }: QueuedMessage): InspectRequest {
  const path = mailbox.fileOf(record);
  return { path, wantsSha1: true, wantsHead: false, expectedBytes: record.sizeBytes };
}

function messageOf(
  { mailbox, record }: QueuedMessage,
  answer: Inspection | Trouble,
): ManifestMessage {
  const { uniqueId } = mailbox;
  const { messageUid, guid, isExpunged } = record;
  return {
    mailbox: mailbox.name,
    ...(uniqueId === undefined ? {} : { uniqueId }),
    messageUid,
    recordSize: record.sizeBytes,
    ...(guid === undefined ? {} : { recordGuid: guid }),
    isExpunged,
    ...fileFields(mailbox, record, answer),
  };
}

function fileFields(
  mailbox: Mailbox,
  record: MessageRecord,
  answer: Inspection | Trouble,
): Pick<ManifestMessage, 'size' | 'sha1' | 'isMissing' | 'errno'> {
  if (isTrouble(answer)) {
    // Where the archive is not known, nobody looked at it.
    const isElsewhere = record.isArchived && mailbox.archive === undefined;
    const isMissing = isVanished(answer) && !isElsewhere;
    return isMissing ? { isMissing } : { isMissing, errno: answer.errno };
  }
  const { stat, sha1 } = answer;
  // No regular file: nothing of it was read.
  if (sha1 === undefined) return { isMissing: false, errno: 'EINVAL' };
  return { size: stat.sizeBytes, sha1, isMissing: false };
}
