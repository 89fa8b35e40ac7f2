/** How far an audit has come, in memory and, with --resume, on the disk. */
import { SharedClaims } from '../decide/shared-claims.ts';
import {
  countNames,
  noCounts,
  type AuditCounts,
  type MailboxResult,
  type Suspect,
} from '../model/audit.ts';
import type { BytePath } from '../model/byte-path.ts';
import { FormatError, UsageError } from '../model/errors.ts';
import type { Finding } from '../model/finding.ts';
import {
  auditStateBegin,
  auditStateCursor,
  auditStateEnd,
  auditStateLines,
  parseAuditState,
  type AuditOptions,
} from '../parse/audit-state.ts';
import type { StateFile } from '../system/state-file.ts';

/** Work of so long is lost to a kill. Each time costs one fsync. */
const betweenCursorsNs = 5_000_000_000n;

export class AuditLog {
  readonly counts: AuditCounts = noCounts();
  readonly findings: Finding[] = [];
  readonly suspects: Suspect[] = [];
  /** Mailboxes that are to be audited again: what comes of them then is settle()'s. */
  readonly unsettled: BytePath[] = [];
  readonly claims = new SharedClaims();
  /** The mailbox behind which an interrupted audit goes on. */
  readonly resumedAfter?: BytePath;
  readonly #file: StateFile | undefined;
  readonly #betweenNs: bigint;
  #lines = '';
  #last: BytePath | undefined;
  #writtenNs = 0n;

  /**
   * @param file       absent: nothing is kept on the disk
   * @param options    of this audit; another audit's file is refused
   * @throws           UsageError for a file that is another audit's, a finished one's, or none
   */
  constructor(file?: StateFile, options: AuditOptions = {}, betweenNs = betweenCursorsNs) {
    this.#file = file;
    this.#betweenNs = betweenNs;
    if (file === undefined) return;
    if (file.text === '') {
      file.append(auditStateBegin(options));
      return;
    }
    const state = readState(file.text);
    refuseOther(state.options, options);
    if (state.isDone) {
      throw new UsageError(
        '--resume: the audit of this file came to its end. Remove the file, or name another, to audit again',
      );
    }
    file.keep(state.length);
    Object.assign(this.counts, state.counts);
    for (const finding of state.findings) this.findings.push(finding);
    for (const suspect of state.suspects) this.suspects.push(suspect);
    for (const directory of state.unsettled) this.unsettled.push(directory);
    for (const { directory, name } of state.shared) this.claims.add(directory, name);
    if (state.last !== undefined) this.resumedAfter = state.last;
  }

  /** @param nowNs decides whether it is time to write */
  add(result: MailboxResult, nowNs: bigint): void {
    this.settle(result);
    if (result.isUnsettled === true) this.unsettled.push(result.directory);
    if (this.#file === undefined) return;
    for (const line of auditStateLines(result)) this.#lines += line;
    this.#last = result.directory;
    if (nowNs - this.#writtenNs >= this.#betweenNs) this.flush(nowNs);
  }

  /** Takes in a mailbox of `unsettled`, in memory only: an audit that goes on audits all of them again. */
  settle(result: MailboxResult): void {
    for (const name of countNames) this.counts[name] += result.counts[name];
    for (const finding of result.findings) this.findings.push(finding);
    for (const suspect of result.suspects) this.suspects.push(suspect);
    for (const name of result.shared) this.claims.add(result.directory, name);
  }

  /** What was added is on the disk when this returns. */
  flush(nowNs: bigint): void {
    if (this.#last === undefined) return;
    this.#file?.append(this.#lines + auditStateCursor(this.#last, this.counts, this.#lines));
    this.#lines = '';
    this.#last = undefined;
    this.#writtenNs = nowNs;
  }

  /** The report has been given: there is nothing to resume. */
  finish(): void {
    this.#file?.append(auditStateEnd);
    this.#file?.close();
  }
}

/** The options that a state file was begun with; undefined for a new one. */
export function optionsIn(file: StateFile): AuditOptions | undefined {
  return file.text === '' ? undefined : readState(file.text).options;
}

function readState(text: string): ReturnType<typeof parseAuditState> {
  try {
    return parseAuditState(text);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new UsageError(
      `--resume: the file cannot be continued: ${error.message}. It is left as it is; name another file to begin anew`,
    );
  }
}

function refuseOther(begun: AuditOptions, given: AuditOptions): void {
  const names = [...new Set([...Object.keys(begun), ...Object.keys(given)])].sort();
  const differing = names.filter((name) => begun[name] !== given[name]);
  if (differing.length === 0) return;
  const words = differing.map(
    (name) => `${name} was ${begun[name] ?? 'absent'}, and is ${given[name] ?? 'absent'}`,
  );
  throw new UsageError(`--resume: the file belongs to another audit: ${words.join('; ')}`);
}
