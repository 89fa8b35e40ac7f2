/** The link accounts of a scan, with the judgement of every message among their names. */
import type { LinkLedger } from '../decide/link-ledger.ts';
import type { DamagedMessage } from '../decide/match-donors.ts';
import { AccountBook } from '../model/account-book.ts';
import type { Finding } from '../model/finding.ts';
import type { CheckLevel } from '../model/message.ts';
import type { Os } from '../system/os.ts';
import type { CheckedContent } from './check-content.ts';
import type { Accounts } from './close-accounts.ts';
import { confirmLinks } from './confirm-links.ts';
import type { FoundStageFiles } from './find-stage-files.ts';
import { judgeLinks, type JudgedLinks, type Trial } from './judge-links.ts';
import type { MailboxReader } from './mailbox-reader.ts';
import { settleLinks, type Settling } from './settle-links.ts';

export interface JudgedAccounts {
  readonly accounts: AccountBook;
  readonly findings: readonly Finding[];
  readonly damaged: readonly DamagedMessage[];
}

/** @param ledger  is empty afterwards: its names are in the accounts */
export async function judgeAccounts(
  os: Os,
  reader: MailboxReader,
  accounts: Accounts,
  ledger: LinkLedger,
  found: FoundStageFiles,
  content: CheckedContent,
  settling: Settling,
  level: CheckLevel = 'digest',
): Promise<JudgedAccounts> {
  const readAt = readInodes(ledger, found, content);
  const book = new AccountBook(ledger.rows);
  const findings: Finding[] = [];
  const damaged: DamagedMessage[] = [];
  const judge = async (trials: readonly Trial[]): Promise<JudgedLinks> => {
    const first = await judgeLinks(os, reader, trials, level);
    return level === 'size' ? await confirmLinks(os, reader, trials, first) : first;
  };
  const order = accounts.byMailbox(ledger);
  for (let from = 0; from < order.length; from += together) {
    const batch = Array.from(order.subarray(from, from + together), (row) => ledger.entry(row));
    const closed = batch.map((entry) => accounts.close(entry));
    const trials = batch.map(({ row, stat }, index): Trial => {
      const position = (readAt.positions[row] ?? 0) - 1;
      const isSettled = position >= 0;
      const sha1 = isSettled ? content.contents.of(position)?.sha1 : undefined;
      const isOverwritten = readAt.overwritten.has(row);
      const links = closed[index]?.links ?? [];
      return sha1 === undefined
        ? { stat, isSettled, isOverwritten, links }
        : { stat, isSettled, isOverwritten, links, sha1 };
    });
    const told = reader.findings.length;
    const first = await judge(trials);
    const judged = await settleLinks(os, reader, told, trials, first, judge, settling);
    batch.forEach((entry, index) => {
      const account = closed[index];
      if (account === undefined) return;
      book.add(entry.stat, { ...account, links: judged.links[index] ?? account.links });
    });
    findings.push(...judged.findings);
    damaged.push(...judged.damaged);
  }
  ledger.clear();
  return { accounts: book, findings, damaged };
}

/**
 * Accounts that are judged together: their mailboxes are opened once, and names, records and trials of so many are in
 * memory at once. All of 100,000 took 80 MB.
 */
const together = 20_000;

/** By the number of the account. */
interface ReadInodes {
  /** From 1 on, of a stage file whose bytes were read, or would have been; 0 where there is none. */
  readonly positions: Uint32Array;
  readonly overwritten: ReadonlySet<number>;
}

/** Several stage files can be names of one inode: what was read under one of them holds for all. */
function readInodes(
  ledger: LinkLedger,
  found: FoundStageFiles,
  { contents }: CheckedContent,
): ReadInodes {
  const positions = new Uint32Array(ledger.size);
  const overwritten = new Set<number>();
  found.stageFiles.forEach(({ stat }, index) => {
    const content = contents.of(index);
    const row = content === undefined ? -1 : ledger.rowOf(stat);
    if (row < 0) return;
    positions[row] = index + 1;
    if (content?.nameMatches === false) overwritten.add(row);
  });
  return { positions, overwritten };
}
