/** Many hosts' reports as one: the newest of each host, and nothing merged item by item. */
import type { BytePath } from './byte-path.ts';
import type { Severity } from './finding.ts';
import type { MessageTotals, Report, Totals } from './report.ts';

/** What a report is about: stage files (scan, clean, check) or messages (audit). */
export type ReportKind = 'scan' | 'audit';

/** The chosen report of one host and one kind, without its rows. */
export interface FleetHost {
  readonly host: string;
  readonly kind: ReportKind;
  /** Where its report lies. */
  readonly file: BytePath;
  readonly startedNs: bigint;
  readonly finishedNs: bigint;
  readonly complete: boolean;
  readonly totals: Totals;
  readonly messages?: MessageTotals;
  /** How many of each severity, those of stage files included. */
  readonly findings: Readonly<Record<Severity, number>>;
  /** A sentence, for instance that a newer report of this host is incomplete. */
  readonly note?: string;
}

/** A host that has no complete report: silence is not cleanliness. */
export interface MissingHost {
  readonly host: string;
  readonly why: string;
}

/** A file that is no report of ours, or only the beginning of one. */
export interface RefusedReport {
  readonly file: BytePath;
  readonly why: string;
  /** Whose report it began to be. */
  readonly host?: string;
}

export interface FleetHeader {
  /** Of the program that merges. */
  readonly version: string;
  readonly mergedNs: bigint;
}

export interface Fleet {
  readonly header: FleetHeader;
  /** Sorted by host, then kind. */
  readonly hosts: readonly FleetHost[];
  readonly missing: readonly MissingHost[];
  readonly refused: readonly RefusedReport[];
  /** In the order of hosts; each is read when it is asked for, and may be forgotten before the next. */
  reports(): Iterable<Report>;
}

/** Did every host that was asked answer in full, and could every file be read? */
export function isWholeFleet({ hosts, missing, refused }: Omit<Fleet, 'reports'>): boolean {
  return missing.length === 0 && refused.length === 0 && hosts.every(({ complete }) => complete);
}

/** Host names do not tell capitals apart (RFC 4343), and a dot at the end changes nothing. */
export function hostKey(host: string): string {
  return host.toLowerCase().replace(/\.$/, '');
}
