/** The link accounts of a scan, with the judgement of every message among their names. */
import type { LedgerEntry, LinkLedger } from '../decide/link-ledger.ts';
import type { DamagedMessage } from '../decide/match-donors.ts';
import type { Finding } from '../model/finding.ts';
import type { LinkAccount } from '../model/link.ts';
import type { CheckLevel } from '../model/message.ts';
import type { Os } from '../system/os.ts';
import type { CheckedContent } from './check-content.ts';
import type { Accounts } from './close-accounts.ts';
import { confirmLinks } from './confirm-links.ts';
import type { FoundStageFiles } from './find-stage-files.ts';
import { judgeLinks, type Trial } from './judge-links.ts';
import type { MailboxReader } from './mailbox-reader.ts';

export interface JudgedAccounts {
  readonly accounts: ReadonlyMap<LedgerEntry, LinkAccount>;
  readonly findings: readonly Finding[];
  readonly damaged: readonly DamagedMessage[];
}

export async function judgeAccounts(
  os: Os,
  reader: MailboxReader,
  accounts: Accounts,
  ledger: LinkLedger,
  found: FoundStageFiles,
  content: CheckedContent,
  level: CheckLevel = 'digest',
): Promise<JudgedAccounts> {
  const known = contentByEntry(ledger, found, content);
  const result = new Map<LedgerEntry, LinkAccount>();
  const findings: Finding[] = [];
  const damaged: DamagedMessage[] = [];
  const entries = accounts.byMailbox(ledger);
  for (let at = 0; at < entries.length; at += together) {
    const batch = entries.slice(at, at + together);
    const closed = batch.map((entry) => accounts.close(entry));
    const trials = batch.map((entry, index): Trial => {
      const sha1 = content.contents[known.read.get(entry) ?? -1]?.sha1;
      return {
        stat: entry.stat,
        isSettled: known.read.has(entry),
        isOverwritten: known.overwritten.has(entry),
        links: closed[index]?.links ?? [],
        ...(sha1 === undefined ? {} : { sha1 }),
      };
    });
    const first = await judgeLinks(os, reader, trials, level);
    const judged = level === 'size' ? await confirmLinks(os, reader, trials, first) : first;
    batch.forEach((entry, index) => {
      const account = closed[index];
      if (account) result.set(entry, { ...account, links: judged.links[index] ?? account.links });
    });
    findings.push(...judged.findings);
    damaged.push(...judged.damaged);
  }
  return { accounts: result, findings, damaged };
}

/**
 * Accounts that are judged together: their mailboxes are opened once, and names, records and trials of so many are in
 * memory at once. All of 100,000 took 80 MB.
 */
const together = 20_000;

interface KnownContents {
  /** Position of a stage file whose bytes were read, or would have been. */
  readonly read: ReadonlyMap<LedgerEntry, number>;
  readonly overwritten: ReadonlySet<LedgerEntry>;
}

/** Several stage files can be names of one inode: what was read under one of them holds for all. */
function contentByEntry(
  ledger: LinkLedger,
  found: FoundStageFiles,
  content: CheckedContent,
): KnownContents {
  const read = new Map<LedgerEntry, number>();
  const overwritten = new Set<LedgerEntry>();
  found.stageFiles.forEach((file, index) => {
    const one = content.contents[index];
    const entry = one === undefined ? undefined : ledger.entryOf(file.stat);
    if (one === undefined || entry === undefined) return;
    read.set(entry, index);
    if (one.nameMatches === false) overwritten.add(entry);
  });
  return { read, overwritten };
}
