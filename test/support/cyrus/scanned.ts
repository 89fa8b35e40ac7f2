/** A JSON report, read as strictly as the lab needs it: what a script of a site would rely on. */

export interface ScannedName {
  readonly path: string;
  readonly kind: string;
  readonly mailbox: string | undefined;
  readonly messageUid: number | undefined;
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

function optional<T>(value: unknown, read: (value: unknown) => T): T | undefined {
  return value === undefined ? undefined : read(value);
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) throw new Error(`no object: ${String(value)}`);
  return Object.fromEntries(Object.entries(value));
}

function listOf(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new Error(`no list: ${String(value)}`);
  return value;
}

function stringOf(value: unknown): string {
  if (typeof value !== 'string') throw new Error(`no string: ${String(value)}`);
  return value;
}

function numberOf(value: unknown): number {
  if (typeof value !== 'number') throw new Error(`no number: ${String(value)}`);
  return value;
}

function booleanOf(value: unknown): boolean {
  if (typeof value !== 'boolean') throw new Error(`no boolean: ${String(value)}`);
  return value;
}
