/**
 * Opens the directory of one run, component by component, and its journal: a hostile owner of the spool may have put
 * a symlink, a FIFO or another run's journal anywhere on the way (safety.md 2, 16).
 */
import { runRecorder } from '../decide/record-run.ts';
import { asBytes, join, type BytePath } from '../model/byte-path.ts';
import type { FileStat } from '../model/inode.ts';
import { runIdPattern, type JournalEntry } from '../model/journal.ts';
import type { RunRecord } from '../model/run.ts';
import type { RootPlace, RunPlace } from '../model/run-talk.ts';
import { isTrouble, isVanished, type Trouble } from '../model/trouble.ts';
import { formatJournalLine, resumedLine } from '../parse/journal-line.ts';
import type { Anchor, Changes, HeldFile } from '../system/os.ts';
import { journalEntries } from './read-journal.ts';

export const quarantineLeaf = asBytes('stagesweep.');
export const journalLeaf = asBytes('journal.jsonl');
/** In a run's directory, empty: its journal lies on the shelf of --journal, and the run is not one that never began. */
export const elsewhereLeaf = asBytes('journal.elsewhere');

/** Why something cannot be opened, in words. */
export interface Unopenable {
  readonly why: string;
  /** It is not there, which is no wonder. */
  readonly isAbsent?: boolean;
}

/** A directory that only its owner writes to, on the filesystem of its root. */
export interface OwnedDirectory {
  readonly anchor: Anchor;
  readonly uid: number;
}

/** `<root>/stagesweep.`, and the root itself. */
export interface OpenQuarantine extends OwnedDirectory {
  readonly root: Anchor;
  close(): void;
}

export interface OpenRun {
  /** The run's directory. */
  readonly directory: Anchor;
  /** Its owner. */
  readonly uid: number;
  /** What its journal says beside the intents. */
  readonly record: RunRecord;
  /**
   * The journal from its beginning.
   * @param onCut  told why it ended early; it was read whole when the run was opened, and a disk can fail since then
   */
  entries(onCut: (why: string) => void): Iterable<JournalEntry>;
  /** Where its journal lies when that is not the run's directory; not to be closed. */
  readonly shelf?: Anchor;
  /** Adds lines and syncs them. */
  append(entries: readonly JournalEntry[]): Trouble | undefined;
  close(): void;
}

export function openQuarantine(changes: Changes, place: RootPlace): OpenQuarantine | Unopenable {
  const root = changes.openDirectory(place.root, place.rootId);
  if (isTrouble(root)) return { why: troubleWords('the root', root) };
  const area = openOwned(root, quarantineLeaf, root.id.dev);
  if ('why' in area) {
    root.close();
    return { ...area, why: `${quarantineLeaf}: ${area.why}` };
  }
  return {
    ...area,
    root,
    close() {
      area.anchor.close();
      root.close();
    },
  };
}

/** @param journal  where it lies when that is not the run's directory */
export function openRun(
  changes: Changes,
  quarantine: OpenQuarantine,
  run: BytePath,
  shelf?: RunPlace['journal'],
): OpenRun | Unopenable {
  if (!runIdPattern.test(run)) return { why: 'its name is no run id' };
  const opened: { close(): void }[] = [];
  const close = (): void => {
    for (const one of opened.splice(0).reverse()) one.close();
  };
  const fail = (why: string): Unopenable => {
    close();
    return { why };
  };
  const directory = openOwned(quarantine.anchor, run, quarantine.root.id.dev);
  if ('why' in directory) return directory;
  opened.push(directory.anchor);
  if (directory.uid !== quarantine.uid) return fail('it belongs to another user');
  let home = directory.anchor;
  if (shelf !== undefined) {
    const other = changes.openDirectory(shelf.directory, shelf.id);
    if (isTrouble(other)) return fail(troubleWords('the directory of its journal', other));
    opened.push(other);
    home = other;
  }
  const leaf = shelf?.leaf ?? journalLeaf;
  const journal = home.openFile(leaf);
  if (isTrouble(journal)) {
    const elsewhere = shelf === undefined && isVanished(journal);
    const hint = elsewhere
      ? '. If it was written elsewhere, name that directory with --journal'
      : '';
    return fail(troubleWords('its journal', journal) + hint);
  }
  opened.push(journal);
  if (journal.stat().uid !== directory.uid) return fail('its journal belongs to another user');
  const read = readThrough(journal);
  if ('why' in read) return fail(read.why);
  let { isTorn } = read;
  return {
    directory: directory.anchor,
    uid: directory.uid,
    record: read.record,
    ...(shelf === undefined ? {} : { shelf: home }),
    *entries(onCut) {
      const end = yield* journalEntries(journal);
      if ('why' in end) onCut(end.why);
    },
    append(entries) {
      if (entries.length === 0) return undefined;
      const file = home.appendFile(leaf);
      if (isTrouble(file)) return file;
      const text = (isTorn ? `\n${resumedLine}\n` : '') + entries.map(formatJournalLine).join('');
      const trouble = file.write(Buffer.from(text, 'latin1')) ?? file.sync();
      file.close();
      // A write that was cut short leaves a torn line again.
      isTorn = trouble !== undefined;
      return trouble;
    },
    close,
  };
}

/** The whole of it must be ours before a single line is acted on. */
function readThrough(
  journal: HeldFile,
): { readonly record: RunRecord; readonly isTorn: boolean } | Unopenable {
  const recorder = runRecorder();
  const reading = journalEntries(journal);
  let next = reading.next();
  for (; next.done !== true; next = reading.next()) recorder.take(next.value);
  return 'why' in next.value
    ? next.value
    : { record: recorder.record(), isTorn: next.value.isTorn };
}

function openOwned(parent: Anchor, leaf: BytePath, dev: bigint): OwnedDirectory | Unopenable {
  const stat = parent.lstat(leaf);
  if (isTrouble(stat)) return { why: troubleWords('it', stat), isAbsent: isVanished(stat) };
  const why = whyNotOwned(stat, dev);
  if (why !== undefined) return { why };
  const anchor = parent.openDirectory(leaf, stat);
  return isTrouble(anchor) ? { why: troubleWords('it', anchor) } : { anchor, uid: stat.uid };
}

function whyNotOwned(stat: FileStat, dev: bigint): string | undefined {
  if (stat.kind !== 'directory') return `it is a ${stat.kind}, no directory`;
  if (stat.dev !== dev) return 'it lies on another filesystem';
  return (stat.mode & 0o022) === 0 ? undefined : 'others than its owner may write to it';
}

export function troubleWords(what: string, { syscall, errno }: Trouble): string {
  if (errno === 'ENOENT') return `${what} is not there`;
  if (errno === 'ESTALE') return `${what} is another one than a moment ago`;
  if (errno === 'EINVAL' && syscall === 'open') return `${what} is no regular file`;
  return `${what} cannot be used (${syscall}: ${errno})`;
}

/** The readable path of a run's directory. */
export function runPath({ root, run }: Pick<RunPlace, 'root' | 'run'>): BytePath {
  return join(join(root, quarantineLeaf), run);
}
