/** Damaged messages, each once with all that reports of its host say of it, and who could read whose mail by them. */
import type { BytePath } from '../model/byte-path.ts';
import type { Evidence } from '../model/evidence.ts';
import { severityOf, type Finding, type FindingCode } from '../model/finding.ts';
import { linkPath, type LinkAccount } from '../model/link.ts';
import type { Report } from '../model/report.ts';
import type { FileStat } from '../model/inode.ts';
import { stagePath } from '../model/stage.ts';
import { mailOwner } from './mail-owner.ts';
import { RankedRows, type OfHost } from './ranked-rows.ts';

export interface DamagedMail extends Pick<Finding, 'path' | 'mailbox' | 'messageUid'> {
  readonly codes: ReadonlySet<FindingCode>;
  readonly donor?: Finding['donor'];
  readonly goodCopy?: Finding['goodCopy'];
  readonly detail?: string;
  /** Where a scan saw a stage file on its inode; an audit does not keep the times of what it read. */
  readonly inode?: {
    readonly stat: FileStat;
    readonly stageName: BytePath;
    readonly account: LinkAccount;
  };
}

/** Somebody's mailbox holds bytes that are known to be somebody else's message. */
export interface Disclosure {
  /** Owners of mailboxes, as internal names. */
  readonly reader: string;
  readonly owner: string;
  messages: number;
  /** A few of them. */
  readonly examples: DamagedMail[];
}

const exampleLimit = 12;

export class DamageCollector {
  readonly mails = new RankedRows<OfHost<DamagedMail>>();
  readonly #disclosures = new Map<string, OfHost<Disclosure>>();
  #hostName: string | undefined;
  #host = 0;
  // A host may send a scan and an audit, one after the other: a message in both is one message.
  #ofHost = new Map<BytePath, DamagedMail>();

  /** Reports of one host must come one after another. */
  add(report: Report, host: number): void {
    if (report.header.host !== this.#hostName) this.finish();
    if (this.#ofHost.size === 0) this.#host = host;
    this.#hostName = report.header.host;
    for (const finding of report.findings) {
      if (severityOf(finding.code) !== 'critical') continue;
      this.#ofHost.set(finding.path, joinedWith(this.#ofHost.get(finding.path), finding));
    }
    if (this.#ofHost.size === 0) return;
    for (const row of report.stageFiles) this.#addInode(row);
  }

  /** After the last report. */
  finish(): void {
    for (const mail of this.#ofHost.values()) {
      this.mails.add({ host: this.#host, row: mail }, rankOf(mail));
      this.#disclose(mail);
    }
    this.#ofHost = new Map();
  }

  /** Those with the most messages first. */
  disclosures(): readonly OfHost<Disclosure>[] {
    return [...this.#disclosures.values()].sort((a, b) => b.row.messages - a.row.messages);
  }

  #addInode({ file, account }: Evidence): void {
    for (const link of account.links) {
      const path = linkPath(link);
      const mail = this.#ofHost.get(path);
      if (mail === undefined || mail.inode !== undefined) continue;
      const inode = { stat: file.stat, stageName: stagePath(file), account };
      this.#ofHost.set(path, { ...mail, inode });
    }
  }

  #disclose(mail: DamagedMail): void {
    const { mailbox, donor } = mail;
    if (mailbox === undefined || donor === undefined) return;
    const [reader, owner] = [mailOwner(mailbox), mailOwner(donor.mailbox)];
    if (reader === owner) return;
    const key = `${this.#host} ${reader}\0${owner}`;
    const known = this.#disclosures.get(key)?.row ?? { reader, owner, messages: 0, examples: [] };
    known.messages += 1;
    if (known.examples.length < exampleLimit) known.examples.push(mail);
    this.#disclosures.set(key, { host: this.#host, row: known });
  }
}

function joinedWith(known: DamagedMail | undefined, finding: Finding): DamagedMail {
  const { code, path, mailbox, messageUid, donor, goodCopy, detail } = finding;
  const codes = new Set([...(known?.codes ?? []), code]);
  return {
    path,
    ...(mailbox === undefined ? {} : { mailbox }),
    ...(messageUid === undefined ? {} : { messageUid }),
    ...(donor === undefined ? {} : { donor }),
    ...(goodCopy === undefined ? {} : { goodCopy }),
    ...(detail === undefined ? {} : { detail }),
    ...known,
    codes,
  };
}

/** What others could read is graver than what is lost. */
function rankOf(mail: DamagedMail): number {
  if (isDisclosed(mail)) return 0;
  return isForeign(mail) ? 1 : 2;
}

/** Is it known that a message of somebody else lies in this mailbox? */
export function isDisclosed({ mailbox, donor }: DamagedMail): boolean {
  if (mailbox === undefined || donor === undefined) return false;
  return mailOwner(mailbox) !== mailOwner(donor.mailbox);
}

/** Does it hold another message, whoever's? */
export function isForeign({ codes, donor }: DamagedMail): boolean {
  return donor !== undefined || foreign.some((code) => codes.has(code));
}

const foreign = ['message-foreign', 'envelope-mismatch', 'shared-inode-conflict'] as const;
