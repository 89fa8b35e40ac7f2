/**
 * One reading of all indexes, for the two questions that a single mailbox cannot answer: whose message are foreign
 * bytes, and where is a message once more. The spool's files are not looked at but for the few that match.
 */
import { CopySearch, type Copy } from '../decide/search-copies.ts';
import { DonorSearch, type DamagedMessage, type DonorMatch } from '../decide/match-donors.ts';
import type { BytePath } from '../model/byte-path.ts';
import { inodeKey, type FileStat, type InodeKey } from '../model/inode.ts';
import type { Partition, Root } from '../model/partition.ts';
import { isTrouble, type Trouble } from '../model/trouble.ts';
import type { Os } from '../system/os.ts';
import { listMailboxes } from './list-mailboxes.ts';
import { MailboxReader } from './mailbox-reader.ts';

/** A message that should be somewhere else as well: the last name of a stage file. */
export interface WantedCopy {
  readonly sha1: string;
  /** The file that has it: a copy is as long, and lies on another inode. */
  readonly stat: FileStat;
}

export interface RecordSearch {
  /** In the order of the damaged messages; good copies are whole, by their SHA-1. */
  readonly donors: readonly DonorMatch[];
  /** In the order of the wanted copies: where the message is once more, whole by its SHA-1, under another inode. */
  readonly copies: readonly (readonly Copy[])[];
  readonly troubles: readonly Trouble[];
}

/** Reads nothing when nothing is asked. @param onMailbox counts the mailboxes that were read */
export async function searchRecords(
  os: Os,
  roots: readonly Root[],
  partitions: readonly Partition[],
  damaged: readonly DamagedMessage[],
  wanted: readonly WantedCopy[],
  onMailbox: (count: number) => void = () => undefined,
): Promise<RecordSearch> {
  const troubles: Trouble[] = [];
  if (damaged.length === 0 && wanted.length === 0) return { donors: [], copies: [], troubles };
  const donors = new DonorSearch(damaged);
  const copies = new CopySearch();
  for (const each of wanted) copies.want(each.sha1, each.stat);
  const look = (path: BytePath): FileStat | undefined => {
    const stat = os.files.lstat(path);
    return isTrouble(stat) ? undefined : stat;
  };
  const reader = new MailboxReader(os.files, roots, partitions);
  const sink = {
    trouble: (trouble: Trouble) => troubles.push(trouble),
    vanished: () => undefined,
    notEntered: () => undefined,
    finding: () => undefined,
  };
  let count = 0;
  for await (const path of listMailboxes(os.files, os.clock, roots, partitions, {}, sink)) {
    const mailbox = reader.open(path);
    if (mailbox === undefined) continue;
    for (const record of mailbox.records()) {
      donors.offer(mailbox, record, look);
      // The file of an UNLINKED one may be gone tomorrow.
      if (!record.isUnlinked) copies.offer(mailbox, record, look);
    }
    count += 1;
    onMailbox(count);
    await os.clock.breathe();
  }
  return {
    donors: await confirmed(os, donors.results()),
    copies: await wholeCopies(
      os,
      wanted.map(({ sha1, stat }) => ({
        sha1,
        copies: copies.copiesOf(sha1).filter((copy) => copy.stat.sizeBytes === stat.sizeBytes),
      })),
    ),
    troubles,
  };
}

async function confirmed(os: Os, matches: readonly DonorMatch[]): Promise<DonorMatch[]> {
  const whole = await wholeCopies(
    os,
    matches.map(({ damaged, goodCopies }) => ({ sha1: damaged.record.guid, copies: goodCopies })),
  );
  return matches.map((match, index) => ({ ...match, goodCopies: whole[index] ?? [] }));
}

/** What should hold a message, and the digest of that; without one nothing can be proved. */
interface Candidates {
  readonly sha1: string | undefined;
  readonly copies: readonly Copy[];
}

/** A record says what a file should be: a copy is named only when its bytes are. Each inode is read once. */
async function wholeCopies(os: Os, all: readonly Candidates[]): Promise<Copy[][]> {
  const distinct = new Map<InodeKey, Copy>();
  for (const { sha1, copies } of all) {
    if (sha1 === undefined) continue;
    for (const copy of copies) distinct.set(inodeKey(copy.stat), copy);
  }
  const inodes = [...distinct.keys()];
  const requests = [...distinct.values()].map(({ path, stat }) => ({ path, expected: stat }));
  const sums = new Map<InodeKey, string>();
  await os.digest.sha1(requests, (position, sha1) => {
    const inode = inodes[position];
    if (inode !== undefined && !isTrouble(sha1)) sums.set(inode, sha1);
  });
  return all.map(({ sha1, copies }) =>
    copies.filter(({ stat }) => sha1 !== undefined && sums.get(inodeKey(stat)) === sha1),
  );
}
