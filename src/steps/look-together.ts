/** The short way for very many names, with the help of the threads that have walked. */
import type { LedgerEntry } from '../decide/link-ledger.ts';
import type { FileStat } from '../model/inode.ts';
import type { Directory, FoundName } from '../model/link.ts';
import type { Clock, Onlookers } from '../system/os.ts';
import { firstToLookAt, mayGoShortWay } from './short-way.ts';

/** So many are worth asking others. */
const many = 2048;
/** Asked at once: the others look while this thread writes down what comes next. */
const namesAtOnce = 8192;
/** As many as that wait at most; 200 bytes a name. */
const askedAtMost = 8;

interface Asked {
  readonly entries: readonly LedgerEntry[];
  readonly others: Promise<Readonly<Uint8Array>>;
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
  const left: LedgerEntry[] = [];
  const waiting: Asked[] = [];
  const settle = async (asked: Asked | undefined): Promise<void> => {
    if (asked === undefined) return;
    const others = await asked.others;
    let next = 0;
    for (const entry of asked.entries) {
      const end = next + entry.names.length - firstToLookAt(entry);
      let changed = 0;
      for (; next < end; next += 1) changed += others[next] ?? 1;
      if (changed === 0) onUnchanged(entry);
      else left.push(entry);
    }
  };
  for (let from = 0; from < entries.length;) {
    const names: FoundName[] = [];
    const stats: FileStat[] = [];
    const asked: LedgerEntry[] = [];
    for (; from < entries.length && names.length < namesAtOnce; from += 1) {
      const entry = entries[from];
      if (entry === undefined) continue;
      if (!mayGoShortWay(entry)) {
        left.push(entry);
        continue;
      }
      asked.push(entry);
      for (let at = firstToLookAt(entry); at < entry.names.length; at += 1) {
        const name = entry.names[at];
        if (name === undefined) continue;
        names.push(name);
        stats.push(entry.stat);
      }
    }
    const others = onlookers.otherFiles(names, stats);
    // Told by who awaits it below, unless another failure comes first.
    others.catch(() => undefined);
    waiting.push({ entries: asked, others });
    await clock.breathe();
    if (waiting.length >= askedAtMost) await settle(waiting.shift());
  }
  for (const asked of waiting) await settle(asked);
  return left;
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
