/**
 * The objects of the JSON report, in the order of keys that contract.md shows. Their keys are the contract: they
 * may grow and are never renamed. A key that does not apply is undefined here, which JSON leaves out.
 */
import { asBytes, base64Of, utf8Of, type BytePath } from '../model/byte-path.ts';
import type { Evidence } from '../model/evidence.ts';
import { severityOf, type Finding, type MessageRef } from '../model/finding.ts';
import { linkPath, unseenLinks, type Link } from '../model/link.ts';
import type { Root } from '../model/partition.ts';
import type { AuditScope, MessageTotals, Report, Totals } from '../model/report.ts';
import { stagePath } from '../model/stage.ts';
import type { Trouble } from '../model/trouble.ts';
import { adviceOf } from './advice.ts';
import { checkFields, surveyFields } from './check-fields.ts';
import { otherNames } from './other-names.ts';
import { bytesBeside, pathFields, textOf } from './path-fields.ts';
import { isBytes } from './quote.ts';
import { isoTime } from './quantities.ts';

export { pathFields };
export type Fields = Readonly<Record<string, unknown>>;

export const schema = 'stagesweep.report/1';

/** Everything before the rows. */
export function headerFields(report: Report): Fields {
  const { header, coverage } = report;
  const advice = adviceOf(report);
  return {
    schema,
    tool: { name: 'stagesweep', version: header.version },
    host: header.host,
    command: header.command,
    startedAt: isoTime(header.startedNs),
    finishedAt: isoTime(header.finishedNs),
    clockAheadSeconds: header.clockAheadSeconds,
    complete: report.complete,
    coverage: {
      entries: coverage.entries,
      directories: coverage.directories,
      ...(coverage.leftOut === undefined ? {} : { leftOut: coverage.leftOut }),
      walker: coverage.walker,
      ...rootsFields(coverage.roots),
      vanished: coverage.vanished,
      pinned: coverage.pinned,
      unpinned: coverage.unpinned,
      unreadable: coverage.unreadable.map(troubleFields),
      lostRoots: coverage.lostRoots?.map(({ partition, kind, path }) => ({
        name: partition,
        ...pathFields(path),
        kind,
      })),
      notEntered: coverage.notEntered.map(({ path, reason }) => ({ ...pathFields(path), reason })),
    },
    audit: report.audit && scopeFields(report.audit),
    check: report.check && checkFields(report.check),
    surveys: report.surveys && surveyFields(report.surveys),
    site: report.site,
    notes: report.notes,
    advice: advice.length === 0 ? undefined : advice,
    partitions: report.roots.map(rootFields),
  };
}

export function stageFileFields(evidence: Evidence): Fields {
  const { file, owner, account } = evidence;
  const { stat, directory } = file;
  const path = stagePath(file);
  return {
    path: textOf(path),
    pathBase64: bytesBeside(path),
    partition: directory.partition,
    rootKind: directory.rootKind,
    area: directory.area,
    grammar: file.grammar,
    ownerPid: file.ownerPid,
    owner: { state: owner.state, evidence: owner.evidence },
    device: stat.dev.toString(),
    inode: stat.ino.toString(),
    linkCount: stat.linkCount,
    size: stat.sizeBytes,
    // Regular files have no such key: a million rows need not say what every one is.
    fileKind: stat.kind === 'file' ? undefined : stat.kind,
    mode: stat.mode.toString(8).padStart(4, '0'),
    uid: stat.uid,
    gid: stat.gid,
    modifiedAt: isoTime(stat.modifiedNs),
    changedAt: isoTime(stat.changedNs),
    bornAt: stat.bornNs === 0n ? undefined : isoTime(stat.bornNs),
    ageSeconds: evidence.ageSeconds,
    sha1: evidence.sha1,
    nameMatches: evidence.nameMatches,
    verdict: evidence.verdict,
    links: {
      expected: account.expected,
      found: account.links.length,
      complete: account.complete,
      unseen: account.complete ? undefined : unseenLinks(account),
      unseenReasons: account.complete ? undefined : account.reasons,
      names: otherNames(evidence).map(linkFields),
    },
    damage: evidence.damage,
    content: evidence.redundantWith && {
      redundant: evidence.redundantWith.length > 0,
      records: evidence.redundantWith.map(messageFields),
    },
    action: evidence.action,
    reasons: evidence.reasons,
    codes: evidence.codes,
  };
}

export function findingFields(finding: Finding): Fields {
  const { path, mailbox } = finding;
  return {
    code: finding.code,
    severity: severityOf(finding.code),
    path: textOf(path),
    pathBase64: bytesBeside(path),
    mailbox: mailboxText(mailbox),
    mailboxBase64: mailboxBytes(mailbox),
    messageUid: finding.messageUid,
    donor: finding.donor && messageFields(finding.donor),
    goodCopy: finding.goodCopy && {
      ...(finding.goodCopy.message && messageFields(finding.goodCopy.message)),
      ...pathFields(finding.goodCopy.path),
    },
    detail: finding.detail,
  };
}

export function totalsFields(totals: Totals): Fields {
  const { stageFiles, orphans, linked, lastName, damagedMessages, bytes } = totals;
  const { inodesSearched, unseenLinks: unseen, inUse, tooYoung, undecided, unknownNames } = totals;
  return {
    stageFiles,
    orphans,
    linked,
    lastName,
    damagedMessages,
    bytes,
    inodesSearched,
    unseenLinks: unseen,
    inUse,
    tooYoung,
    undecided,
    unknownNames,
  };
}

/** What an audit has in place of stage files. */
export function messagesFields(messages: MessageTotals): Fields {
  const { checked, intact, damaged, unverifiable, unindexed } = messages;
  return { checked, intact, damaged, unverifiable, unindexed };
}

/** The sums of an audit; those of stage files do not apply. */
export function auditTotalsFields(totals: Totals, audit: AuditScope | undefined): Fields {
  return {
    damagedMessages: totals.damagedMessages,
    mailboxes: audit?.mailboxes,
    bytesRead: audit?.bytesRead,
  };
}

function scopeFields({ check, isShared, sample, unixHierarchySep }: AuditScope): Fields {
  return { check, shared: isShared, sample, unixHierarchySep };
}

/** Mailbox names are bytes, like the directories and headers they come from. */
export function mailboxFields(mailbox: string | undefined): Fields {
  return { mailbox: mailboxText(mailbox), mailboxBase64: mailboxBytes(mailbox) };
}

function mailboxText(mailbox: string | undefined): string | undefined {
  return mailbox !== undefined && isBytes(mailbox) ? textOf(asBytes(mailbox)) : mailbox;
}

function mailboxBytes(mailbox: string | undefined): string | undefined {
  return mailbox !== undefined && isBytes(mailbox) ? bytesBeside(asBytes(mailbox)) : undefined;
}

function messageFields(message: MessageRef): Fields {
  return { ...mailboxFields(message.mailbox), messageUid: message.messageUid };
}

/** Written out, like a finding: there is one for every row, and what is spread takes ten times as long. */
function linkFields(link: Link): Fields {
  const { mailbox } = link;
  const path = linkPath(link);
  return {
    path: textOf(path),
    pathBase64: bytesBeside(path),
    kind: link.kind,
    mailbox: mailboxText(mailbox),
    mailboxBase64: mailboxBytes(mailbox),
    messageUid: link.messageUid,
    status: link.status,
    leaving: link.isLeaving,
    codes: link.codes,
  };
}

function rootFields(root: Root): Fields {
  return {
    name: root.partition,
    ...pathFields(root.path),
    kind: root.kind,
    device: root.dev.toString(),
    filesystem: root.filesystem,
    inode: root.ino.toString(),
  };
}

/** Roots are plain strings in the contract, so their bytes stand in a list of equal length beside it. */
function rootsFields(roots: readonly BytePath[]): Fields {
  const isText = roots.every((root) => utf8Of(root) !== undefined);
  return { roots: roots.map(textOf), rootsBase64: isText ? undefined : roots.map(base64Of) };
}

function troubleFields(trouble: Trouble): Fields {
  return { ...pathFields(trouble.path), errno: trouble.errno, syscall: trouble.syscall };
}
