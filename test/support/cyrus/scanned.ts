/** A JSON report, read as strictly as the lab needs it: what a script of a site would rely on. */
import { booleanOf, listOf, numberOf, objectOf, optional, stringOf } from './json-value.ts';

export interface ScannedName {
  readonly path: string;
  readonly kind: string;
  readonly mailbox: string | undefined;
  readonly messageUid: number | undefined;
  /** Mailboxes and archives only. */
  readonly status: string | undefined;
  readonly codes: readonly string[];
}

export interface ScannedFile {
  readonly path: string;
  readonly ownerPid: number | undefined;
  readonly ownerState: string;
  readonly inode: string;
  readonly linkCount: number;
  readonly sha1: string | undefined;
  readonly nameMatches: boolean | undefined;
  readonly verdict: string;
  readonly expected: number;
  readonly found: number;
  readonly isComplete: boolean;
  readonly damage: string;
  readonly names: readonly ScannedName[];
}

export interface ScannedFinding {
  readonly code: string;
  readonly severity: string;
  readonly path: string;
}

export interface Scanned {
  readonly isComplete: boolean;
  readonly walker: string;
  readonly files: readonly ScannedFile[];
  readonly findings: readonly ScannedFinding[];
}

export function readReport(json: string): Scanned {
  const report = objectOf(JSON.parse(json));
  return {
    isComplete: booleanOf(report['complete']),
    walker: stringOf(objectOf(report['coverage'])['walker']),
    files: listOf(report['stageFiles']).map(fileOf),
    findings: listOf(report['findings']).map(findingOf),
  };
}

function fileOf(value: unknown): ScannedFile {
  const row = objectOf(value);
  const links = objectOf(row['links']);
  return {
    path: stringOf(row['path']),
    ownerPid: optional(row['ownerPid'], numberOf),
    ownerState: stringOf(objectOf(row['owner'])['state']),
    inode: stringOf(row['inode']),
    linkCount: numberOf(row['linkCount']),
    sha1: optional(row['sha1'], stringOf),
    nameMatches: optional(row['nameMatches'], booleanOf),
    verdict: stringOf(row['verdict']),
    expected: numberOf(links['expected']),
    found: numberOf(links['found']),
    isComplete: booleanOf(links['complete']),
    damage: stringOf(row['damage']),
    names: listOf(links['names']).map(nameOf),
  };
}

function nameOf(value: unknown): ScannedName {
  const name = objectOf(value);
  return {
    path: stringOf(name['path']),
    kind: stringOf(name['kind']),
    mailbox: optional(name['mailbox'], stringOf),
    messageUid: optional(name['messageUid'], numberOf),
    status: optional(name['status'], stringOf),
    codes: listOf(name['codes']).map(stringOf),
  };
}

function findingOf(value: unknown): ScannedFinding {
  const finding = objectOf(value);
  return {
    code: stringOf(finding['code']),
    severity: stringOf(finding['severity']),
    path: stringOf(finding['path']),
  };
}
