/** What the records say of found names: for each message file among them its record, and the mailbox's cache. */
import type { Claim } from '../decide/judge-shared-inode.ts';
import type { BytePath } from '../model/byte-path.ts';
import type { Finding } from '../model/finding.ts';
import { linkPath, type Link } from '../model/link.ts';
import type { CheckLevel, Mailbox } from '../model/message.ts';
import type { MailboxReader } from './mailbox-reader.ts';

/** A found name with its record. */
export interface LinkClaim {
  readonly claim: Claim;
  readonly isLeaving: boolean;
}

/** 'unindexed': the mailbox has no record for this name. 'unknown': its index could not be asked. */
export type ClaimedLink = LinkClaim | 'unindexed' | 'unknown';

/** Names of one inode, and the SHA-1 of its bytes where they were read. */
export interface Claimants {
  readonly links: readonly Link[];
  readonly sha1?: string;
}

/** For each link what was found out about it; undefined of names that are no messages. */
export type ClaimsOfLinks = readonly (ClaimedLink | undefined)[];

/**
 * Opens every mailbox once for all names that it has among these, so callers should hand in names of one neighbourhood
 * together.
 *
 * @returns in the order of the inodes, each in the order of its links
 */
export function claimLinks(
  reader: MailboxReader,
  inodes: readonly Claimants[],
  findings: Finding[],
  level: CheckLevel = 'digest',
): ClaimsOfLinks[] {
  const claims = inodes.map(({ links }) => new Array<ClaimedLink | undefined>(links.length));
  for (const [directory, messages] of byDirectory(inodes)) {
    const mailbox = reader.open(directory);
    for (const { inode, at } of messages) {
      const link = inodes[inode]?.links[at];
      const told = claims[inode];
      if (link === undefined || told === undefined) continue;
      told[at] =
        mailbox === undefined ? 'unknown' : claimOf(mailbox, link, inodes[inode]?.sha1, level);
    }
    if (mailbox !== undefined) findings.push(...mailbox.findings);
  }
  return claims;
}

/** Position of an inode among those on trial, and of one of its links. */
interface Message {
  readonly inode: number;
  readonly at: number;
}

function byDirectory(inodes: readonly Claimants[]): Map<BytePath, Message[]> {
  const directories = new Map<BytePath, Message[]>();
  inodes.forEach(({ links }, inode) => {
    links.forEach(({ messageUid, directory }, at) => {
      if (messageUid === undefined) return;
      const messages = directories.get(directory.path);
      if (messages === undefined) directories.set(directory.path, [{ inode, at }]);
      else messages.push({ inode, at });
    });
  });
  return directories;
}

function claimOf(
  mailbox: Mailbox,
  link: Link,
  sha1: string | undefined,
  level: CheckLevel,
): ClaimedLink {
  const record = mailbox.recordOf(link.messageUid ?? -1);
  if (record === undefined) return 'unindexed';
  // The cache is the witness where there is no GUID, and says what kind of damage it is where the GUID proves one.
  const isNeeded = level === 'digest' && record.guid !== sha1;
  const cached = isNeeded ? mailbox.cached(record) : undefined;
  const { name, minorVersion } = mailbox;
  const claim = { mailbox: name, record, minorVersion };
  return {
    claim: cached === undefined ? claim : { ...claim, cached },
    isLeaving: record.isExpunged || record.isUnlinked || mailbox.fileOf(record) !== linkPath(link),
  };
}
