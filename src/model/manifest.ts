/** A manifest: every message of one end, in an order that lets two ends be joined without holding either. */
import { compareBytes, type BytePath } from './byte-path.ts';

export const manifestSchema = 'stagesweep.manifest/1';

/** Where a line stands. Mailbox names and unique ids are one character per byte. */
export interface ManifestKey {
  readonly mailbox: string;
  readonly uniqueId?: string;
  readonly messageUid: number;
}

/** One message: what its record claims, and what its file is. */
export interface ManifestMessage extends ManifestKey {
  readonly recordSize: number;
  /** SHA-1 in the record, 40 lower-case digits; absent where the index has none. */
  readonly recordGuid?: string;
  readonly isExpunged: boolean;
  /** Bytes of the file, and their SHA-1; absent when it is missing or could not be read. */
  readonly size?: number;
  readonly sha1?: string;
  /** There is a record and no file. */
  readonly isMissing: boolean;
  /** Why the file could not be read. */
  readonly errno?: string;
}

/**
 * Something that could not be looked at. With a mailbox it stands in the order of messages, at that mailbox; without
 * one before all messages, since mailboxes may be missing from all that follows.
 */
export interface ManifestTrouble {
  readonly mailbox?: string;
  readonly uniqueId?: string;
  readonly path: BytePath;
  /** In words, or a call and its errno. */
  readonly detail: string;
}

export interface ManifestHeader {
  readonly version: string;
  readonly host: string;
  readonly command: readonly string[];
  /** ISO 8601. */
  readonly startedAt: string;
  /** --user and --mailbox: two manifests of different selections cannot be compared. */
  readonly selection: readonly string[];
  /** unixhierarchysep; absent where no configuration says, or two of them differ. */
  readonly unixHierarchySep?: boolean;
}

/** The last line. A manifest that begins with a header and has no such line was cut off. */
export interface ManifestEnd {
  /** ISO 8601. */
  readonly finishedAt: string;
  readonly complete: boolean;
  readonly mailboxes: number;
  readonly messages: number;
}

export type ManifestLine =
  | { readonly kind: 'header'; readonly header: ManifestHeader }
  | { readonly kind: 'message'; readonly message: ManifestMessage }
  | { readonly kind: 'trouble'; readonly trouble: ManifestTrouble }
  | { readonly kind: 'end'; readonly end: ManifestEnd };

/** The order of lines in a manifest: by the bytes of the name, then of the unique id, then by uid. */
export function compareKeys(one: ManifestKey, other: ManifestKey): number {
  return (
    compareBytes(one.mailbox, other.mailbox) ||
    compareBytes(one.uniqueId ?? '', other.uniqueId ?? '') ||
    one.messageUid - other.messageUid
  );
}

/**
 * Can both be one mailbox? The name decides unless both ends have a unique id: a mailbox that was deleted and made
 * again has its old name, uids from 1 and other messages. Very old headers have no id.
 */
export function isSameMailbox(
  one: Omit<ManifestKey, 'messageUid'>,
  other: Omit<ManifestKey, 'messageUid'>,
): boolean {
  if (one.mailbox !== other.mailbox) return false;
  return (
    one.uniqueId === undefined || other.uniqueId === undefined || one.uniqueId === other.uniqueId
  );
}
