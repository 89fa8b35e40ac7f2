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
  const entries = [...ledger.entries];
  const closed = entries.map((entry) => accounts.close(entry));
  const trials = entries.map((entry, index): Trial => {
    const { sha1, isOverwritten = false } = known.get(entry) ?? {};
    return {
      stat: entry.stat,
      isSettled: known.has(entry),
      isOverwritten,
      links: closed[index]?.links ?? [],
      ...(sha1 === undefined ? {} : { sha1 }),
    };
  });
  const first = await judgeLinks(os, reader, trials, level);
  const judged = level === 'size' ? await confirmLinks(os, reader, trials, first) : first;
  const result = new Map<LedgerEntry, LinkAccount>();
  entries.forEach((entry, index) => {
    const account = closed[index];
    if (account) result.set(entry, { ...account, links: judged.links[index] ?? account.links });
  });
  return { accounts: result, findings: judged.findings, damaged: judged.damaged };
}

/** Several stage files can be names of one inode: what was read under one of them holds for all. */
function contentByEntry(
  ledger: LinkLedger,
  found: FoundStageFiles,
  content: CheckedContent,
): Map<LedgerEntry, { sha1?: string; isOverwritten: boolean }> {
  const known = new Map<LedgerEntry, { sha1?: string; isOverwritten: boolean }>();
  found.stageFiles.forEach((file, index) => {
    const read = content.contents[index];
    const entry = read === undefined ? undefined : ledger.entryOf(file.stat);
    if (read === undefined || entry === undefined) return;
    const isOverwritten = read.nameMatches === false || known.get(entry)?.isOverwritten === true;
    known.set(entry, { ...(read.sha1 === undefined ? {} : { sha1: read.sha1 }), isOverwritten });
  });
  return known;
}
