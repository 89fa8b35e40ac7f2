/** The short way for very many names, with the help of the threads that have walked. */
import type { LedgerEntry } from '../decide/link-ledger.ts';
import type { FileStat } from '../model/inode.ts';
import type { Directory, FoundName } from '../model/link.ts';
import type { Clock } from '../system/os.ts';
import type { Onlookers } from '../system/walk/port.ts';
import { firstToLookAt, mayGoShortWay } from './short-way.ts';

/** So many are worth asking others. */
const many = 2048;
/** Asked at once: the others look while this thread writes down what comes next. */
const namesAtOnce = 8192;
/** As many as that wait at most; 200 bytes a name. */
const askedAtMost = 8;

/** Entries, and what is to be asked of them. */
interface Question {
  readonly entries: readonly LedgerEntry[];
  readonly names: readonly FoundName[];
  readonly stats: readonly FileStat[];
  /** Where the next one begins. */
  readonly end: number;
}

/**
 * @param onUnchanged  told of the entries that hold
 * @returns            those that are still to be verified
 */
export async function lookTogether(
  clock: Clock,
  onlookers: Onlookers | undefined,
  entries: readonly LedgerEntry[],
  onUnchanged: (entry: LedgerEntry) => void,
): Promise<readonly LedgerEntry[]> {
  if (onlookers === undefined || entries.length < many) return entries;
  const left = entries.filter((entry) => !mayGoShortWay(entry));
  const able = left.length === 0 ? entries : entries.filter(mayGoShortWay);
  const waiting: (() => Promise<void>)[] = [];
  for (let from = 0; from < able.length;) {
    const question = questionFrom(able, from);
    from = question.end;
    const others = onlookers.otherFiles(question.names, question.stats);
    // Told by who awaits it below, unless another failure comes first.
    others.catch(() => undefined);
    waiting.push(async () => {
      settle(question.entries, await others, onUnchanged, left);
    });
    await clock.breathe();
    if (waiting.length >= askedAtMost) await waiting.shift()?.();
  }
  for (const answered of waiting) await answered();
  return left;
}

function questionFrom(entries: readonly LedgerEntry[], from: number): Question {
  const names: FoundName[] = [];
  const stats: FileStat[] = [];
  let end = from;
  for (; end < entries.length && names.length < namesAtOnce; end += 1) {
    const entry = entries[end];
    if (entry === undefined) continue;
    const found = entry.names;
    for (let at = firstToLookAt(entry); at < found.length; at += 1) {
      const name = found[at];
      if (name === undefined) continue;
      names.push(name);
      stats.push(entry.stat);
    }
  }
  return { entries: entries.slice(from, end), names, stats, end };
}

function settle(
  entries: readonly LedgerEntry[],
  others: Readonly<Uint8Array>,
  onUnchanged: (entry: LedgerEntry) => void,
  left: LedgerEntry[],
): void {
  let next = 0;
  for (const entry of entries) {
    const end = next + entry.names.length - firstToLookAt(entry);
    let changed = 0;
    for (; next < end; next += 1) changed += others[next] ?? 1;
    if (changed === 0) onUnchanged(entry);
    else left.push(entry);
  }
}

/** @returns those of which it is still to be asked whether they are where they were */
export async function leftOfDirectories(
  onlookers: Onlookers | undefined,
  directories: readonly Directory[],
): Promise<readonly Directory[]> {
  if (onlookers === undefined || directories.length < many) return directories;
  const others = await onlookers.otherDirectories(directories);
  return directories.filter((_, at) => others[at] !== 0);
}
