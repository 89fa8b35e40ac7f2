/** The objects of a saved report (contract.md), each from its JSON: the way back of report/json-fields.ts. */
import { asBytes, bytePath, leafOf, parentOf, type BytePath } from '../model/byte-path.ts';
import type { Evidence } from '../model/evidence.ts';
import {
  severities,
  type Finding,
  type FindingCode,
  type GoodCopy,
  type MessageRef,
} from '../model/finding.ts';
import type { FileStat } from '../model/inode.ts';
import type { Link, LinkAccount } from '../model/link.ts';
import type { Root } from '../model/partition.ts';
import type {
  AuditScope,
  Coverage,
  LostRoot,
  MessageTotals,
  ReportHeader,
  Site,
  Totals,
} from '../model/report.ts';
import type { Trouble } from '../model/trouble.ts';
import { parseIsoTime } from './iso-time.ts';
import {
  actionWords,
  checkWords,
  damageWords,
  fileKindWords,
  grammarWords,
  linkKindWords,
  linkStatusWords,
  notEnteredWords,
  ownerWords,
  reasonWords,
  rootKindWords,
  unseenWords,
  verdictWords,
} from './words.ts';
import type { ReportPlaces } from './report-places.ts';
import { absolutePath, StrictObject, wordOf, wrong } from './strict-object.ts';

/** PATH_MAX, and room for the U+FFFD of three bytes that stands for a byte. */
const pathAtMost = 3 * 4096;
const textAtMost = 16_384;
/** ext4 ends at 65,000 links, XFS at 2^31. */
const listAtMost = 5_000_000;
const pidAtMost = 2 ** 31;
const codeWords = Object.fromEntries(Object.keys(severities).map((code) => [code, true])) as Record<
  FindingCode,
  true
>;

export function readHeader(report: StrictObject): ReportHeader {
  const ahead = report.ifAny('clockAheadSeconds', (key) => report.integer(key));
  return {
    version: report.object('tool').text('version', 256),
    host: report.text('host', 1024),
    command: texts(report, 'command'),
    startedNs: timeOf(report, 'startedAt'),
    finishedNs: timeOf(report, 'finishedAt'),
    ...(ahead === undefined ? {} : { clockAheadSeconds: ahead }),
  };
}

export function readCoverage(coverage: StrictObject): Coverage {
  const roots = texts(coverage, 'roots').map(bytePath);
  const raw = coverage.ifAny('rootsBase64', (key) => texts(coverage, key).map(fromBase64));
  const leftOut = coverage.ifAny('leftOut', (key) => coverage.whole(key));
  const lostRoots = coverage.ifAny('lostRoots', (key) => objects(coverage, key).map(readLostRoot));
  return {
    entries: coverage.whole('entries'),
    directories: coverage.whole('directories'),
    ...(leftOut === undefined ? {} : { leftOut }),
    walker: coverage.text('walker', 256),
    roots: raw ?? roots,
    vanished: coverage.whole('vanished'),
    pinned: coverage.whole('pinned'),
    unpinned: coverage.whole('unpinned'),
    unreadable: objects(coverage, 'unreadable').map(readTrouble),
    ...(lostRoots === undefined ? {} : { lostRoots }),
    notEntered: objects(coverage, 'notEntered').map((one) => ({
      path: pathOf(one),
      reason: one.word('reason', notEnteredWords),
    })),
  };
}

function readLostRoot(root: StrictObject): LostRoot {
  return {
    partition: root.text('name', textAtMost),
    kind: root.word('kind', rootKindWords),
    path: absolutePath(pathOf(root), 'path'),
  };
}

export function readRoot(root: StrictObject): Root {
  return {
    partition: root.text('name', textAtMost),
    kind: root.word('kind', rootKindWords),
    path: absolutePath(pathOf(root), 'path'),
    dev: root.big('device'),
    ino: root.big('inode'),
    filesystem: root.text('filesystem', 256),
  };
}

export function readScope(scope: StrictObject, totals: StrictObject): AuditScope {
  const sample = scope.ifAny('sample', (key) => scope.object(key));
  const separator = scope.ifAny('unixHierarchySep', (key) => scope.flag(key));
  return {
    check: scope.word('check', checkWords),
    mailboxes: totals.whole('mailboxes'),
    bytesRead: totals.whole('bytesRead'),
    isShared: scope.flag('shared'),
    ...(sample === undefined
      ? {}
      : { sample: { share: sample.number('share'), seed: sample.text('seed', 1024) } }),
    ...(separator === undefined ? {} : { unixHierarchySep: separator }),
  };
}

export function readSite(site: StrictObject): Site {
  const separator = site.ifAny('unixHierarchySep', (key) => site.flag(key));
  const owner = site.ifAny('ownerUid', (key) => site.whole(key, 2 ** 32));
  return {
    ...(separator === undefined ? {} : { unixHierarchySep: separator }),
    ...(owner === undefined ? {} : { ownerUid: owner }),
  };
}

export function readMessages(messages: StrictObject): MessageTotals {
  return {
    checked: messages.whole('checked'),
    intact: messages.whole('intact'),
    damaged: messages.whole('damaged'),
    unverifiable: messages.whole('unverifiable'),
    unindexed: messages.whole('unindexed'),
  };
}

/** @param isAudit  the sums of stage files do not apply then, and are 0 */
export function readTotals(totals: StrictObject, isAudit: boolean): Totals {
  const sum = (key: string): number => (isAudit ? 0 : totals.whole(key));
  return {
    stageFiles: sum('stageFiles'),
    orphans: sum('orphans'),
    inUse: sum('inUse'),
    tooYoung: sum('tooYoung'),
    undecided: sum('undecided'),
    unknownNames: sum('unknownNames'),
    linked: sum('linked'),
    lastName: sum('lastName'),
    damagedMessages: totals.whole('damagedMessages'),
    bytes: sum('bytes'),
    inodesSearched: sum('inodesSearched'),
    unseenLinks: sum('unseenLinks'),
  };
}

export function readEvidence(row: StrictObject, places: ReportPlaces): Evidence {
  const path = absolutePath(pathOf(row), 'path');
  const stat = readStat(row);
  const directory = places.stageDirectory(parentOf(path), stat.dev, row);
  const leaf = leafOf(path);
  const owner = row.object('owner');
  const grammar = row.ifAny('grammar', (key) => row.word(key, grammarWords));
  const ownerPid = row.ifAny('ownerPid', (key) => row.whole(key, pidAtMost));
  const sha1 = row.ifAny('sha1', (key) => row.matching(key, /^[0-9a-f]{40}$/, 40));
  const nameMatches = row.ifAny('nameMatches', (key) => row.flag(key));
  const content = row.ifAny('content', (key) => row.object(key));
  return {
    file: {
      directory,
      leaf,
      ...(grammar === undefined ? {} : { grammar }),
      ...(ownerPid === undefined ? {} : { ownerPid }),
      stat,
    },
    owner: {
      state: owner.word('state', ownerWords),
      evidence: owner.text('evidence', textAtMost),
    },
    verdict: row.word('verdict', verdictWords),
    account: places.account(stat, () =>
      readAccount(row.object('links'), places, { directory, leaf, kind: 'stage', codes: [] }),
    ),
    damage: row.word('damage', damageWords),
    action: row.word('action', actionWords),
    reasons: row.list('reasons', 64).map((word) => wordOf(word, reasonWords, 'reasons')),
    codes: codesOf(row),
    ageSeconds: row.integer('ageSeconds'),
    ...(sha1 === undefined ? {} : { sha1 }),
    ...(nameMatches === undefined ? {} : { nameMatches }),
    ...(content === undefined
      ? {}
      : { redundantWith: objects(content, 'records').map(readMessageRef) }),
  };
}

export function readFinding(finding: StrictObject): Finding {
  const mailbox = mailboxOf(finding);
  const messageUid = uidOf(finding);
  const donor = finding.ifAny('donor', (key) => finding.object(key));
  const goodCopy = finding.ifAny('goodCopy', (key) => finding.object(key));
  const detail = finding.ifAny('detail', (key) => finding.text(key, textAtMost));
  return {
    code: finding.word('code', codeWords),
    path: pathOf(finding),
    ...(mailbox === undefined ? {} : { mailbox }),
    ...(messageUid === undefined ? {} : { messageUid }),
    ...(donor === undefined ? {} : { donor: readMessageRef(donor) }),
    ...(goodCopy === undefined ? {} : { goodCopy: readGoodCopy(goodCopy) }),
    ...(detail === undefined ? {} : { detail }),
  };
}

function readGoodCopy(copy: StrictObject): GoodCopy {
  const path = pathOf(copy);
  return mailboxOf(copy) === undefined ? { path } : { path, message: readMessageRef(copy) };
}

function readStat(row: StrictObject): FileStat {
  return {
    dev: row.big('device'),
    ino: row.big('inode'),
    kind: row.ifAny('fileKind', (key) => row.word(key, fileKindWords)) ?? 'file',
    mode: Number.parseInt(row.matching('mode', /^[0-7]{1,4}$/, 4), 8),
    uid: row.whole('uid', 2 ** 32),
    gid: row.whole('gid', 2 ** 32),
    linkCount: row.whole('linkCount'),
    sizeBytes: row.whole('size'),
    modifiedNs: timeOf(row, 'modifiedAt'),
    changedNs: timeOf(row, 'changedAt'),
    bornNs: row.ifAny('bornAt', (key) => timeOf(row, key)) ?? 0n,
  };
}

function readAccount(links: StrictObject, places: ReportPlaces, own: Link): LinkAccount {
  const complete = links.flag('complete');
  const { dev } = own.directory;
  const others = objects(links, 'names').map((name) => readLink(name, places, dev));
  return {
    expected: links.whole('expected'),
    // A name that went away meanwhile is not among those found, and no other is missing for it.
    links: links.whole('found') > others.length ? [own, ...others] : others,
    complete,
    reasons: complete
      ? []
      : links.list('unseenReasons', 16).map((word) => wordOf(word, unseenWords, 'unseenReasons')),
  };
}

function readLink(name: StrictObject, places: ReportPlaces, dev: bigint): Link {
  const path = pathOf(name);
  const mailbox = mailboxOf(name);
  const messageUid = uidOf(name);
  const status = name.ifAny('status', (key) => name.word(key, linkStatusWords));
  const isLeaving = name.ifAny('leaving', (key) => name.flag(key));
  return {
    directory: places.directory(parentOf(path), dev),
    leaf: leafOf(path),
    kind: name.word('kind', linkKindWords),
    ...(mailbox === undefined ? {} : { mailbox }),
    ...(messageUid === undefined ? {} : { messageUid }),
    ...(status === undefined ? {} : { status }),
    ...(isLeaving === undefined ? {} : { isLeaving }),
    codes: codesOf(name),
  };
}

function readMessageRef(ref: StrictObject): MessageRef {
  return { mailbox: mailboxOf(ref) ?? '', messageUid: ref.whole('messageUid') };
}

function readTrouble(trouble: StrictObject): Trouble {
  return {
    path: pathOf(trouble),
    errno: trouble.text('errno', 64),
    syscall: trouble.text('syscall', 64),
  };
}

function codesOf(fields: StrictObject): readonly FindingCode[] {
  return fields.list('codes', 64).map((word) => wordOf(word, codeWords, 'codes'));
}

function uidOf(fields: StrictObject): number | undefined {
  return fields.ifAny('messageUid', (key) => fields.whole(key));
}

/** Mailbox names are bytes, like the directories and headers they come from. */
function mailboxOf(fields: StrictObject): string | undefined {
  const raw = fields.ifAny('mailboxBase64', (key) => fromBase64(fields.text(key, 2 * pathAtMost)));
  return raw ?? fields.ifAny('mailbox', (key) => bytePath(fields.text(key, pathAtMost)));
}

export function pathOf(fields: StrictObject): BytePath {
  const raw = fields.ifAny('pathBase64', (key) => fromBase64(fields.text(key, 2 * pathAtMost)));
  const path = raw ?? bytePath(fields.text('path', pathAtMost));
  if (path.includes('\0')) throw wrong('path', 'holds a NUL');
  return path;
}

function fromBase64(text: string): BytePath {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64') !== text) throw wrong('pathBase64', 'is no base64');
  return asBytes(bytes.toString('latin1'));
}

function timeOf(fields: StrictObject, key: string): bigint {
  const ns = parseIsoTime(fields.text(key, 64));
  if (ns === undefined) throw wrong(key, 'is no time like 2007-02-21T10:00:00.000000000Z');
  return ns;
}

function texts(fields: StrictObject, key: string): string[] {
  return fields.list(key, listAtMost).map((value) => {
    if (typeof value !== 'string') throw wrong(key, 'is no list of texts');
    return value;
  });
}

function objects(fields: StrictObject, key: string): StrictObject[] {
  return fields.list(key, listAtMost).map((value) => new StrictObject(value, key));
}
