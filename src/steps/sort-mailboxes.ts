/** The mailboxes of a selection in the order of their names, which is not that of their directories. */
import { compareBytes, type BytePath } from '../model/byte-path.ts';
import type { Finding } from '../model/finding.ts';
import type { ManifestTrouble } from '../model/manifest.ts';
import type { Partition, Root } from '../model/partition.ts';
import type { Os } from '../system/os.ts';
import { EmptyPlaces } from './empty-places.ts';
import { listMailboxes, type MailboxSelection } from './list-mailboxes.ts';
import { MailboxLocator } from './locate-mailbox.ts';
import { nameOfPlace } from './name-mailbox.ts';
import { unmatchedWords } from './select-mailboxes.ts';

export interface NamedMailbox {
  readonly name: string;
  readonly directory: BytePath;
}

export interface SortedMailboxes {
  /** By the bytes of the name, then of the directory. */
  readonly mailboxes: readonly NamedMailbox[];
  /** What could not be looked at: mailboxes may be missing. */
  readonly troubles: readonly ManifestTrouble[];
}

/**
 * Hash directories and uuids scatter the names, so all of them are held at once: a million mailboxes with names and
 * paths of 40 and 70 bytes took 0.2 GB here. Messages never are.
 */
export async function sortMailboxes(
  os: Os,
  roots: readonly Root[],
  partitions: readonly Partition[],
  selection: MailboxSelection,
  onMailbox: (count: number) => void,
): Promise<SortedMailboxes> {
  const locator = new MailboxLocator(os.files, roots, partitions);
  const mailboxes: NamedMailbox[] = [];
  const troubles: ManifestTrouble[] = [];
  const sink = {
    trouble({ path, syscall, errno }: { path: BytePath; syscall: string; errno: string }) {
      troubles.push({ path, detail: `${syscall}: ${errno}` });
    },
    vanished() {},
    notEntered({ path, reason }: { path: BytePath; reason: string }) {
      troubles.push({ path, detail: `not entered: ${reason}` });
    },
    finding({ path, detail, code }: Finding) {
      troubles.push({ path, detail: detail ?? code });
    },
    unmatched(option: string) {
      const path = selection.directories?.[0] ?? roots[0]?.path;
      if (path !== undefined) troubles.push({ path, detail: unmatchedWords(option) });
    },
  };
  const empty = new EmptyPlaces(os.files, roots, partitions, selection.directories);
  for await (const directory of listMailboxes(
    os.files,
    os.clock,
    roots,
    partitions,
    selection,
    sink,
  )) {
    empty.mailbox(directory);
    const location = locator.locate(directory).find(({ relative }) => relative !== '');
    if (location === undefined) continue;
    // An unreadable header is told by whoever opens the mailbox.
    const name = nameOfPlace(os.files, location, []) ?? location.relative;
    mailboxes.push({ name, directory });
    onMailbox(mailboxes.length);
  }
  if (selection.users === undefined && selection.mailboxes === undefined) {
    for (const finding of empty.findings) sink.finding(finding);
  }
  mailboxes.sort((a, b) => compareBytes(a.name, b.name) || compareBytes(a.directory, b.directory));
  return { mailboxes, troubles };
}
