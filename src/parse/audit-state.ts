/**
 * The state file of an audit, so that one of days can go on where it was cut off.
 *
 * Lines of JSON that are only ever appended: what was found, and after it a line that says how far the audit had come.
 * A kill can tear the last lines; what follows the last such line was not counted yet and is dropped. A checksum
 * over the lines before it tells a torn file from a changed one.
 */
import {
  countNames,
  noCounts,
  type AuditCounts,
  type MailboxResult,
  type SharedName,
  type Suspect,
} from '../model/audit.ts';
import { asBytes, type BytePath } from '../model/byte-path.ts';
import { FormatError } from '../model/errors.ts';
import { findingCodes, type Finding, type FindingCode } from '../model/finding.ts';
import type { InodeKey } from '../model/inode.ts';
import type { LinkStatus } from '../model/link.ts';
import { crc32 } from './crc32.ts';

export const auditStateSchema = 'stagesweep.audit-state/1';

/** What makes it the same audit: options by name. */
export type AuditOptions = Readonly<Record<string, string>>;

export interface AuditState {
  readonly options: AuditOptions;
  /** The last mailbox that is in it; absent when there is none yet. */
  readonly last?: BytePath;
  readonly counts: AuditCounts;
  readonly findings: readonly Finding[];
  readonly suspects: readonly Suspect[];
  /** Mailboxes that are to be audited again. */
  readonly unsettled: readonly BytePath[];
  readonly shared: readonly { readonly directory: BytePath; readonly name: SharedName }[];
  readonly isDone: boolean;
  /** Characters of the file that are kept; what follows was torn. */
  readonly length: number;
}

export function auditStateBegin(options: AuditOptions): string {
  return line({ schema: auditStateSchema, options });
}

export const auditStateEnd = line(['done']);

/** What came of one mailbox; it counts once a cursor follows. */
export function* auditStateLines(result: MailboxResult): Generator<string> {
  const { directory } = result;
  for (const { code, path, mailbox, messageUid, detail } of result.findings) {
    yield line(['f', code, path, mailbox ?? null, messageUid ?? null, detail ?? null]);
  }
  for (const { messageUid, path, counted } of result.suspects) {
    yield line(['s', directory, messageUid, path ?? null, counted ?? null]);
  }
  for (const { inode, linkCount, messageUid, claim, counted } of result.shared) {
    yield line(['n', directory, inode, linkCount, messageUid, claim, counted ?? null]);
  }
  if (result.isUnsettled === true) yield line(['u', directory]);
}

/** @param lines those since the last cursor, or since the beginning */
export function auditStateCursor(last: BytePath, counts: AuditCounts, lines: string): string {
  return line(['at', last, { ...counts }, checksum(lines + JSON.stringify([last, { ...counts }]))]);
}

/**
 * @throws FormatError when it is no state file, or one that was changed; `.at` is the character
 */
export function parseAuditState(text: string): AuditState {
  const ends = text.indexOf('\n') + 1;
  const options = optionsOf(parsed(text.slice(0, Math.max(ends, 0)), 0));
  const found = nothing();
  let pending = nothing();
  let counts = noCounts();
  let last: BytePath | undefined;
  let isDone = false;
  let length = ends;
  for (let at = ends; at < text.length;) {
    const end = text.indexOf('\n', at) + 1;
    if (end === 0) break;
    const raw = text.slice(at, end);
    const row = rowOf(raw, at, text);
    if (row === undefined) break;
    const [kind] = row;
    if (kind === 'at') {
      const [, path, sums, check] = row;
      if (check !== checksum(text.slice(length, at) + JSON.stringify([path, sums]))) {
        throw new FormatError('this line, or those before it, were changed', at);
      }
      last = asBytes(stringIn(path, at));
      counts = countsOf(sums, at);
      found.findings.push(...pending.findings);
      found.suspects.push(...pending.suspects);
      found.shared.push(...pending.shared);
      found.unsettled.push(...pending.unsettled);
      pending = nothing();
      length = end;
    } else if (kind === 'done') {
      isDone = true;
      length = end;
    } else take(row, at, pending);
    at = end;
  }
  return { options, ...(last === undefined ? {} : { last }), counts, ...found, isDone, length };
}

interface Mutable {
  findings: Finding[];
  suspects: Suspect[];
  unsettled: BytePath[];
  shared: { directory: BytePath; name: SharedName }[];
}

function nothing(): Mutable {
  return { findings: [], suspects: [], unsettled: [], shared: [] };
}

function take(row: readonly unknown[], at: number, into: Mutable): void {
  switch (row[0]) {
    case 'f':
      into.findings.push(findingOf(row, at));
      return;
    case 's': {
      const [, directory, messageUid, path, counted] = row;
      into.suspects.push({
        directory: asBytes(stringIn(directory, at)),
        messageUid: numberIn(messageUid, at),
        ...(path === null ? {} : { path: asBytes(stringIn(path, at)) }),
        ...countedIn(counted, at),
      });
      return;
    }
    case 'n': {
      const [, directory, inode, linkCount, messageUid, claim, counted] = row;
      const name: SharedName = {
        inode: inodeIn(inode, at),
        linkCount: numberIn(linkCount, at),
        messageUid: numberIn(messageUid, at),
        claim: stringIn(claim, at),
        ...countedIn(counted, at),
      };
      into.shared.push({ directory: asBytes(stringIn(directory, at)), name });
      return;
    }
    case 'u':
      into.unsettled.push(asBytes(stringIn(row[1], at)));
      return;
    default:
      throw new FormatError('a line of no known kind', at);
  }
}

function findingOf(row: readonly unknown[], at: number): Finding {
  const [, code, path, mailbox, messageUid, detail] = row;
  const known = findingCodes.find((one): one is FindingCode => one === code);
  if (known === undefined) throw new FormatError('a finding of no known code', at);
  return {
    code: known,
    path: asBytes(stringIn(path, at)),
    ...(mailbox === null ? {} : { mailbox: stringIn(mailbox, at) }),
    ...(messageUid === null ? {} : { messageUid: numberIn(messageUid, at) }),
    ...(detail === null ? {} : { detail: stringIn(detail, at) }),
  };
}

/** @returns undefined for a line that was torn: nothing whole comes behind it */
function rowOf(raw: string, at: number, text: string): readonly unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(raw);
    if (isList(value)) return value;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    if (!text.slice(at + raw.length).includes('\n["at",')) return undefined;
  }
  throw new FormatError('a line that is none of a state file', at);
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function parsed(text: string, at: number): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new FormatError('not the beginning of a state file', at);
  }
}

function optionsOf(value: unknown): AuditOptions {
  const ours =
    typeof value === 'object' && value !== null && 'schema' in value && 'options' in value
      ? value
      : undefined;
  const options = ours?.schema === auditStateSchema ? ours.options : undefined;
  if (typeof options !== 'object' || options === null) {
    throw new FormatError(`not a state file of an audit (${auditStateSchema})`, 0);
  }
  return Object.fromEntries(
    Object.entries(options).map(([name, option]) => [name, String(option)]),
  );
}

function countsOf(value: unknown, at: number): AuditCounts {
  const counts = noCounts();
  if (typeof value !== 'object' || value === null) throw new FormatError('no sums', at);
  const given = new Map<string, unknown>(Object.entries(value));
  for (const name of countNames) counts[name] = numberIn(given.get(name), at);
  return counts;
}

const statuses: readonly LinkStatus[] = ['intact', 'damaged', 'unverifiable', 'unindexed'];

function countedIn(value: unknown, at: number): { counted?: LinkStatus } {
  if (value === null) return {};
  const counted = statuses.find((one) => one === value);
  if (counted === undefined) throw new FormatError('a status of no known name', at);
  return { counted };
}

function stringIn(value: unknown, at: number): string {
  if (typeof value !== 'string') throw new FormatError('text was expected', at);
  return value;
}

function numberIn(value: unknown, at: number): number {
  if (typeof value !== 'number') throw new FormatError('a number was expected', at);
  return value;
}

function inodeIn(value: unknown, at: number): InodeKey {
  const text = stringIn(value, at);
  if (!isInodeKey(text)) throw new FormatError('an inode was expected', at);
  return text;
}

function isInodeKey(text: string): text is InodeKey {
  return /^\d+:\d+$/.test(text);
}

function checksum(text: string): number {
  return crc32(Buffer.from(text, 'utf8'));
}

function line(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}
