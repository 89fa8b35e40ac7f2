/** What `stagesweep check` judges: facts as numbers, with nothing in the place of what was not looked at. */
import type { BytePath } from './byte-path.ts';
import type { MessageTotals } from './report.ts';

/** States of a monitoring plugin. Source: Monitoring Plugins Development Guidelines, "Plugin Return Codes". */
export type CheckState = 'OK' | 'WARNING' | 'CRITICAL' | 'UNKNOWN';

/** A range of the guidelines, "Threshold and Ranges": outside of it there is an alert, or inside when inverted. */
export interface AlertRange {
  /** -Infinity for `~`. */
  readonly from: number;
  /** Infinity where nothing follows the colon. */
  readonly to: number;
  readonly isInverted: boolean;
}

export function isAlert(value: number, { from, to, isInverted }: AlertRange): boolean {
  const isInside = value >= from && value <= to;
  return isInside === isInverted;
}

/** The shortest way to write a range, with plain numbers: performance data has no units in its thresholds. */
export function rangeText({ from, to, isInverted }: AlertRange): string {
  const start = from === 0 ? '' : `${from === -Infinity ? '~' : from}:`;
  const text = to === Infinity ? start || '0:' : `${start}${to}`;
  return isInverted ? `@${text}` : text;
}

/** A warning and a critical range; absent: never. */
export interface Thresholds {
  readonly warning?: AlertRange;
  readonly critical?: AlertRange;
}

/** Every item, and what its number is of. */
export const checkItems = {
  damaged: 'count',
  audit_damaged: 'count',
  orphans: 'count',
  age: 'seconds',
  bytes: 'bytes',
  last_names: 'count',
  unseen: 'count',
  undecided: 'count',
  unknown_names: 'count',
  reused_pids: 'count',
  empty_directories: 'count',
  mailboxes: 'count',
  old_indexes: 'count',
  old_expunges: 'count',
  newer_indexes: 'count',
  without_guid: 'count',
  leftover_new: 'count',
  quarantine_files: 'count',
  quarantine_bytes: 'bytes',
  audit_checked: 'count',
  audit_missing: 'count',
  audit_unindexed: 'count',
  audit_unverifiable: 'count',
  corrupt_indexes: 'count',
  unreadable: 'count',
} as const satisfies Record<string, 'count' | 'seconds' | 'bytes'>;
export type CheckItemName = keyof typeof checkItems;
export const checkItemNames = Object.keys(checkItems) as readonly CheckItemName[];

/** A share of an item's number, by where it was found or by what it is. */
export interface CheckPart {
  readonly partition?: string;
  readonly area?: string;
  /** Minor version of the index. */
  readonly version?: number;
  readonly value: number;
}

/** Why an item matters for a step of Cyrus to another version, and where that stands in its source. */
export interface UpgradeReason {
  readonly why: string;
  readonly source: string;
}

export interface CheckItem {
  /** One word, also the label of its performance data. */
  readonly name: CheckItemName;
  readonly state: CheckState;
  readonly value: number;
  /** Some were not looked at, and the number may be larger. */
  readonly isAtLeast: boolean;
  readonly thresholds: Thresholds;
  readonly parts: readonly CheckPart[];
  /** A few of what was counted. */
  readonly examples: readonly BytePath[];
  /** For --upgrade-to; empty when it does not matter for that step. */
  readonly matters: readonly UpgradeReason[];
}

export interface CheckResult {
  readonly status: CheckState;
  /** Only of what was looked at. */
  readonly items: readonly CheckItem[];
  /** Sentences without a full stop, each of which makes the answer UNKNOWN unless something is CRITICAL. */
  readonly doubts: readonly string[];
  /** Sentences without a full stop about what nobody asked for, and therefore is absent. */
  readonly notLookedAt: readonly string[];
  readonly upgradeTo?: string;
}

/** What a check looked at beside the stage files. Absent parts were not looked at. */
export interface CheckSurveys {
  readonly mailboxes?: MailboxSurvey;
  readonly quarantines?: QuarantineSurvey;
  /** Of --deep. */
  readonly messages?: MessageTotals;
}

/** How many, and a few of them. */
export interface Counted {
  readonly count: number;
  readonly examples: readonly BytePath[];
}

/** What the headers of all mailboxes' indexes say. */
export interface MailboxSurvey {
  /** Mailboxes whose header could be read. */
  readonly mailboxes: number;
  /** Those of them that lie below uuid/. */
  readonly byUniqueId: number;
  /** Mailboxes by the minor version of their index, ascending. */
  readonly versions: ReadonlyMap<number, number>;
  /** A cyrus.expunge that lists messages, beside an index of before version 12. */
  readonly oldExpunges: Counted;
  /** Files `*.NEW` older than the age limit, and what squatter leaves. */
  readonly leftoverNew: Counted;
  /** Indexes that are none, or whose checksum is wrong; those that the scan told are not counted again. */
  readonly corrupt: Counted;
  /** Directories, indexes and cyrus.expunge files that could not be read; without those that the scan told. */
  readonly unreadable: Counted;
  /** How many those are with the ones that the scan told. Above 0 no other number here is whole. */
  readonly unread: number;
  /** Records in all indexes. */
  readonly records: number;
  /** Records without a digest, of those whose record or version said so. */
  readonly withoutGuid: number;
  /** Records that nobody looked into: version 10 and later, unless all was asked for. */
  readonly unknownGuid: number;
  /** Data roots with neither a stage area nor a mailbox in them: nothing is mounted there, or it is the wrong place. */
  readonly barren: readonly BytePath[];
}

/** Runs that still hold something. */
export interface QuarantineSurvey {
  readonly runs: number;
  readonly files: number;
  readonly bytes: number;
  /** Their directories. */
  readonly examples: readonly BytePath[];
  /** Quarantines that could not be looked at; sentences. */
  readonly refusals: readonly string[];
}
