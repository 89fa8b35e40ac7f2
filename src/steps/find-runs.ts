/** RUN as typed -> the directories of that run: one clean has one run in every root that it worked in. */
import {
  bytePath,
  compareBytes,
  leafOf,
  parentOf,
  utf8Of,
  type BytePath,
} from '../model/byte-path.ts';
import { UsageError } from '../model/errors.ts';
import { runIdPattern } from '../model/journal.ts';
import type { Root } from '../model/partition.ts';
import type { RunHeader } from '../model/run.ts';
import type { RunPlace } from '../model/run-talk.ts';
import { isTrouble } from '../model/trouble.ts';
import type { Changes, Files } from '../system/os.ts';
import { openQuarantine, openRun, quarantineLeaf, runPath } from './open-run.ts';

/**
 * The root of a run that was typed as a directory, or undefined for an id. Only the form of the path is looked at.
 * @throws UsageError for a directory that is no run's
 */
export function typedRunRoot(typed: string, absolute: string): BytePath | undefined {
  if (!typed.includes('/')) {
    if (runIdPattern.test(typed)) return undefined;
    throw new UsageError(
      `${typed}: is no run. Name a run as "stagesweep history" shows it, or the directory of one`,
    );
  }
  const path = bytePath(absolute);
  const area = parentOf(path);
  if (!runIdPattern.test(leafOf(path)) || leafOf(area) !== quarantineLeaf) {
    throw new UsageError(`${typed}: is no directory of a run, which is <root>/stagesweep./<run>`);
  }
  return parentOf(area);
}

/**
 * @param roots    of the partitions, canonical
 * @param run      the id
 * @param shelf    --journal: where journals lie that had no room in the run's directory
 * @throws         UsageError when there is none, or when directories of different runs have this name
 */
export function findRuns(
  files: Pick<Files, 'lstat' | 'list'>,
  changes: Changes,
  roots: readonly Root[],
  run: BytePath,
  shelf?: BytePath,
): RunPlace[] {
  const places = roots
    .filter((root) => root.kind !== 'metadata')
    .map((root): RunPlace => ({ root: root.path, rootId: { dev: root.dev, ino: root.ino }, run }))
    // A symlink too: it is refused by name, and not passed over.
    .filter((place) => !isTrouble(files.lstat(runPath(place))))
    .map((place): RunPlace => {
      if (shelf === undefined) return place;
      const journal = findJournal(files, changes, place, shelf);
      if (journal !== undefined) return { ...place, journal };
      throw new UsageError(
        `--journal ${utf8Of(shelf) ?? shelf}: has no journal of ${utf8Of(runPath(place)) ?? run}`,
      );
    });
  if (places.length === 0) {
    const where = roots.map(({ path }) => utf8Of(path) ?? path).join(', ');
    throw new UsageError(`${run}: there is no such run in ${where || 'any root'}`);
  }
  const headers = places.map((place) => headerOf(changes, place));
  // Not by pid: as root every root of a clean has a process of its own, and the id alone has 32 random bits.
  const makers = new Set(
    headers.flatMap((header) => (header ? [`${header.bootId} ${header.host}`] : [])),
  );
  if (makers.size > 1) {
    const list = places.map((place) => utf8Of(runPath(place)) ?? runPath(place)).join(', ');
    throw new UsageError(`${run}: is the name of different runs. Name one directory: ${list}`);
  }
  return places;
}

/** Every pid whose names the run removed. One that cannot be read is unknown, and its run refused later. */
export function ownerPidsOf(changes: Changes, place: RunPlace): ReadonlySet<number> {
  const pids = new Set<number>();
  withEntries(changes, place, (entries) => {
    for (const entry of entries) if (entry.type === 'intent') pids.add(entry.step.ownerPid);
  });
  return pids;
}

function headerOf(changes: Changes, place: RunPlace): RunHeader | undefined {
  let header: RunHeader | undefined;
  withEntries(changes, place, (_, first) => {
    header = first;
  });
  return header;
}

/**
 * `<directory>/<run>.<number>.jsonl` that says it is of this root.
 *
 * @param directory  --journal
 * @throws           UsageError when the directory cannot be looked at
 */
export function findJournal(
  files: Pick<Files, 'lstat' | 'list'>,
  changes: Changes,
  place: RunPlace,
  directory: BytePath,
): RunPlace['journal'] {
  const stat = files.lstat(directory);
  if (isTrouble(stat)) {
    throw new UsageError(`--journal ${utf8Of(directory) ?? directory}: ${stat.errno}`);
  }
  const leaves: BytePath[] = [];
  files.list(directory, (leaf) => {
    const isOurs = leaf.startsWith(`${place.run}.`) && /\.\d+\.jsonl$/.test(leaf);
    if (isOurs) leaves.push(leaf);
  });
  const id = { dev: stat.dev, ino: stat.ino };
  for (const leaf of leaves.sort(compareBytes)) {
    const journal = { directory, id, leaf };
    if (headerOf(changes, { ...place, journal })?.root === place.root) return journal;
  }
  return undefined;
}

function withEntries(
  changes: Changes,
  place: RunPlace,
  look: (
    entries: ReturnType<Exclude<ReturnType<typeof openRun>, { why: string }>['entries']>,
    header: RunHeader | undefined,
  ) => void,
): void {
  const quarantine = openQuarantine(changes, place);
  if ('why' in quarantine) return;
  const run = openRun(changes, quarantine, place.run, place.journal);
  if (!('why' in run)) {
    const entries = run.entries(() => undefined);
    look(entries, run.record.header);
    run.close();
  }
  quarantine.close();
}
