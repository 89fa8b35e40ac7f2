/** Reports and their rows with defaults, so that a test names only what it is about. */
import { asBytes, bytePath, type BytePath } from '../../src/model/byte-path.ts';
import type { Evidence } from '../../src/model/evidence.ts';
import type { FileStat } from '../../src/model/inode.ts';
import type { Link, LinkAccount } from '../../src/model/link.ts';
import type { Report, Totals } from '../../src/model/report.ts';
import type { StageDirectory } from '../../src/model/stage.ts';

export const spool = bytePath('/var/spool/imap');
export const noSuchProcess = { state: 'dead', evidence: 'no such process' } as const;
/** 2009-04-14 10:00:00 UTC */
export const scanTime = 1_239_703_200_000_000_000n;
const dev = 65_024n;

let nextInode = 136_643_179n;

export function aStat(changes: Partial<FileStat> = {}): FileStat {
  nextInode += 1n;
  return {
    dev,
    ino: nextInode,
    kind: 'file',
    mode: 0o600,
    uid: 96,
    gid: 12,
    linkCount: 1,
    sizeBytes: 935,
    modifiedNs: scanTime - 864_000_000_000_001n,
    changedNs: scanTime - 864_000_000_000_000n,
    bornNs: 0n,
    ...changes,
  };
}

/** `sync./<pid>` of the default partition, or the flat `stage.` without a pid. */
export function aStageDirectory(
  pid?: number,
  changes: Partial<StageDirectory> = {},
): StageDirectory {
  const area = pid === undefined ? 'stage' : 'sync';
  return {
    path: asBytes(pid === undefined ? `${spool}/stage.` : `${spool}/sync./${pid}`),
    dev,
    ino: BigInt(pid ?? 1),
    area,
    partition: 'default',
    rootKind: 'data',
    root: spool,
    ...(pid === undefined ? {} : { pid }),
    ...changes,
  };
}

/** A name in a mailbox directory below the spool: `aLink('g/user/glad', 'user.glad', 71229)`. */
export function aLink(
  directory: string,
  mailbox: string,
  uid: number,
  changes: Partial<Link> = {},
): Link {
  return {
    directory: { path: bytePath(`${spool}/${directory}`), dev, ino: inodeOf(directory) },
    leaf: bytePath(`${uid}.`),
    kind: 'mailbox',
    mailbox,
    messageUid: uid,
    status: 'unverifiable',
    codes: [],
    ...changes,
  };
}

export interface RowChanges extends Partial<Omit<Evidence, 'file' | 'account'>> {
  readonly directory?: StageDirectory;
  readonly leaf?: BytePath;
  readonly stat?: Partial<FileStat>;
  /** Names beside the row's own. */
  readonly others?: readonly Link[];
  readonly account?: Partial<LinkAccount>;
}

/** An orphan of pid 29594 with the names given and no other. */
export function aRow(changes: RowChanges = {}): Evidence {
  const {
    directory = aStageDirectory(29_594),
    leaf = asBytes('65.'),
    others = [],
    ...rest
  } = changes;
  const { account, stat, ...own } = rest;
  const links: Link[] = [{ directory, leaf, kind: 'stage', codes: [] }, ...others];
  const pid = directory.pid ?? 29_594;
  return {
    file: {
      directory,
      leaf,
      grammar: 'sync-2.3',
      ownerPid: pid,
      stat: aStat({ linkCount: links.length, ...stat }),
    },
    owner: noSuchProcess,
    verdict: 'orphan',
    account: { expected: links.length, links, complete: true, reasons: [], ...account },
    damage: 'unverifiable',
    action: 'quarantine',
    reasons: ['owner-dead', 'no-intact-message'],
    codes: ['stage-orphan'],
    ageSeconds: 864_000,
    ...own,
  };
}

export interface ReportChanges extends Partial<Omit<Report, 'header' | 'coverage' | 'totals'>> {
  readonly header?: Partial<Report['header']>;
  readonly coverage?: Partial<Report['coverage']>;
  readonly totals?: Partial<Totals>;
}

/** A complete report of one root; the totals are those of the rows. */
export function aReport(changes: ReportChanges = {}): Report {
  const { header, coverage, totals, ...rest } = changes;
  const stageFiles = rest.stageFiles ?? [];
  return {
    header: {
      version: '0.1.0',
      host: 'mx1.example.org',
      command: ['stagesweep', 'scan', '/var/spool/imap'],
      startedNs: scanTime,
      finishedNs: scanTime + 1_500_000_000n,
      ...header,
    },
    complete: true,
    coverage: {
      entries: 1_010_000,
      directories: 10_000,
      walker: 'native',
      roots: [spool],
      vanished: 0,
      pinned: 1,
      unpinned: 0,
      unreadable: [],
      notEntered: [],
      ...coverage,
    },
    roots: [{ partition: 'default', kind: 'data', path: spool, dev, ino: 2n, filesystem: 'ext4' }],
    stageFiles,
    findings: [],
    notes: [],
    ...rest,
    totals: { ...totalsOf(stageFiles), ...totals },
  };
}

/** Rough sums: what is right is decided and tested elsewhere. */
function totalsOf(rows: readonly Evidence[]): Totals {
  const of = (verdict: Evidence['verdict']): number =>
    rows.reduce((sum, row) => sum + (row.verdict === verdict ? 1 : 0), 0);
  return {
    stageFiles: rows.length,
    orphans: of('orphan'),
    inUse: of('in-use'),
    tooYoung: of('too-young'),
    undecided: of('undecided'),
    unknownNames: of('unknown-name'),
    linked: rows.filter((row) => row.verdict === 'orphan' && row.account.expected > 1).length,
    lastName: rows.filter((row) => row.verdict === 'orphan' && row.account.expected === 1).length,
    damagedMessages: 0,
    bytes: rows.reduce((sum, row) => sum + row.file.stat.sizeBytes, 0),
    inodesSearched: rows.filter((row) => row.account.expected > 1).length,
    unseenLinks: rows.reduce(
      (sum, row) => sum + row.account.expected - row.account.links.length,
      0,
    ),
  };
}

/** A number that is the same for the same directory. */
function inodeOf(directory: string): bigint {
  let number = 1000n;
  for (const character of directory) number = number * 31n + BigInt(character.charCodeAt(0));
  return BigInt.asUintN(48, number);
}
