/** A manifest: every message of the mailboxes with the size and digest of its file, in the order that compare joins. */
import { compareBytes } from '../model/byte-path.ts';
import type { Spools } from '../model/configuration.ts';
import type { ManifestLine, ManifestTrouble } from '../model/manifest.ts';
import type { Mailbox } from '../model/message.ts';
import type { Os } from '../system/os.ts';
import { findRoots } from './find-roots.ts';
import type { MailboxSelection } from './list-mailboxes.ts';
import { MailboxReader } from './mailbox-reader.ts';
import { MessageQueue, type Queued } from './message-queue.ts';
import { patienceWith } from './patience.ts';
import { PatientReader } from './patient-reader.ts';
import { recordsByUid } from './records-by-uid.ts';
import { sortMailboxes, type NamedMailbox } from './sort-mailboxes.ts';

export interface ManifestProgress {
  listing(mailboxes: number): void;
  /** So far. */
  reading(mailboxes: number, ofMailboxes: number, messages: number, bytes: number): void;
}

export interface ManifestCounts {
  readonly complete: boolean;
  readonly mailboxes: number;
  readonly messages: number;
}

/**
 * Messages and troubles in the order of a manifest; memory holds the names of the mailboxes, the index of one, and
 * the messages that threads are reading.
 *
 * Records say what there is: a message file without a record is no message of the mailbox (audit tells of it), an
 * EXPUNGED one has its file still and is listed, an UNLINKED one may have lost it and is not.
 */
export async function* manifest(
  os: Os,
  spools: Spools,
  selection: MailboxSelection,
  progress: ManifestProgress,
): AsyncGenerator<ManifestLine, ManifestCounts> {
  const { roots, troubles } = findRoots(os.files, spools.partitions, spools.scanned);
  const sorted = await sortMailboxes(os, roots, spools.scanned, selection, (count) => {
    progress.listing(count);
  });
  const reader = new MailboxReader(os.files, roots, spools.partitions);
  const unread: ManifestTrouble[] = [
    ...troubles.map(({ path, syscall, errno }) => ({ path, detail: `${syscall}: ${errno}` })),
    ...sorted.troubles,
  ].sort((a, b) => compareBytes(a.path, b.path));
  let complete = unread.length === 0;
  for (const trouble of unread) yield { kind: 'trouble', trouble };

  let [mailboxes, messages, bytes] = [0, 0, 0];
  const queue = new MessageQueue(os, reader);
  const planned = plan(os, reader, sorted.mailboxes, () => (mailboxes += 1));
  try {
    for await (const item of queue.run(planned)) {
      if ('trouble' in item) {
        complete = false;
        yield { kind: 'trouble', trouble: item.trouble };
        continue;
      }
      const { message } = item;
      if (message.errno !== undefined) complete = false;
      messages += 1;
      bytes += message.size ?? 0;
      progress.reading(mailboxes, sorted.mailboxes.length, messages, bytes);
      yield { kind: 'message', message };
    }
  } finally {
    await queue.close();
  }
  return { complete, mailboxes, messages };
}

async function* plan(
  os: Os,
  reader: MailboxReader,
  mailboxes: readonly NamedMailbox[],
  onMailbox: () => void,
): AsyncGenerator<Queued> {
  const patient = new PatientReader(reader, os.clock, patienceWith(false));
  for (const group of groupsByName(mailboxes)) {
    // A thousand empty mailboxes are opened without any other pause.
    await os.clock.breathe();
    const opened: Mailbox[] = [];
    const troubles: ManifestTrouble[] = [];
    for (const { name, directory } of group) {
      const { mailbox, unread } = await patient.open(directory);
      for (const { path, code, detail } of unread) {
        troubles.push({ mailbox: name, path, detail: detail ?? code });
      }
      if (mailbox?.name === name) opened.push(mailbox);
      else if (mailbox !== undefined) {
        troubles.push({ mailbox: name, path: directory, detail: 'renamed meanwhile' });
      }
    }
    // Those without a unique id first, as the order of a manifest wants.
    for (const trouble of troubles) yield { trouble };
    opened.sort((a, b) => compareBytes(a.uniqueId ?? '', b.uniqueId ?? ''));
    for (const [at, mailbox] of opened.entries()) {
      const before = opened[at - 1];
      if (before !== undefined && before.uniqueId === mailbox.uniqueId) {
        yield { trouble: secondDirectory(mailbox, before) };
        continue;
      }
      onMailbox();
      yield* planMailbox(mailbox);
    }
  }
}

function* planMailbox(mailbox: Mailbox): Generator<Queued> {
  for (const { code, path, detail } of mailbox.findings) {
    // The rest does not keep its messages from being known.
    if (code !== 'unreadable' && code !== 'index-corrupt') continue;
    yield { trouble: { ...idOf(mailbox), path, detail: detail ?? code } };
  }
  for (const record of recordsByUid(mailbox)) {
    if (!record.isUnlinked) yield { message: { mailbox, record } };
  }
}

/**
 * A rename or a move between partitions that was cut half-way leaves two whole trees, and only mailboxes.db knows
 * which one lives. One of them is listed; that messages are absent must not be concluded from it.
 */
function secondDirectory(mailbox: Mailbox, listed: Mailbox): ManifestTrouble {
  const detail = 'a second directory of this mailbox: its messages are not listed';
  return { ...idOf(listed), path: mailbox.directory, detail };
}

function idOf({ name, uniqueId }: Mailbox): { mailbox: string; uniqueId?: string } {
  return { mailbox: name, ...(uniqueId === undefined ? {} : { uniqueId }) };
}

function* groupsByName(mailboxes: readonly NamedMailbox[]): Generator<readonly NamedMailbox[]> {
  let group: NamedMailbox[] = [];
  for (const mailbox of mailboxes) {
    if (group[0] !== undefined && group[0].name !== mailbox.name) {
      yield group;
      group = [];
    }
    group.push(mailbox);
  }
  if (group.length > 0) yield group;
}
