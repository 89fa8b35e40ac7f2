/** The totals of a report. */
import type { Evidence } from '../model/evidence.ts';
import type { InodeId } from '../model/inode.ts';
import { InodeSet } from '../model/inode-set.ts';
import { unseenLinks, type LinkAccount } from '../model/link.ts';
import type { Totals } from '../model/report.ts';
import { isLastName, mustBalance } from './weigh-evidence.ts';

export function total(rows: readonly Evidence[], inodesSearched: number): Totals {
  const sums = {
    stageFiles: rows.length,
    orphans: 0,
    inUse: 0,
    tooYoung: 0,
    undecided: 0,
    unknownNames: 0,
    linked: 0,
    lastName: 0,
    damagedMessages: 0,
    bytes: 0,
    inodesSearched,
    unseenLinks: 0,
  };
  const inodes = new Map<bigint, InodeSet>();
  const accounts = new Set<LinkAccount>();
  for (const row of rows) {
    sums[counterOf[row.verdict]] += 1;
    // An account that several stage files share is told, and summed, once.
    const unseen = mustBalance(row.verdict) ? unseenLinks(row.account) : 0;
    if (unseen > 0 && !accounts.has(row.account)) {
      accounts.add(row.account);
      sums.unseenLinks += unseen;
    }
    const isOrphan = row.verdict === 'orphan';
    if (isOrphan && isLastName(row.file, row.account)) sums.lastName += 1;
    else if (isOrphan && row.account.expected > 1) sums.linked += 1;
    if (!isOrphan && row.damage !== 'damaged') continue;
    if (!isNew(inodes, row.file.stat)) continue;
    if (isOrphan) sums.bytes += row.file.stat.sizeBytes;
    if (row.damage === 'damaged') sums.damagedMessages += messagesOf(row.account);
  }
  return sums;
}

const counterOf = {
  orphan: 'orphans',
  'in-use': 'inUse',
  'too-young': 'tooYoung',
  undecided: 'undecided',
  'unknown-name': 'unknownNames',
} as const;

function isNew(inodes: Map<bigint, InodeSet>, { dev, ino }: InodeId): boolean {
  let numbers = inodes.get(dev);
  if (numbers === undefined) {
    numbers = new InodeSet();
    inodes.set(dev, numbers);
  }
  return numbers.addNumber(ino);
}

/** A rightful owner may share the inode with the message that was overwritten: only wrong bytes count. */
function messagesOf(account: LinkAccount): number {
  return account.links.filter((link) => link.status === 'damaged').length;
}
