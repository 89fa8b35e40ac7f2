/** Names of an inode, and the account that says whether all were found. */
import { join, type BytePath } from './byte-path.ts';
import type { FindingCode } from './finding.ts';
import type { InodeId } from './inode.ts';

/** A directory by identity: the path may change under us, the identity tells. */
export interface Directory extends InodeId {
  readonly path: BytePath;
}

/**
 * A name is a leaf in a directory, the directory by its own inode: the same name reached by two paths (a bind
 * mount, a partition configured twice, a directory renamed during the walk) is one name.
 */
export interface FoundName {
  readonly directory: Directory;
  readonly leaf: BytePath;
}

export type LinkKind = 'mailbox' | 'stage' | 'archive' | 'quarantine' | 'other';
export type LinkStatus = 'intact' | 'damaged' | 'unverifiable' | 'unindexed';

/** A found name, and what is known of it. */
export interface Link extends FoundName {
  readonly kind: LinkKind;
  /** Internal mailbox name, one character per byte, for the kinds mailbox and archive. */
  readonly mailbox?: string;
  readonly messageUid?: number;
  /** Kinds mailbox and archive only. */
  readonly status?: LinkStatus;
  /**
   * Cyrus will remove this name by itself: its record is EXPUNGED or UNLINKED, or the message has its place elsewhere
   * by now (archived). It keeps no bytes.
   */
  readonly isLeaving?: boolean;
  readonly codes: readonly FindingCode[];
}

export function linkPath(name: FoundName): BytePath {
  return join(name.directory.path, name.leaf);
}

/** Why names may be unseen. */
export type UnseenReason =
  'unreadable-directory' | 'not-searched' | 'mount-not-entered' | 'moving' | 'overlay';

/**
 * Every name found for an inode against the number of names the kernel says exist.
 * Invariant: found + unseen === expected, unless the inode is moving.
 */
export interface LinkAccount {
  /** st_nlink when the search ended. */
  readonly expected: number;
  /** All names found, stage names included. */
  readonly links: readonly Link[];
  readonly complete: boolean;
  /** Empty when complete. */
  readonly reasons: readonly UnseenReason[];
}

export function unseenLinks(account: LinkAccount): number {
  return Math.max(account.expected - account.links.length, 0);
}
