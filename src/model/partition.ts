/** Where a configuration keeps mail. */
import type { BytePath } from './byte-path.ts';

/** The files that a metapartition can hold. Source: cyrus-imapd lib/imapoptions, metapartition_files (3.x). */
export const metaFiles = [
  'header',
  'index',
  'cache',
  'expunge',
  'squat',
  'annotations',
  'lock',
  'dav',
  'archivecache',
] as const;
export type MetaFile = (typeof metaFiles)[number];

/** How a mailbox name becomes a directory. Source: cyrus-imapd imap/mboxname.c, mboxname_hash (2.4+). */
export interface Layout {
  /** hashimapspool */
  readonly hashed: boolean;
  /** fulldirhash */
  readonly fullHash: boolean;
  /** virtdomains is not off */
  readonly domains: boolean;
}

/** A configured spool. Paths are absolute. */
export interface Partition {
  readonly name: string;
  /** Absent only for the backup staging area, which holds no mailboxes. */
  readonly data?: BytePath;
  readonly archive?: BytePath;
  /** Which directory holds which of the cyrus.* files; what is not listed lies beside the messages. */
  readonly metadata: ReadonlyMap<MetaFile, BytePath>;
  /** backup_staging_path: the parent of one more `sync.` area (Cyrus 3.0 to 3.10). */
  readonly backupStaging?: BytePath;
  /** Absent when no configuration was read: then it is found from the directories themselves. */
  readonly layout?: Layout;
  /** The imapd.conf that names it, for messages; absent for plain directories. */
  readonly configFile?: string;
}

export type RootKind = 'data' | 'archive' | 'metadata' | 'backup';

/** One directory of a partition that exists on disk, by its canonical path. */
export interface Root {
  readonly partition: string;
  readonly kind: RootKind;
  readonly path: BytePath;
  readonly dev: bigint;
  readonly ino: bigint;
  /** ext4, xfs, nfs4 … as the mount table names it; 'unknown' when it does not. */
  readonly filesystem: string;
}
