/**
 * One reading of all indexes, for the two questions that a single mailbox cannot answer: whose message are foreign
 * bytes, and where is a message once more. The spool's files are not looked at but for the few that match.
 */
import { CopySearch, type Copy } from '../decide/search-copies.ts';
import { DonorSearch, type DamagedMessage, type DonorMatch } from '../decide/match-donors.ts';
import type { BytePath } from '../model/byte-path.ts';
import type { FileStat, InodeId } from '../model/inode.ts';
import type { Partition, Root } from '../model/partition.ts';
import { isTrouble, type Trouble } from '../model/trouble.ts';
import type { Os } from '../system/os.ts';
import { listMailboxes } from './list-mailboxes.ts';
import { MailboxReader } from './mailbox-reader.ts';

/** A message that should be somewhere else as well: the last name of a stage file. */
export interface WantedCopy {
  readonly sha1: string;
  readonly inode: InodeId;
}

export interface RecordSearch {
  /** In the order of the damaged messages; good copies are whole, by their SHA-1. */
  readonly donors: readonly DonorMatch[];
  /** In the order of the wanted copies: where the message is once more, by the records, each under another inode. */
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
  for (const each of wanted) copies.want(each.sha1, each.inode);
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
      copies.offer(mailbox, record, look);
    }
    count += 1;
    onMailbox(count);
    await os.clock.breathe();
  }
  return {
    donors: await confirmed(os, donors.results()),
    copies: wanted.map(({ sha1 }) => copies.copiesOf(sha1)),
    troubles,
  };
}

/** A record says what a file should be: a good copy is named only when its bytes are. */
async function confirmed(os: Os, matches: readonly DonorMatch[]): Promise<DonorMatch[]> {
  const candidates = matches.flatMap((match, index) =>
    match.goodCopies.map((copy) => ({ index, copy })),
  );
  const whole = new Map<number, Copy[]>();
  const requests = candidates.map(({ copy }) => ({ path: copy.path, expected: copy.stat }));
  const found = new Array<boolean>(candidates.length).fill(false);
  await os.digest.sha1(requests, (position, sha1) => {
    const match = matches[candidates[position]?.index ?? -1];
    found[position] = !isTrouble(sha1) && sha1 === match?.damaged.record.guid;
  });
  candidates.forEach(({ index, copy }, position) => {
    if (found[position] === true) whole.set(index, [...(whole.get(index) ?? []), copy]);
  });
  return matches.map((match, index) => ({ ...match, goodCopies: whole.get(index) ?? [] }));
}
