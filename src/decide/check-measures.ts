/** The numbers of a check, out of a report and the surveys beside it. What was not looked at has none. */
import { compareBytes, type BytePath } from '../model/byte-path.ts';
import type {
  CheckItemName,
  CheckPart,
  CheckSurveys,
  MailboxSurvey,
  QuarantineSurvey,
} from '../model/check.ts';
import type { Evidence } from '../model/evidence.ts';
import type { Finding, FindingCode } from '../model/finding.ts';
import { linkPath } from '../model/link.ts';
import type { MessageTotals, Report } from '../model/report.ts';
import { stagePath } from '../model/stage.ts';
import { areAllAreasRead, hasCorruptIndex, isAuditWhole } from '../model/unread.ts';
import { firstWithoutExpunge, indexVersionOf, type Series } from './upgrade-rules.ts';

export interface Measure {
  readonly name: CheckItemName;
  readonly value: number;
  readonly isAtLeast?: boolean;
  readonly parts?: readonly CheckPart[];
  readonly examples?: readonly BytePath[];
}

/** As many as a person reads in an alert; the report has them all. */
export const examplesAtMost = 5;

/** @param upgradeTo  decides which indexes are newer than they should be */
export function measuresOf(
  report: Report,
  surveys: CheckSurveys,
  upgradeTo: Series | undefined,
): Measure[] {
  // An audit has no stage files, which is not the same as having found none.
  const isAudit = report.messages !== undefined;
  const messages = surveys.messages ?? report.messages;
  const isAuditPartial = messages !== undefined && !isAuditWhole(report);
  const unread = ofUnread(report, surveys);
  const isAnyUnread = unread.value > 0 || (surveys.mailboxes?.unread ?? 0) > 0;
  return [
    ...(isAudit ? [] : partial(ofStageFiles(report), !areAllAreasRead(report))),
    ...(surveys.mailboxes === undefined
      ? []
      : ofSurvey(surveys.mailboxes, upgradeTo, hasCorruptIndex(report))),
    ...(surveys.quarantines === undefined ? [] : ofQuarantines(surveys.quarantines)),
    ...(messages === undefined ? [] : ofMessages(messages, report, isAuditPartial)),
    ...(surveys.mailboxes === undefined && isAudit
      ? partial([ofOldExpunges(report)], isAuditPartial)
      : []),
    ...partial([ofUnderstood(report, surveys)], isAnyUnread),
    unread,
  ];
}

/** Of what was not looked at whole, a number is the least that there is, and 0 would read as none. */
function partial(measures: readonly Measure[], isPartial: boolean): Measure[] {
  if (!isPartial) return [...measures];
  return measures
    .filter(({ value }) => value > 0)
    .map((measure) => ({ ...measure, isAtLeast: true }));
}

function ofStageFiles(report: Report): Measure[] {
  const { stageFiles, totals } = report;
  const orphans = stageFiles.filter(({ verdict }) => verdict === 'orphan');
  const oldest = orphans.reduce<Evidence | undefined>(
    (old, row) => (old === undefined || row.ageSeconds > old.ageSeconds ? row : old),
    undefined,
  );
  const ofVerdict = (verdict: Evidence['verdict']): BytePath[] =>
    pathsOf(stageFiles.filter((row) => row.verdict === verdict));
  const withCode = (code: FindingCode): BytePath[] =>
    pathsOf(stageFiles.filter(({ codes }) => codes.includes(code)));
  return [
    { name: 'damaged', value: totals.damagedMessages, examples: damagedLinks(stageFiles) },
    { name: 'orphans', value: totals.orphans, parts: areasOf(orphans), examples: pathsOf(orphans) },
    // Without an orphan there is no oldest one: 0 s would be a very young one.
    ...(oldest === undefined
      ? []
      : [
          {
            name: 'age',
            value: Math.max(oldest.ageSeconds, 0),
            examples: pathsOf([oldest]),
          } as const,
        ]),
    { name: 'bytes', value: totals.bytes },
    { name: 'last_names', value: totals.lastName, examples: withCode('last-name') },
    { name: 'unseen', value: totals.unseenLinks, examples: withCode('link-unseen') },
    { name: 'undecided', value: totals.undecided, examples: ofVerdict('undecided') },
    { name: 'unknown_names', value: totals.unknownNames, examples: ofVerdict('unknown-name') },
    ofFindings('reused_pids', report, ['stage-reused-pid']),
    ofFindings('empty_directories', report, ['stage-empty-directory']),
  ];
}

function areasOf(rows: readonly Evidence[]): CheckPart[] {
  const parts = new Map<string, { partition: string; area: string; value: number }>();
  for (const { file } of rows) {
    const { partition, area } = file.directory;
    const key = `${partition}\0${area}`;
    const part = parts.get(key);
    if (part === undefined) parts.set(key, { partition, area, value: 1 });
    else part.value += 1;
  }
  return [...parts].sort(([a], [b]) => compareBytes(a, b)).map(([, part]) => part);
}

/** The messages themselves: a stage file that shares their inode is not what a user misses. */
function damagedLinks(rows: readonly Evidence[]): BytePath[] {
  const paths = new Set<BytePath>();
  for (const row of rows) {
    if (row.damage !== 'damaged') continue;
    for (const link of row.account.links) {
      if (link.status === 'damaged') paths.add(linkPath(link));
    }
    if (paths.size >= examplesAtMost) break;
  }
  return [...paths];
}

/** An index that could not be understood hides what it lists, and not what lies beside it. */
function ofSurvey(
  survey: MailboxSurvey,
  upgradeTo: Series | undefined,
  isAnyCorrupt: boolean,
): Measure[] {
  const isUnread = survey.unread > 0;
  return [
    ...partial(ofIndexes(survey, upgradeTo), isUnread || isAnyCorrupt),
    ...partial([ofCounted('leftover_new', survey.leftoverNew)], isUnread),
  ];
}

function ofIndexes(survey: MailboxSurvey, upgradeTo: Series | undefined): Measure[] {
  const parts = [...survey.versions]
    .sort(([a], [b]) => a - b)
    .map(([version, value]): CheckPart => ({ version, value }));
  const counted = (isMeant: (version: number) => boolean): Pick<Measure, 'value' | 'parts'> => {
    const meant = parts.filter(({ version = 0 }) => isMeant(version));
    return { value: meant.reduce((sum, { value }) => sum + value, 0), parts: meant };
  };
  const newest = upgradeTo === undefined ? undefined : indexVersionOf(upgradeTo);
  const isGuidPartial = survey.unknownGuid > 0;
  return [
    { name: 'mailboxes', value: survey.mailboxes, parts },
    { name: 'old_indexes', ...counted((version) => version < firstWithoutExpunge) },
    ofCounted('old_expunges', survey.oldExpunges),
    ...(newest === undefined
      ? []
      : [{ name: 'newer_indexes', ...counted((version) => version > newest) } as const]),
    // "At least 0" would read as none, and nobody looked.
    ...(isGuidPartial && survey.withoutGuid === 0
      ? []
      : [{ name: 'without_guid', value: survey.withoutGuid, isAtLeast: isGuidPartial } as const]),
  ];
}

function ofQuarantines({ files, bytes, examples, refusals }: QuarantineSurvey): Measure[] {
  const isAtLeast = refusals.length > 0;
  if (isAtLeast && files === 0) return [];
  return [
    { name: 'quarantine_files', value: files, isAtLeast, examples },
    { name: 'quarantine_bytes', value: bytes, isAtLeast },
  ];
}

function ofMessages(messages: MessageTotals, report: Report, isPartial: boolean): Measure[] {
  const damaged = report.findings.filter(
    ({ code, messageUid }) => messageUid !== undefined && wrongBytes.has(code),
  );
  return partial(
    [
      {
        name: 'audit_damaged',
        value: messages.damaged,
        examples: distinct(damaged.map(({ path }) => path)),
      },
      { name: 'audit_checked', value: messages.checked },
      ofFindings('audit_missing', report, ['message-file-missing']),
      {
        ...ofFindings('audit_unindexed', report, ['message-unindexed']),
        value: messages.unindexed,
      },
      { name: 'audit_unverifiable', value: messages.unverifiable },
    ],
    isPartial,
  );
}

const wrongBytes: ReadonlySet<FindingCode> = new Set([
  'message-guid-mismatch',
  'message-size-mismatch',
  'message-truncated',
  'message-foreign',
  'envelope-mismatch',
  'shared-inode-conflict',
]);

/** An audit opens every mailbox, and tells of each that has one. */
function ofOldExpunges(report: Report): Measure {
  return ofFindings('old_expunges', report, ['index-old-expunge']);
}

function ofUnderstood(report: Report, { mailboxes }: CheckSurveys): Measure {
  return plus(ofFindings('corrupt_indexes', report, ['index-corrupt']), mailboxes?.corrupt);
}

function ofUnread(report: Report, { mailboxes }: CheckSurveys): Measure {
  const told = ofFindings('unreadable', report, ['unreadable', 'area-skipped']);
  return plus(told, mailboxes?.unreadable);
}

function plus(
  { name, value, examples = [] }: Measure,
  more: MailboxSurvey['corrupt'] | undefined,
): Measure {
  return {
    name,
    value: value + (more?.count ?? 0),
    examples: [...examples, ...(more?.examples ?? [])].slice(0, examplesAtMost),
  };
}

function ofCounted(name: CheckItemName, { count, examples }: MailboxSurvey['corrupt']): Measure {
  return { name, value: count, examples };
}

/** Paths with one of these codes, each once. */
function ofFindings(
  name: CheckItemName,
  { findings }: Report,
  codes: readonly FindingCode[],
): Measure {
  const paths = distinct(
    findings.filter(({ code }) => codes.includes(code)).map((finding: Finding) => finding.path),
  );
  return { name, value: paths.length, examples: paths.slice(0, examplesAtMost) };
}

function distinct(paths: readonly BytePath[]): BytePath[] {
  return [...new Set(paths)];
}

function pathsOf(rows: readonly Evidence[]): BytePath[] {
  return rows.slice(0, examplesAtMost).map(({ file }) => stagePath(file));
}
