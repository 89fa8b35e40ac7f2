/** Opens mailboxes one after the other where none can be left for later, and waits for those that are being written. */
import type { BytePath } from '../model/byte-path.ts';
import type { Finding } from '../model/finding.ts';
import type { Mailbox } from '../model/message.ts';
import type { Clock } from '../system/os.ts';
import type { MailboxReader } from './mailbox-reader.ts';
import { isUnsettled, lookUntilSettled, type Patience } from './patience.ts';

export interface OpenedMailbox {
  /** Absent when no index is there, or none that can be read. */
  readonly mailbox?: Mailbox;
  /** What kept it from being opened; what is wrong with one that was opened is in its own findings. */
  readonly unread: readonly Finding[];
}

/** Indexes that stay wrong after all looks; once there are so many it is the disk, and no more are waited for. */
const waitedForInVain = 10;

export class PatientReader {
  readonly #reader: MailboxReader;
  readonly #clock: Clock;
  readonly #patience: Patience;
  #inVain = 0;

  constructor(reader: MailboxReader, clock: Clock, patience: Patience) {
    this.#reader = reader;
    this.#clock = clock;
    this.#patience = patience;
  }

  async open(directory: BytePath): Promise<OpenedMailbox> {
    let opened = this.#openOnce(directory);
    if (isWhole(opened) || this.#inVain >= waitedForInVain) return opened;
    await lookUntilSettled(this.#clock, this.#patience, [directory], (left) => {
      opened = this.#openOnce(directory);
      return isWhole(opened) ? [] : left;
    });
    if (!isWhole(opened)) this.#inVain += 1;
    return opened;
  }

  #openOnce(directory: BytePath): OpenedMailbox {
    const told = this.#reader.findings.length;
    const mailbox = this.#reader.open(directory);
    const unread = this.#reader.findings.splice(told);
    return { ...(mailbox === undefined ? {} : { mailbox }), unread };
  }
}

function isWhole({ mailbox, unread }: OpenedMailbox): boolean {
  return !isUnsettled(unread) && !isUnsettled(mailbox?.findings ?? []);
}
