/** The link accounts of a scan, with the judgement of every message among their names. */
import type { LinkLedger } from '../decide/link-ledger.ts';
import type { DamagedMessage } from '../decide/match-donors.ts';
import type { Finding } from '../model/finding.ts';
import { InodeMap } from '../model/inode-map.ts';
import type { LinkAccount } from '../model/link.ts';
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
  readonly accounts: InodeMap<LinkAccount>;
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
  const known = contentByEntry(ledger, found, content);
  const result = new InodeMap<LinkAccount>();
  const findings: Finding[] = [];
  const damaged: DamagedMessage[] = [];
  const judge = async (trials: readonly Trial[]): Promise<JudgedLinks> => {
    const first = await judgeLinks(os, reader, trials, level);
    return level === 'size' ? await confirmLinks(os, reader, trials, first) : first;
  };
  const entries = accounts.byMailbox(ledger);
  // Names are held once: as entries of the ledger until they are closed, and as links of their accounts from then on.
  ledger.clear();
  while (entries.length > 0) {
    const batch = entries.splice(0, together);
    const closed = batch.map((entry) => accounts.close(entry));
    const trials = batch.map((entry, index): Trial => {
      const sha1 = content.contents[known.read.get(entry.stat) ?? -1]?.sha1;
      return {
        stat: entry.stat,
        isSettled: known.read.get(entry.stat) !== undefined,
        isOverwritten: known.overwritten.get(entry.stat) === true,
        links: closed[index]?.links ?? [],
        ...(sha1 === undefined ? {} : { sha1 }),
      };
    });
    const told = reader.findings.length;
    const first = await judge(trials);
    const judged = await settleLinks(os, reader, told, trials, first, judge, settling);
    batch.forEach((entry, index) => {
      const account = closed[index];
      if (account === undefined) return;
      result.set(entry.stat, { ...account, links: judged.links[index] ?? account.links });
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
  readonly read: InodeMap<number>;
  readonly overwritten: InodeMap<true>;
}

/** Several stage files can be names of one inode: what was read under one of them holds for all. */
function contentByEntry(
  ledger: LinkLedger,
  found: FoundStageFiles,
  content: CheckedContent,
): KnownContents {
  const read = new InodeMap<number>();
  const overwritten = new InodeMap<true>();
  found.stageFiles.forEach((file, index) => {
    const one = content.contents[index];
    if (one === undefined || ledger.entryOf(file.stat) === undefined) return;
    read.set(file.stat, index);
    if (one.nameMatches === false) overwritten.set(file.stat, true);
  });
  return { read, overwritten };
}
