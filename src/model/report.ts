/** What a run tells. Renderers in report/ turn it into text; nothing else is allowed to. */
import type { BytePath } from './byte-path.ts';
import type { CheckResult, CheckSurveys } from './check.ts';
import type { Evidence } from './evidence.ts';
import type { Finding } from './finding.ts';
import type { CheckLevel } from './message.ts';
import type { Root, RootKind } from './partition.ts';
import type { PidDirectory } from './root-survey.ts';
import type { Trouble } from './trouble.ts';

export interface ReportHeader {
  readonly version: string;
  readonly host: string;
  readonly command: readonly string[];
  readonly startedNs: bigint;
  readonly finishedNs: bigint;
  /** A clock that was moved for this run, in seconds; only the demo and tests do it. */
  readonly clockAheadSeconds?: number;
}

export type NotEnteredReason = 'mount point' | 'other device' | 'symbolic link';

/** A root of a partition that was to be scanned and of which nothing is known. */
export interface LostRoot {
  readonly partition: string;
  readonly kind: RootKind;
  readonly path: BytePath;
}

export interface NotEntered {
  readonly path: BytePath;
  readonly reason: NotEnteredReason;
}

/** What was looked at, and what was not. */
export interface Coverage {
  /** Directory entries read in the search for links; 0 when no inode had another name. */
  readonly entries: number;
  readonly directories: number;
  /** Directories that were not read, since they last changed before any of the inodes was made; absent: none. */
  readonly leftOut?: number;
  /** 'none' when nothing had to be searched. */
  readonly walker: string;
  readonly roots: readonly BytePath[];
  /** Names that went away while we looked. */
  readonly vanished: number;
  /** Wanted inodes held by a descriptor, and those identified by birth time instead. */
  readonly pinned: number;
  readonly unpinned: number;
  readonly unreadable: readonly Trouble[];
  /** Also among those; absent: none. They are none of the report's roots, since nobody knows which files they are. */
  readonly lostRoots?: readonly LostRoot[];
  readonly notEntered: readonly NotEntered[];
}

export interface Totals {
  readonly stageFiles: number;
  readonly orphans: number;
  readonly inUse: number;
  readonly tooYoung: number;
  readonly undecided: number;
  readonly unknownNames: number;
  /** Orphans with another name that was found, or must exist. */
  readonly linked: number;
  /** Orphans that are the last name of their inode. */
  readonly lastName: number;
  readonly damagedMessages: number;
  /** Size of all stage files that are orphans, each inode once. */
  readonly bytes: number;
  readonly inodesSearched: number;
  readonly unseenLinks: number;
}

/** Messages that an audit looked at. */
export interface MessageTotals {
  /** Records whose file was looked for; intact + damaged + unverifiable of them. */
  readonly checked: number;
  readonly intact: number;
  readonly damaged: number;
  readonly unverifiable: number;
  /** Files without a record, which are not among those checked. */
  readonly unindexed: number;
}

/** What an audit was about. */
export interface AuditScope {
  readonly check: CheckLevel;
  readonly mailboxes: number;
  /** Of messages and their headers, each inode once as far as that was possible. */
  readonly bytesRead: number;
  /** Only inodes with several names. */
  readonly isShared: boolean;
  /** `share` of 1; who gives the seed again gets the same messages. */
  readonly sample?: { readonly share: number; readonly seed: string };
  /** As in Site, where it stands since scans have it too; this one is of older reports. */
  readonly unixHierarchySep?: boolean;
}

/** What commands for this site are made with. */
export interface Site {
  /** unixhierarchysep of the configuration; absent when no configuration says. */
  readonly unixHierarchySep?: boolean;
  /** Owner of the spool, by whom repairs are to be done. */
  readonly ownerUid?: number;
}

export interface Report {
  readonly header: ReportHeader;
  readonly complete: boolean;
  readonly coverage: Coverage;
  readonly roots: readonly Root[];
  /** Sorted by path. */
  readonly stageFiles: readonly Evidence[];
  /** Findings that belong to no stage file; those of the rows come from findingsOf(). Sorted. */
  readonly findings: readonly Finding[];
  readonly totals: Totals;
  /** Both of an audit, and of nothing else. */
  readonly messages?: MessageTotals;
  readonly audit?: AuditScope;
  /** Of a scan and of an audit. */
  readonly site?: Site;
  /** Of `check`, and of whatever is told as one line for monitoring. */
  readonly check?: CheckResult;
  readonly surveys?: CheckSurveys;
  /** Every `sync./<pid>` of a scan, sorted by path; absent in reports of other commands. */
  readonly pidDirectories?: readonly PidDirectory[];
  /** Sentences about what this run did not look at. */
  readonly notes: readonly string[];
}
