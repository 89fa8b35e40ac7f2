/** Every mailbox on disk, by its cyrus.index: in byte order of the directories, in memory for their depth only. */
import { compareBytes, utf8Of, type BytePath } from '../model/byte-path.ts';
import { UsageError } from '../model/errors.ts';
import type { Partition, Root } from '../model/partition.ts';
import { isTrouble } from '../model/trouble.ts';
import type { Clock, Files } from '../system/os.ts';
import { MailboxLocation, MailboxLocator } from './locate-mailbox.ts';
import { isNoMailbox, MailboxTree, type MailboxSink } from './mailbox-tree.ts';
import { NameSelection } from './select-mailboxes.ts';

/** What is absent selects nothing away; users and mailboxes add up, and both only within the directories. */
export interface MailboxSelection {
  /** See NameSelection for the forms. */
  readonly users?: readonly string[];
  readonly mailboxes?: readonly string[];
  /** Absolute: a root, or any directory below a data, archive or metadata root, with all that lies below it. */
  readonly directories?: readonly BytePath[];
}

/**
 * Directories that hold a cyrus.index, in the data tree or the metadata tree for it; each mailbox once.
 *
 * @returns  the directory of the messages in the data root, for MailboxReader.open(). Where one root lies inside
 *           another, its mailboxes come together, at the place of the outer root's path in the order
 * @throws   UsageError for a directory that cannot be entered or lies in no partition
 */
export async function* listMailboxes(
  files: Files,
  clock: Clock,
  roots: readonly Root[],
  partitions: readonly Partition[],
  selection: MailboxSelection,
  sink: MailboxSink,
): AsyncGenerator<BytePath, void, undefined> {
  const locator = new MailboxLocator(files, roots, partitions);
  const { users = [], mailboxes = [] } = selection;
  const names =
    selection.users === undefined && selection.mailboxes === undefined
      ? undefined
      : new NameSelection(users, mailboxes);
  const starts =
    selection.directories === undefined
      ? locator.partitions.map((each) => new MailboxLocation(each, '' as BytePath))
      : selection.directories.flatMap((path) => startsAt(files, locator, path));
  for (const start of distinctStarts(starts)) {
    yield* new MailboxTree(files, clock, locator, start.roots, names, sink).from(start.relative);
  }
  for (const option of names?.unmatched ?? []) sink.unmatched?.(option);
}

function startsAt(files: Files, locator: MailboxLocator, given: BytePath): MailboxLocation[] {
  const shown = utf8Of(given) ?? given;
  const path = files.canonical(given);
  const stat = isTrouble(path) ? path : files.lstat(path);
  if (isTrouble(path) || isTrouble(stat)) {
    const errno = isTrouble(stat) ? stat.errno : 'ENOENT';
    throw new UsageError(`${shown} cannot be read (${errno})`);
  }
  if (stat.kind !== 'directory')
    throw new UsageError(`${shown} is no directory but a ${stat.kind}`);
  const locations = locator.locate(path);
  if (locations.length === 0) throw new UsageError(`${shown} lies in none of the partitions`);
  if (locations.some(({ relative }) => isNoMailbox(relative))) {
    throw new UsageError(`${shown} is a stage directory or a quarantine, and holds no mailboxes`);
  }
  return locations;
}

/** In byte order, none twice and none below another of the same partition. */
function distinctStarts(starts: readonly MailboxLocation[]): MailboxLocation[] {
  const distinct: MailboxLocation[] = [];
  const sorted = starts.toSorted((a, b) => compareBytes(orderOf(a), orderOf(b)));
  for (const start of sorted) {
    const isCovered = distinct.some(
      (above) => topOf(above) === topOf(start) && isBelow(start.relative, above.relative),
    );
    if (!isCovered) distinct.push(start);
  }
  return distinct;
}

/** What makes two partitions one tree: a directory configured under two names is walked once. */
function topOf({ roots }: MailboxLocation): string {
  return roots.data ?? roots.metadata.get('index') ?? '';
}

function orderOf(location: MailboxLocation): string {
  return location.data ?? location.directoriesOf('index')[0] ?? '';
}

function isBelow(relative: BytePath, above: BytePath): boolean {
  return above === '' || relative === above || relative.startsWith(`${above}/`);
}
