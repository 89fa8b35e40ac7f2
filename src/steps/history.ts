/** The runs of the roots, with what became of them and what they hold. Reads only; what is hostile is told, not followed. */
import { countSteps, runState } from '../decide/judge-run.ts';
import { compareBytes, type BytePath } from '../model/byte-path.ts';
import { runIdPattern } from '../model/journal.ts';
import type { LockHolder } from '../model/lock.ts';
import type { Root } from '../model/partition.ts';
import type { RunPlace } from '../model/run-talk.ts';
import type { RunSummary } from '../model/run.ts';
import { isTrouble } from '../model/trouble.ts';
import type { Changes } from '../system/os.ts';
import { countHeld } from './count-held.ts';
import { openQuarantine, openRun, type OpenQuarantine } from './open-run.ts';

export interface HistoryContext {
  readonly changes: Changes;
  /** Who holds the lock, when he lives. */
  readonly lockHolder: (quarantine: OpenQuarantine) => LockHolder | undefined;
  /** Of a run whose journal is not in its directory: --journal. */
  readonly journalOf?: (place: RunPlace) => RunPlace['journal'];
}

export interface History {
  /** By root, then by name, which is by time. */
  readonly runs: readonly RunSummary[];
  /** Quarantines that cannot be looked at; sentences. */
  readonly refusals: readonly string[];
}

export function readHistory(roots: readonly Root[], context: HistoryContext): History {
  const runs: RunSummary[] = [];
  const refusals: string[] = [];
  for (const root of roots.filter(({ kind }) => kind !== 'metadata')) {
    const quarantine = openQuarantine(context.changes, { root: root.path, rootId: root });
    if ('why' in quarantine) {
      if (!quarantine.isAbsent) refusals.push(`${root.path}: ${quarantine.why}`);
      continue;
    }
    const holder = context.lockHolder(quarantine);
    const leaves: BytePath[] = [];
    const trouble = quarantine.anchor.list((leaf) => {
      if (!/^lock(?:-[0-9a-f]{8})?$/.test(leaf)) leaves.push(leaf);
    });
    if (isTrouble(trouble)) refusals.push(`${root.path}: ${trouble.syscall}: ${trouble.errno}`);
    for (const leaf of leaves.sort(compareBytes)) {
      runs.push(summarize(context, quarantine, root, leaf, holder));
    }
    quarantine.close();
  }
  return { runs, refusals };
}

function summarize(
  { changes, journalOf }: HistoryContext,
  quarantine: OpenQuarantine,
  { path, partition, dev, ino }: Root,
  leaf: BytePath,
  holder: LockHolder | undefined,
): RunSummary {
  const known = { root: path, partition, run: leaf };
  const place = { root: path, rootId: { dev, ino }, run: leaf };
  const run = openRun(changes, quarantine, leaf, journalOf?.(place));
  if ('why' in run) {
    // What it holds is worth knowing all the same, where the directory itself is one of ours.
    const held = runIdPattern.test(leaf) ? heldUnread(quarantine, leaf) : undefined;
    if (held?.isEmpty === true && holder?.run !== leaf) {
      return {
        ...known,
        state: 'never-began',
        detail: 'its directory is empty; the next run removes it',
        counts: {},
        heldFiles: 0,
        heldBytes: 0,
      };
    }
    return {
      ...known,
      state: holder?.run === leaf ? 'running' : 'unreadable',
      detail: run.why,
      counts: {},
      heldFiles: held?.files ?? 0,
      heldBytes: held?.bytes ?? 0,
    };
  }
  try {
    const { record } = run;
    const held = countHeld(run.directory);
    const { header } = record;
    const isForeign = header !== undefined && (header.run !== leaf || header.root !== path);
    const state = isForeign
      ? 'unreadable'
      : runState({ record, heldFiles: held.files, isLocked: holder?.run === leaf });
    const strangers = held.strangers.length;
    const detail = isForeign
      ? 'its journal is that of another run or root'
      : strangers > 0
        ? `files that no run makes: ${strangers}`
        : undefined;
    return {
      ...known,
      state,
      ...(detail === undefined ? {} : { detail }),
      ...(record.header === undefined ? {} : { startedNs: record.header.startedNs }),
      ...(record.end === undefined ? {} : { endedNs: record.end.endedNs }),
      counts: countSteps(record),
      heldFiles: held.files,
      heldBytes: held.bytes,
    };
  } finally {
    run.close();
  }
}

function heldUnread(
  quarantine: OpenQuarantine,
  leaf: BytePath,
): { readonly files: number; readonly bytes: number; readonly isEmpty: boolean } | undefined {
  const directory = quarantine.anchor.openDirectory(leaf);
  if (isTrouble(directory)) return undefined;
  try {
    const leaves: BytePath[] = [];
    const trouble = directory.list((one) => {
      leaves.push(one);
    });
    return { ...countHeld(directory), isEmpty: leaves.length === 0 && !isTrouble(trouble) };
  } finally {
    directory.close();
  }
}
