/**
 * Whose message are the foreign bytes, and where do the right ones still lie? Answered while the records of all
 * mailboxes go by, one at a time; memory grows with the damage, never with the spool.
 */
import type { MessageRef } from '../model/finding.ts';
import { sameInode, type FileStat } from '../model/inode.ts';
import type { MessageRecord } from '../model/mailbox.ts';
import {
  CopySearch,
  compareCopies,
  messageKeyOf,
  type Copy,
  type Look,
  type Offering,
} from './search-copies.ts';

/** A damaged message, and what is known of the bytes that its file holds now. */
export interface DamagedMessage {
  readonly mailbox: string;
  readonly record: MessageRecord;
  readonly file: FileStat;
  /** Of the wrong bytes. */
  readonly sha1?: string;
  /** Message-ID fields in the wrong bytes' header. */
  readonly messageIds?: readonly string[];
}

export interface DonorMatch {
  readonly damaged: DamagedMessage;
  /** The record whose message the wrong bytes are. */
  readonly donor?: MessageRef;
  /** Files that may hold the right bytes, on other inodes; to be hashed before they are named. */
  readonly goodCopies: readonly Copy[];
}

/** How sure a donor is, the surest last. */
const grades = ['message-id', 'guid', 'inode'] as const;
interface Donor extends MessageRef {
  readonly grade: number;
}

interface Entry {
  readonly damaged: DamagedMessage;
  donor?: Donor;
}

export class DonorSearch {
  readonly #entries: Entry[];
  readonly #bySha1 = new Map<string, Entry[]>();
  readonly #bySize = new Map<number, Entry[]>();
  readonly #copies = new CopySearch();

  constructor(damaged: readonly DamagedMessage[]) {
    this.#entries = damaged.map((each) => ({ damaged: each }));
    for (const entry of this.#entries) {
      const { file, record, sha1, messageIds } = entry.damaged;
      const key = messageKeyOf(record);
      if (key !== undefined) this.#copies.want(key, file);
      // Nothing is nobody's message.
      if (file.sizeBytes === 0) continue;
      if (sha1 !== undefined) push(this.#bySha1, sha1, entry);
      if (messageIds?.some((id) => plain(id) !== '') === true) {
        push(this.#bySize, file.sizeBytes, entry);
      }
    }
  }

  /**
   * Takes notice of one record. Its cache is read and its file looked at only when it may matter.
   *
   * @param look  lstat, through which a shared inode and good copies are seen
   */
  offer(mailbox: Offering, record: MessageRecord, look: Look): void {
    if (record.fault !== undefined) return;
    this.#copies.offer(mailbox, record, look);
    if (record.guid === undefined) this.#offerById(mailbox, record, look);
    else this.#claim(this.#bySha1.get(record.guid) ?? [], 'guid', mailbox, record, look);
  }

  /** In the order in which the damaged messages were given. */
  results(): DonorMatch[] {
    return this.#entries.map(({ damaged, donor }) => {
      const key = messageKeyOf(damaged.record);
      return {
        damaged,
        ...(donor && { donor: { mailbox: donor.mailbox, messageUid: donor.messageUid } }),
        goodCopies: key === undefined ? [] : this.#copies.copiesOf(key),
      };
    });
  }

  /** Without a hash: the Message-ID in the file, and the length, so that a reply's draft or a cut one is no donor. */
  #offerById(mailbox: Offering, record: MessageRecord, look: Look): void {
    const entries = this.#bySize.get(record.sizeBytes);
    if (entries === undefined) return;
    const cached = plain(mailbox.cached(record)?.envelope.messageId ?? '');
    if (cached === '') return;
    const meant = entries.filter(({ damaged }) =>
      damaged.messageIds?.some((id) => plain(id) === cached),
    );
    this.#claim(meant, 'message-id', mailbox, record, look);
  }

  #claim(
    entries: readonly Entry[],
    by: 'guid' | 'message-id',
    mailbox: Offering,
    record: MessageRecord,
    look: Look,
  ): void {
    for (const entry of entries) {
      const { damaged } = entry;
      if (isItself(damaged, mailbox, record)) continue;
      const stat = look(mailbox.fileOf(record));
      // Of the many who got a list post, the one whose file was written through the damaged name is the source.
      const grade = stat && sameInode(stat, damaged.file) ? 'inode' : by;
      const donor = {
        mailbox: mailbox.name,
        messageUid: record.messageUid,
        grade: grades.indexOf(grade),
      };
      if (entry.donor === undefined || compareDonors(donor, entry.donor) < 0) entry.donor = donor;
    }
  }
}

/** The surest first, then by mailbox and uid, so that the order of the spool does not choose. */
function compareDonors(a: Donor, b: Donor): number {
  return b.grade - a.grade || compareCopies(a, b);
}

function isItself(damaged: DamagedMessage, mailbox: Offering, record: MessageRecord): boolean {
  return mailbox.name === damaged.mailbox && record.messageUid === damaged.record.messageUid;
}

/** Caches of different releases keep different blanks. */
function plain(messageId: string): string {
  return messageId.replace(/[ \t\r\n]+/g, ' ').trim();
}

function push<Key>(map: Map<Key, Entry[]>, key: Key, entry: Entry): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [entry]);
  else list.push(entry);
}
