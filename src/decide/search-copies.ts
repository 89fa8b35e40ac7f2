/**
 * Among records that are offered one by one: which hold a wanted message, by its GUID, under another inode.
 *
 * Serves the repair of damaged messages and the question whether a stage file's last name is redundant. Memory grows
 * with what is wanted, never with the spool.
 */
import type { BytePath } from '../model/byte-path.ts';
import type { GoodCopy } from '../model/finding.ts';
import { inodeKey, sameInode, type FileStat, type InodeId, type InodeKey } from '../model/inode.ts';
import type { MessageRecord } from '../model/mailbox.ts';
import type { Mailbox } from '../model/message.ts';

/** A record that was met, and the file it names. */
export interface Copy {
  readonly mailbox: string;
  readonly messageUid: number;
  readonly path: BytePath;
  readonly stat: FileStat;
}

/** Of one whose bytes were read and are the message's. */
export function goodCopyOf({ path, mailbox, messageUid }: Copy): GoodCopy {
  return { path, message: { mailbox, messageUid } };
}

/** What is asked of a mailbox that offers its records. */
export type Offering = Pick<Mailbox, 'name' | 'fileOf' | 'cached'>;
/** lstat of a path; undefined when there is nothing, or nothing to be seen. */
export type Look = (path: BytePath) => FileStat | undefined;

/** A list post has thousands of copies: a few candidates on inodes of their own are enough to find a whole one. */
const candidatesAtMost = 8;

/**
 * What two records of one message have in common: the GUID or, in a record of 2.3.0 to 2.3.9, the UUID that
 * delivery, COPY and RESERVE hand on, with the size.
 */
export function messageKeyOf({ guid, uuid, sizeBytes }: MessageRecord): string | undefined {
  if (guid !== undefined) return guid;
  return uuid === undefined ? undefined : `${uuid} ${sizeBytes}`;
}

export class CopySearch {
  /** Apart from what was found: of a million wanted keys few may have more than that to remember. */
  readonly #wanted = new Set<string>();
  readonly #bad = new Map<string, Set<InodeKey>>();
  readonly #copies = new Map<string, Map<InodeKey, Copy>>();

  /**
   * @param key  the SHA-1 of the message, or messageKeyOf() its record
   * @param bad  an inode that should hold it and does not
   */
  want(key: string, bad?: InodeId): void {
    this.#wanted.add(key);
    if (bad === undefined) return;
    const known = this.#bad.get(key);
    if (known === undefined) this.#bad.set(key, new Set([inodeKey(bad)]));
    else known.add(inodeKey(bad));
  }

  /**
   * Looks at the disk only for records that are wanted. An empty file is no copy; of the length only the bytes can
   * tell, since up to 2.5 a record's size of malformed mail is not that of its file.
   */
  offer(mailbox: Offering, record: MessageRecord, look: Look): void {
    const key = messageKeyOf(record);
    if (key === undefined || record.fault !== undefined || !this.#wanted.has(key)) return;
    const path = mailbox.fileOf(record);
    const stat = look(path);
    if (stat?.kind !== 'file' || stat.sizeBytes === 0) return;
    const inode = inodeKey(stat);
    if (this.#bad.get(key)?.has(inode) === true) return;
    const copies = this.#copies.get(key) ?? new Map<InodeKey, Copy>();
    this.#copies.set(key, copies);
    keep(copies, inode, { mailbox: mailbox.name, messageUid: record.messageUid, path, stat });
  }

  /**
   * Candidates, each on another inode, by mailbox and uid. That the bytes are the message's is not proved by a
   * record: the caller looks at the file.
   *
   * @param except  an inode of which another is asked for: that of the stage file itself
   */
  copiesOf(key: string, except?: InodeId): Copy[] {
    return [...(this.#copies.get(key)?.values() ?? [])]
      .filter((copy) => except === undefined || !sameInode(copy.stat, except))
      .sort(compareCopies)
      .slice(0, candidatesAtMost);
  }
}

/** The first by mailbox and uid stay, in whatever order they are offered, so that two runs name the same. */
function keep(copies: Map<InodeKey, Copy>, key: InodeKey, copy: Copy): void {
  const known = copies.get(key);
  if (known !== undefined && compareCopies(known, copy) <= 0) return;
  copies.set(key, copy);
  // One more than are told, since one may be excepted.
  if (copies.size <= candidatesAtMost + 1) return;
  const [last] = [...copies].sort(([, a], [, b]) => compareCopies(b, a));
  if (last !== undefined) copies.delete(last[0]);
}

export function compareCopies(
  a: Pick<Copy, 'mailbox' | 'messageUid'>,
  b: Pick<Copy, 'mailbox' | 'messageUid'>,
): number {
  if (a.mailbox !== b.mailbox) return a.mailbox < b.mailbox ? -1 : 1;
  return a.messageUid - b.messageUid;
}
