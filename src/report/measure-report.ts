/**
 * A report as numbers for time series. What was not looked at has none: a partition that was scanned and has no orphan
 * gives 0, one that could not be read gives nothing.
 */
import type { CheckSurveys } from '../model/check.ts';
import type { Evidence } from '../model/evidence.ts';
import { inodeKey } from '../model/inode.ts';
import type { MessageTotals, Report } from '../model/report.ts';
import { areaNames, type Area } from '../model/stage.ts';
import {
  areAllAreasRead,
  hasCorruptIndex,
  isAreaUnread,
  isAuditWhole,
  lostAreaRoots,
  unreadPaths,
} from '../model/unread.ts';
import { partitionLabels } from './partition-labels.ts';

/** Every metric and its HELP text. All are gauges: none counts up for ever. */
export const metrics = {
  cyrus_stage_orphans: 'Stage files whose owner is gone.',
  cyrus_stage_orphan_bytes: 'Size of the orphans, each inode once in a partition and area.',
  cyrus_stage_oldest_seconds: 'Age of the oldest orphan by its ctime; 0 without an orphan.',
  cyrus_stage_undecided: 'Stage files whose owner could not be judged.',
  cyrus_stage_in_use: 'Stage files of running processes.',
  cyrus_stage_too_young: 'Stage files that changed too recently to be judged.',
  cyrus_stage_unknown_names: 'Names in stage areas that no version of Cyrus gives.',
  cyrus_stage_empty_directories: 'Empty pid directories.',
  cyrus_stage_reused_pid_directories: 'Stale pid directories whose pid a Cyrus process has again.',
  cyrus_stage_damaged_messages:
    'Damaged messages that share an inode with a stage file; at least so many where the scan is not complete.',
  cyrus_stage_unseen_links:
    'Names of orphans and undecided files that must exist and were not found.',
  cyrus_stage_last_names: 'Orphans whose bytes have no other name.',
  cyrus_stage_unreadable: 'Places that the scan could not look at.',
  cyrus_stage_scan_complete: '1 when every partition was read and every link account balanced.',
  cyrus_stage_scan_completion_timestamp_seconds: 'When the scan ended.',
  cyrus_stage_quarantine_files: 'Files in quarantines that were not purged yet.',
  cyrus_stage_quarantine_bytes: 'Size of the files in quarantines.',
  cyrus_mailbox_index_version_mailboxes: 'Mailboxes by the minor version of their index.',
  cyrus_mailbox_old_expunge_mailboxes:
    'Mailboxes with a cyrus.expunge that Cyrus 2.4 and later delete with its messages.',
  cyrus_mailbox_leftover_new_files: 'Leftovers of interrupted rewrites of mailbox files.',
  cyrus_mailbox_records_without_guid: 'Index records without a digest.',
  cyrus_mailbox_corrupt_indexes: 'Indexes whose header could not be understood.',
  cyrus_mailbox_unreadable: 'Mailboxes and directories of mailboxes that could not be read.',
  cyrus_audit_messages:
    'Messages by what the audit found; at least so many where it is not complete.',
  cyrus_audit_complete: '1 when the audit could look at all that it was asked to.',
  cyrus_audit_completion_timestamp_seconds: 'When the audit ended.',
} as const;
export type MetricName = keyof typeof metrics;
export const metricNames = Object.keys(metrics) as readonly MetricName[];

export interface Measurement {
  readonly name: MetricName;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Pure, and in the order of the metrics of one kind; an order for the whole output is that of `metrics`. */
export function measurementsOf(report: Report): Measurement[] {
  const { surveys = {} } = report;
  const messages = surveys.messages ?? report.messages;
  const isAudit = report.messages !== undefined;
  return [
    ...(isAudit ? [] : ofScan(report)),
    ...ofSurveys(surveys, hasCorruptIndex(report)),
    ...(messages === undefined
      ? []
      : [
          ...ofMessages(messages, isAuditWhole(report)),
          one('cyrus_audit_complete', report.complete ? 1 : 0),
          one('cyrus_audit_completion_timestamp_seconds', secondsOf(report.header.finishedNs)),
        ]),
  ];
}

/** Of a part, what was found is at least so much, and still damage; what was not found there is no 0. */
function ofMessages(messages: MessageTotals, isWhole: boolean): Measurement[] {
  return (['intact', 'damaged', 'unverifiable', 'unindexed'] as const)
    .filter((state) => isWhole || messages[state] > 0)
    .map((state) => one('cyrus_audit_messages', messages[state], { state }));
}

function ofScan(report: Report): Measurement[] {
  const { totals, findings, complete, header } = report;
  const places = scannedPlaces(report);
  const count = (code: string): number =>
    new Set(findings.filter((finding) => finding.code === code).map(({ path }) => path)).size;
  const damaged = one('cyrus_stage_damaged_messages', totals.damagedMessages);
  // What could not be read may hold more: such a sum is no number. Damage is damage all the same: its alert must not
  // fall silent because another place cannot be read.
  const sums =
    places.size === 0 || !areAllAreasRead(report)
      ? [damaged].filter(({ value }) => value > 0)
      : [
          one('cyrus_stage_empty_directories', count('stage-empty-directory')),
          one('cyrus_stage_reused_pid_directories', count('stage-reused-pid')),
          damaged,
          one('cyrus_stage_unseen_links', totals.unseenLinks),
          one('cyrus_stage_last_names', totals.lastName),
        ];
  return [
    ...[...places.values()].flatMap(ofPlace),
    ...sums,
    one('cyrus_stage_unreadable', count('unreadable') + count('area-skipped')),
    one('cyrus_stage_scan_complete', complete ? 1 : 0),
    one('cyrus_stage_scan_completion_timestamp_seconds', secondsOf(header.finishedNs)),
  ];
}

/** One kind of area of one partition, whichever of its directories has it. */
interface Place {
  readonly labels: { readonly partition: string; readonly area: Area };
  readonly rows: Evidence[];
}

function scannedPlaces(report: Report): Map<string, Place> {
  const labelOf = partitionLabels(report.roots.map(({ partition }) => partition));
  const unread = unreadPaths(report);
  const places = new Map<string, Place>();
  const unreadPlaces = new Set<string>();
  for (const root of report.roots) {
    const { partition, kind } = root;
    if (kind === 'metadata') continue;
    for (const area of areaNames) {
      const key = `${area} ${partition}`;
      if (!places.has(key))
        places.set(key, { labels: { partition: labelOf(partition), area }, rows: [] });
      if (isAreaUnread(unread, root, area)) unreadPlaces.add(key);
    }
  }
  // Of a partition of which another directory was read.
  for (const { partition } of lostAreaRoots(report)) {
    for (const area of areaNames) unreadPlaces.add(`${area} ${partition}`);
  }
  for (const row of report.stageFiles) {
    const { area, partition } = row.file.directory;
    places.get(`${area} ${partition}`)?.rows.push(row);
  }
  for (const key of unreadPlaces) places.delete(key);
  return places;
}

function ofPlace({ labels, rows }: Place): Measurement[] {
  const orphans = rows.filter(({ verdict }) => verdict === 'orphan');
  const of = (verdict: Evidence['verdict']): number =>
    rows.reduce((sum, row) => sum + (row.verdict === verdict ? 1 : 0), 0);
  return [
    one('cyrus_stage_orphans', orphans.length, labels),
    one('cyrus_stage_orphan_bytes', bytesOf(orphans), labels),
    one('cyrus_stage_oldest_seconds', oldestOf(orphans), labels),
    one('cyrus_stage_undecided', of('undecided'), labels),
    one('cyrus_stage_in_use', of('in-use'), labels),
    one('cyrus_stage_too_young', of('too-young'), labels),
    one('cyrus_stage_unknown_names', of('unknown-name'), labels),
  ];
}

function bytesOf(rows: readonly Evidence[]): number {
  const inodes = new Set<string>();
  let bytes = 0;
  for (const { file } of rows) {
    const inode = inodeKey(file.stat);
    if (!inodes.has(inode)) bytes += file.stat.sizeBytes;
    inodes.add(inode);
  }
  return bytes;
}

/** Not Math.max(...rows): a million arguments overflow the stack. */
function oldestOf(rows: readonly Evidence[]): number {
  return rows.reduce((most, { ageSeconds }) => Math.max(most, ageSeconds), 0);
}

function ofSurveys({ mailboxes, quarantines }: CheckSurveys, isAnyCorrupt: boolean): Measurement[] {
  const held =
    quarantines === undefined || quarantines.refusals.length > 0
      ? []
      : [
          one('cyrus_stage_quarantine_files', quarantines.files),
          one('cyrus_stage_quarantine_bytes', quarantines.bytes),
        ];
  if (mailboxes === undefined) return held;
  const unread = one('cyrus_mailbox_unreadable', mailboxes.unread);
  // Whatever lies in the mailboxes that could not be read is in none of the numbers below.
  if (mailboxes.unread > 0) return [...held, unread];
  const ofIndexes = [
    ...[...mailboxes.versions].map(([version, value]) =>
      one('cyrus_mailbox_index_version_mailboxes', value, { version: String(version) }),
    ),
    one('cyrus_mailbox_old_expunge_mailboxes', mailboxes.oldExpunges.count),
    // A number of which a part is not known is not a number.
    ...(mailboxes.unknownGuid > 0
      ? []
      : [one('cyrus_mailbox_records_without_guid', mailboxes.withoutGuid)]),
  ];
  return [
    ...held,
    // What an index lists that could not be understood is in none of these.
    ...(isAnyCorrupt ? [] : ofIndexes),
    one('cyrus_mailbox_leftover_new_files', mailboxes.leftoverNew.count),
    one('cyrus_mailbox_corrupt_indexes', mailboxes.corrupt.count),
    unread,
  ];
}

function one(name: MetricName, value: number, labels: Measurement['labels'] = {}): Measurement {
  return { name, labels, value };
}

function secondsOf(ns: bigint): number {
  return Number(ns / 1_000_000n) / 1000;
}
