/**
 * Which items of a check matter for a step of Cyrus to another version, and why.
 *
 * A table: every row names the place in Cyrus that makes it one. Rows are about what the new version does to what lies
 * on the disk; what is wrong in any version has its thresholds.
 */
import type { CheckItemName, CheckState, UpgradeReason } from '../model/check.ts';
import { UsageError } from '../model/errors.ts';

/**
 * The minor version of cyrus.index that a series writes, oldest series first.
 * Source: cyrus-imapd imap/mailbox.h, MAILBOX_MINOR_VERSION, by tag.
 */
const indexVersions = {
  '2.4': 12,
  '2.5': 13,
  '3.0': 13,
  '3.2': 16,
  '3.4': 17,
  '3.6': 17,
  '3.8': 17,
  '3.10': 19,
  '3.12': 19,
  '3.13': 20,
} as const;
export type Series = keyof typeof indexVersions;
export const seriesKnown = Object.keys(indexVersions) as readonly Series[];

/** From this version on expunged records stay in cyrus.index, and an older index is rewritten when it is opened. */
export const firstWithoutExpunge = 12;

/** `3.8`, `3.8.4` and `3.8.4-1+deb13u1` are of one series. @throws UsageError for one that is not known here */
export function seriesOf(text: string): Series {
  const series = /^(\d+\.\d+)(?:\.\d+)?(?:[-+~].*)?$/.exec(text)?.[1];
  const known = seriesKnown.find((one) => one === series);
  if (known !== undefined) return known;
  throw new UsageError(
    `--upgrade-to ${text}: not a version of Cyrus that is known here; known are ${seriesKnown.join(', ')}`,
  );
}

export function indexVersionOf(series: Series): number {
  return indexVersions[series];
}

/** What must be true beside a number above 0. */
export type Circumstance =
  /** A leftover in sync. is named by its digest, as 2.4 and later do, and a message has the same inode. */
  | 'linked-upload'
  /** A leftover lies in a backup staging area. */
  | 'backup-area'
  /** Mailboxes lie in directories named after them. */
  | 'legacy-directories'
  /** Indexes of version 12 and later that are older than the ones the new version writes. */
  | 'kept-indexes';

export interface UpgradeRow extends UpgradeReason {
  readonly items: readonly CheckItemName[];
  /** First series that does it. */
  readonly from: Series;
  /** First series that does not any more. */
  readonly before?: Series;
  /** The least state of an item whose number is above 0. */
  readonly state: CheckState;
  readonly only?: Circumstance;
}

const rows: readonly UpgradeRow[] = [
  {
    items: ['old_expunges'],
    from: '2.4',
    state: 'CRITICAL',
    why: 'the first opening of such a mailbox, even to read, deletes cyrus.expunge and every message that it lists; run unexpunge for what is wanted, or copy the spool, while the old version still runs',
    source: 'imap/mailbox.c, cleanup_stale_expunged, 2.4 and later',
  },
  {
    items: ['old_indexes'],
    from: '2.4',
    state: 'WARNING',
    why: 'the first opening of such a mailbox rewrites its index; the 12-byte numbers of versions 7 to 9, by which records of one inode contradict one another, become zero, and with them goes evidence of damage; audit first',
    source:
      'imap/mailbox.c, the upgrade of indexes before version 12; imap/mailbox.h, OFFSET_MESSAGE_UUID of 2.3',
  },
  {
    items: ['old_indexes', 'mailboxes'],
    from: '2.5',
    state: 'OK',
    only: 'kept-indexes',
    why: 'indexes of version 12 and later are read as they are and stay so until reconstruct -V writes them anew; audit before that, since reconstruct may also unlink what it takes for empty or missing',
    source: 'imap/reconstruct.c, -V; imap/mailbox.c, mailbox_reconstruct',
  },
  {
    items: ['without_guid'],
    from: '2.4',
    state: 'OK',
    why: 'they come through as a digest of zero, which means unknown; reconstruct -G fills it in from whatever bytes are there, right or wrong, so audit while the cached envelopes still tell',
    source: 'imap/message_guid.c; imap/mailbox.c, mailbox_reconstruct with -G',
  },
  {
    items: ['damaged', 'audit_damaged'],
    from: '2.4',
    state: 'CRITICAL',
    why: 'repair them first: replication refuses a message whose bytes are not its digest, and reconstruct -R or -U takes the record away from the right bytes at the other end',
    source: 'imap/sync_support.c, "guid mismatch on parse", 2.4 and later; imap/reconstruct.c',
  },
  {
    items: ['damaged', 'audit_damaged'],
    from: '3.6',
    before: '3.10',
    state: 'CRITICAL',
    why: 'wrong bytes spread: a new message with a digest that the account has already is made a link to the existing file, whose bytes are not looked at',
    source: 'imap/append.c, findstage_cb, 3.6 to 3.8; bytes are compared since 3.10.0 (86d5949f23)',
  },
  {
    items: ['orphans', 'reused_pids'],
    from: '2.4',
    before: '2.5',
    state: 'WARNING',
    only: 'linked-upload',
    why: 'every 2.4 opens an existing sync./<pid>/<digest> with "w+" and does not unlink it first: when that pid comes back, the message with the same inode is cut short; clean first',
    source: 'imap/dlist.c, reservefile, 2.4.0 to 2.4.22; fixed in 2.5.0 (0c0aa99af1)',
  },
  {
    items: ['orphans', 'reused_pids'],
    from: '3.13',
    state: 'WARNING',
    only: 'linked-upload',
    why: '3.13.7 and later open an existing sync./<pid>/<digest> with O_TRUNC for a part of a message: when that pid comes back, the message with the same inode can be cut short; clean first',
    source: 'imap/sync_support.c, reserve_one_part, 3.13.7 (ec6ef7dbf1)',
  },
  {
    items: ['orphans'],
    from: '3.12',
    state: 'OK',
    only: 'backup-area',
    why: 'the backup programs are gone, and nothing will come back to their staging area',
    source: 'the backups sources, removed in 3.12.0 (65f3ea412b)',
  },
  {
    items: ['mailboxes'],
    from: '3.6',
    state: 'OK',
    only: 'legacy-directories',
    why: 'new mailboxes lie below uuid/ from then on, and relocate_by_id moves old ones there by rename: a path does not tell any more whose mail it is, so keep a report of before',
    source:
      'imap/mboxname.c, mboxname_id_hash, 3.6.0; imap/relocate_by_id.c; imapd.conf mailbox_legacy_dirs',
  },
  {
    items: ['leftover_new'],
    from: '2.4',
    state: 'OK',
    why: 'a rewrite of an index, header or cache was cut short here, by a crash or for lack of room; the upgrade rewrites them through the same names, so see that there is room',
    source: 'imap/mailbox.c, names that end in .NEW and are renamed into place',
  },
  {
    items: ['newer_indexes'],
    from: '2.4',
    state: 'WARNING',
    why: 'these indexes are of a later version than the one named writes, so for them it is a step back',
    source: 'imap/mailbox.h, MAILBOX_MINOR_VERSION, by tag',
  },
];

/** Rows that can matter for a step to this series, in the order of the table. */
export function upgradeRows(to: Series): UpgradeRow[] {
  const at = seriesKnown.indexOf(to);
  return rows.filter(({ from, before }) => {
    const isBegun = at >= seriesKnown.indexOf(from);
    return isBegun && (before === undefined || at < seriesKnown.indexOf(before));
  });
}
