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

/**
 * Opens every mailbox once for all names that it has in `links`, so callers should hand in names of one neighbourhood
 * together.
 *
 * @param links with the SHA-1 of their bytes
 * @returns what was found out, by link; names that are no messages are left out
 */
export function claimLinks(
  reader: MailboxReader,
  links: ReadonlyMap<Link, string | undefined>,
  findings: Finding[],
  level: CheckLevel = 'digest',
): Map<Link, ClaimedLink> {
  const byDirectory = new Map<BytePath, Link[]>();
  for (const link of links.keys()) {
    if (link.messageUid === undefined) continue;
    const list = byDirectory.get(link.directory.path);
    if (list === undefined) byDirectory.set(link.directory.path, [link]);
    else list.push(link);
  }
  const claims = new Map<Link, ClaimedLink>();
  for (const [directory, names] of byDirectory) {
    const mailbox = reader.open(directory);
    if (mailbox === undefined) {
      for (const link of names) claims.set(link, 'unknown');
      continue;
    }
    for (const link of names) claims.set(link, claimOf(mailbox, link, links.get(link), level));
    findings.push(...mailbox.findings);
  }
  return claims;
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
  return {
    claim: {
      mailbox: mailbox.name,
      record,
      minorVersion: mailbox.minorVersion,
      ...(cached === undefined ? {} : { cached }),
    },
    isLeaving: record.isExpunged || record.isUnlinked || mailbox.fileOf(record) !== linkPath(link),
  };
}
