/** What an audit keeps while it runs: sums, and the few messages that are not as they should be. */
import type { BytePath } from './byte-path.ts';
import type { Finding } from './finding.ts';
import type { InodeKey } from './inode.ts';
import type { LinkStatus } from './link.ts';

export interface AuditCounts {
  mailboxes: number;
  checked: number;
  intact: number;
  damaged: number;
  unverifiable: number;
  unindexed: number;
  bytesRead: number;
  /** Names read in mailbox directories. */
  entries: number;
  /** Messages and mailboxes that went away meanwhile. */
  vanished: number;
  /** Intact by the word of a record without a digest, in an index that was written after the file changed. */
  maybeRebuilt: number;
}

export function noCounts(): AuditCounts {
  return {
    mailboxes: 0,
    checked: 0,
    intact: 0,
    damaged: 0,
    unverifiable: 0,
    unindexed: 0,
    bytesRead: 0,
    entries: 0,
    vanished: 0,
    maybeRebuilt: 0,
  };
}

export const countNames: readonly (keyof AuditCounts)[] = [
  'mailboxes',
  'checked',
  'intact',
  'damaged',
  'unverifiable',
  'unindexed',
  'bytesRead',
  'entries',
  'vanished',
  'maybeRebuilt',
];

/** A message to be looked at again before it is told. */
export interface Suspect {
  /** By which its mailbox is opened again. */
  readonly directory: BytePath;
  readonly messageUid: number;
  /** The file of one that had no record. */
  readonly path?: BytePath;
  /** As which it is in the sums already; absent when it is not. */
  readonly counted?: LinkStatus;
}

/** One name of an inode that has several. */
export interface SharedName {
  readonly inode: InodeKey;
  readonly linkCount: number;
  readonly messageUid: number;
  /** What its record claims of the bytes, in a form that can be compared. */
  readonly claim: string;
  readonly counted?: LinkStatus;
}

/** All that came of one mailbox. */
export interface MailboxResult {
  readonly directory: BytePath;
  readonly counts: AuditCounts;
  readonly findings: readonly Finding[];
  readonly suspects: readonly Suspect[];
  readonly shared: readonly SharedName[];
  /** Its index was not read whole, perhaps for a moment: nothing of it is told here, it is to be audited again. */
  readonly isUnsettled?: true;
}
