/** A report and the surveys beside it -> the items of a check, and its state. */
import { utf8Of } from '../model/byte-path.ts';
import {
  isAlert,
  type CheckItem,
  type CheckItemName,
  type CheckResult,
  type CheckState,
  type CheckSurveys,
  type Thresholds,
} from '../model/check.ts';
import type { Report } from '../model/report.ts';
import { examplesAtMost, measuresOf, type Measure } from './check-measures.ts';
import { defaultThresholds } from './default-thresholds.ts';
import {
  firstWithoutExpunge,
  indexVersionOf,
  upgradeRows,
  type Circumstance,
  type Series,
  type UpgradeRow,
} from './upgrade-rules.ts';

export interface CheckFacts {
  /** With its surveys. */
  readonly report: Report;
  /** Sentences without a full stop that make the answer UNKNOWN: the report is too old, a part is missing. */
  readonly doubts: readonly string[];
}

export interface CheckPolicy {
  /** By item; each of the two takes the place of its default. */
  readonly thresholds: Readonly<Partial<Record<CheckItemName, Thresholds>>>;
  readonly upgradeTo?: Series;
}

/** What could not be looked at may be anything. */
const unknownAbove0: ReadonlySet<CheckItemName> = new Set(['unreadable', 'corrupt_indexes']);

/** Known to be wrong, then not known, then doubtful: what is bad is not made better by what nobody could see. */
const rank: Readonly<Record<CheckState, number>> = { OK: 0, WARNING: 1, UNKNOWN: 2, CRITICAL: 3 };

export function worst(states: Iterable<CheckState>): CheckState {
  let most: CheckState = 'OK';
  for (const state of states) if (rank[state] > rank[most]) most = state;
  return most;
}

/** Monitoring Plugins Development Guidelines, "Plugin Return Codes". */
export const pluginCodes: Readonly<Record<CheckState, 0 | 1 | 2 | 3>> = {
  OK: 0,
  WARNING: 1,
  CRITICAL: 2,
  UNKNOWN: 3,
};

export function judgeCheck(
  { report, doubts }: CheckFacts,
  { thresholds, upgradeTo }: CheckPolicy,
): CheckResult {
  const { surveys = {} } = report;
  const measures = measuresOf(report, surveys, upgradeTo);
  const rows = upgradeTo === undefined ? [] : upgradeRows(upgradeTo);
  const circumstances = circumstancesOf(report, surveys, upgradeTo);
  const items = measures.map((measure) => {
    const matter = rows.filter(
      ({ items, only }) =>
        measure.value > 0 &&
        items.includes(measure.name) &&
        (only === undefined || circumstances.has(only)),
    );
    return itemOf(measure, thresholds[measure.name], matter);
  });
  const all = [...doubts, ...gapsOf(report, surveys, items), ...blindOn(rows, items, upgradeTo)];
  return {
    status: worst([...items.map(({ state }) => state), ...all.map(() => 'UNKNOWN' as const)]),
    items,
    doubts: all,
    notLookedAt: notLookedAt(report, surveys),
    ...(upgradeTo === undefined ? {} : { upgradeTo }),
  };
}

function itemOf(
  { name, value, isAtLeast = false, parts = [], examples = [] }: Measure,
  given: Thresholds | undefined,
  matters: readonly UpgradeRow[],
): CheckItem {
  const limits = { ...defaultThresholds[name], ...given };
  const byLimit: CheckState =
    limits.critical !== undefined && isAlert(value, limits.critical)
      ? 'CRITICAL'
      : limits.warning !== undefined && isAlert(value, limits.warning)
        ? 'WARNING'
        : 'OK';
  const byNature: CheckState = value > 0 && unknownAbove0.has(name) ? 'UNKNOWN' : 'OK';
  return {
    name,
    state: worst([byLimit, byNature, ...matters.map(({ state }) => state)]),
    value,
    isAtLeast,
    thresholds: limits,
    parts,
    examples: examples.slice(0, examplesAtMost),
    matters: matters.map(({ why, source }) => ({ why, source })),
  };
}

function circumstancesOf(
  report: Report,
  { mailboxes }: CheckSurveys,
  upgradeTo: Series | undefined,
): Set<Circumstance> {
  const found = new Set<Circumstance>();
  for (const { file, verdict, account } of report.stageFiles) {
    if (verdict !== 'orphan' && verdict !== 'undecided') continue;
    if (file.grammar === 'sync-2.4' && account.expected > 1) found.add('linked-upload');
    if (file.directory.rootKind === 'backup') found.add('backup-area');
  }
  if (mailboxes === undefined || upgradeTo === undefined) return found;
  if (mailboxes.mailboxes > mailboxes.byUniqueId) found.add('legacy-directories');
  for (const version of mailboxes.versions.keys()) {
    const isKept = version >= firstWithoutExpunge && version < indexVersionOf(upgradeTo);
    if (isKept) found.add('kept-indexes');
  }
  return found;
}

/** Names that were not found have an item of their own; whatever else is missing makes the answer unknown. */
function gapsOf(
  report: Report,
  { mailboxes, quarantines }: CheckSurveys,
  items: readonly CheckItem[],
): string[] {
  const gaps = [...(quarantines?.refusals ?? [])];
  for (const root of mailboxes?.barren ?? []) {
    gaps.push(
      `${utf8Of(root) ?? root} has neither a stage area nor a mailbox in it: is its filesystem mounted?`,
    );
  }
  const isExplained = items.some(
    ({ name, value }) =>
      value > 0 && (name === 'unseen' || name === 'unreadable' || name === 'corrupt_indexes'),
  );
  if (!report.complete && !isExplained) gaps.push('the report is incomplete');
  return gaps;
}

/** A step that would destroy what nobody looked for is no OK. */
function blindOn(
  rows: readonly UpgradeRow[],
  items: readonly CheckItem[],
  upgradeTo: Series | undefined,
): string[] {
  const seen = new Set(items.map(({ name }) => name));
  const unseen = rows
    .filter((row) => row.state !== 'OK' && !row.items.some((name) => seen.has(name)))
    .map((row) => row.items.join(' or '));
  if (unseen.length === 0) return [];
  const names = [...new Set(unseen)].join(', ');
  return [`not looked at, though it matters for an upgrade to ${upgradeTo ?? ''}: ${names}`];
}

function notLookedAt(report: Report, { mailboxes, quarantines, messages }: CheckSurveys): string[] {
  const isAudit = report.messages !== undefined;
  const notes: string[] = [];
  if (isAudit) notes.push('stage files: this is the report of an audit');
  if (mailboxes === undefined) notes.push('indexes and *.NEW files: only a check looks');
  else if (mailboxes.unknownGuid > 0) {
    notes.push(
      `whether ${mailboxes.unknownGuid} records of index version 10 and later have a digest: --deep looks`,
    );
  }
  if (quarantines === undefined) notes.push('quarantines: only a check looks');
  if (messages === undefined && !isAudit) {
    notes.push('messages that share no inode with a stage file: --deep or stagesweep audit looks');
  }
  return notes;
}
