/** Opens mailboxes where they lie, without a lock, and tells what of them could not be read. */
import { join, type BytePath } from '../model/byte-path.ts';
import type { Finding } from '../model/finding.ts';
import type { Mailbox } from '../model/message.ts';
import type { Partition, Root } from '../model/partition.ts';
import { isTrouble, isVanished, type Trouble } from '../model/trouble.ts';
import { isNamedByPath } from '../parse/mailbox-path.ts';
import type { Files } from '../system/os.ts';
import { IndexedMailbox } from './indexed-mailbox.ts';
import { MailboxLocator, type MailboxLocation } from './locate-mailbox.ts';
import { nameMailbox } from './name-mailbox.ts';
import { readIndexFile, type IndexFile } from './read-index-file.ts';

/** From 2.4 on expunged records stay in cyrus.index, and a cyrus.expunge is deleted, not read. */
export const lastWithExpunge = 10;

export class MailboxReader {
  /**
   * What kept a mailbox from being opened: unreadable, index-corrupt. What is wrong with one that was opened is in
   * its own findings, so nothing is told twice.
   */
  readonly findings: Finding[] = [];
  readonly #files: Files;
  readonly #locator: MailboxLocator;
  /** What was found out about roots: see #aloneAt(). */
  readonly #alone = new Map<Root, Partition | undefined>();

  constructor(files: Files, roots: readonly Root[], partitions: readonly Partition[]) {
    this.#files = files;
    this.#locator = new MailboxLocator(files, roots, partitions);
  }

  /**
   * Reads the index of a mailbox; the descriptors are closed again when this returns.
   *
   * @param directory  absolute and canonical, of the mailbox in its data, archive or metadata root
   * @returns          undefined when no cyrus.index is there, or none that can be read
   */
  open(directory: BytePath): Mailbox | undefined {
    for (const location of this.#locationsOf(directory)) {
      // A cyrus.index in the root itself belongs to no mailbox.
      if (location.relative === '') continue;
      const opened = this.#openAt(location);
      if (opened !== 'absent') return opened;
    }
    return undefined;
  }

  /**
   * Does all that a mailbox has lie in this one directory, so that who looks only there sees the whole of it?
   *
   * @returns  whether its path tells its name; undefined when there may be more of it elsewhere
   */
  loneDirectory(directory: BytePath): { readonly isNamed: boolean } | undefined {
    const root = this.#locator.rootOf(directory);
    if (root === undefined || root.path === directory) return undefined;
    if (!this.#alone.has(root)) this.#alone.set(root, this.#aloneAt(root));
    const partition = this.#alone.get(root);
    if (partition === undefined) return undefined;
    return { isNamed: isNamedByPath(directory.slice(root.path.length + 1), partition.layout) };
  }

  /** The partition whose mailboxes lie in this root and nowhere else; undefined when there is another. */
  #aloneAt(root: Root): Partition | undefined {
    const [location, ...others] = this.#locator.locate(root.path);
    if (location === undefined || others.length > 0) return undefined;
    const { partition, data, archive, metadata } = location.roots;
    const isAlone = data === root.path && archive === undefined && metadata.size === 0;
    return isAlone ? partition : undefined;
  }

  /** Of partitions that share a metadata or archive root, the one that has the messages goes first. */
  #locationsOf(directory: BytePath): MailboxLocation[] {
    const locations = this.#locator.locate(directory);
    if (locations.length < 2) return locations;
    const rank = ({ data }: MailboxLocation): number =>
      data === undefined || isTrouble(this.#files.lstat(data)) ? 1 : 0;
    return locations.toSorted((a, b) => rank(a) - rank(b));
  }

  /** 'absent': there is no index, so another partition that shares the root may have it. */
  #openAt(location: MailboxLocation): Mailbox | 'absent' | undefined {
    for (const directory of location.directoriesOf('index')) {
      const path = join(directory, 'cyrus.index');
      const index = readIndexFile(this.#files, path, 'index');
      if (isTrouble(index)) {
        if (isVanished(index) || index.errno === 'ENOTDIR') continue;
        this.findings.push({ code: 'unreadable', path, detail: this.#whyUnread(index) });
        return undefined;
      }
      const findings: Finding[] = [];
      const { name, uniqueId } = nameMailbox(this.#files, location, findings);
      if (name === undefined && findings.length === 0) {
        const detail = 'no cyrus.header tells the name of this mailbox';
        findings.push({ code: 'unreadable', path, detail });
      }
      const mailbox = name ?? location.relative;
      if (typeof index === 'string') {
        this.findings.push({ code: 'index-corrupt', path, mailbox, detail: index }, ...findings);
        return undefined;
      }
      if (index.damage !== undefined) {
        findings.push({ code: 'index-corrupt', path, mailbox, detail: index.damage });
      }
      const expunged =
        index.header.minorVersion <= lastWithExpunge
          ? this.#expungedOf(location, mailbox, findings)
          : undefined;
      return new IndexedMailbox(this.#files, location, index, expunged, findings, {
        name: mailbox,
        ...(uniqueId === undefined ? {} : { uniqueId }),
      });
    }
    return 'absent';
  }

  /** What is no regular file is never opened: a FIFO would wait for ever, a symbolic link may lead anywhere. */
  #whyUnread({ path, syscall, errno }: Trouble): string {
    const stat = this.#files.lstat(path);
    if (isTrouble(stat) || stat.kind === 'file') return `${syscall}: ${errno}`;
    return `is a ${stat.kind}, which is not opened`;
  }

  /** cyrus.expunge of 2.3: its messages are in no index and still have their files. */
  #expungedOf(
    location: MailboxLocation,
    mailbox: string,
    findings: Finding[],
  ): IndexFile | undefined {
    for (const directory of location.directoriesOf('expunge')) {
      const path = join(directory, 'cyrus.expunge');
      const expunged = readIndexFile(this.#files, path, 'expunge');
      if (isTrouble(expunged)) {
        if (isVanished(expunged) || expunged.errno === 'ENOTDIR') continue;
        const detail = `${expunged.syscall}: ${expunged.errno}`;
        findings.push({ code: 'unreadable', path, mailbox, detail });
        return undefined;
      }
      const damage = typeof expunged === 'string' ? expunged : expunged.damage;
      if (damage !== undefined)
        findings.push({ code: 'index-corrupt', path, mailbox, detail: damage });
      if (typeof expunged === 'string') return undefined;
      const records = expunged.survey.whole;
      if (records === 0) return undefined;
      findings.push({
        code: 'index-old-expunge',
        path,
        mailbox,
        detail: `lists ${records} messages`,
      });
      return expunged;
    }
    return undefined;
  }
}
