/** Sums over stage files, for the summary of a report that has too many to read. */
import type { Evidence } from '../model/evidence.ts';
import { unseenLinks, type LinkAccount } from '../model/link.ts';
import type { Liveness } from '../model/owner.ts';
import type { StageDirectory } from '../model/stage.ts';
import type { Verdict } from '../model/verdict.ts';

export interface Tally {
  readonly files: number;
  /** With a name that is no leftover itself. */
  readonly linked: number;
  readonly lastNames: number;
  /** Names that were not found; each inode once. */
  readonly unseen: number;
  /** Each inode once. */
  readonly bytes: number;
  readonly oldestSeconds: number;
}

export interface DirectoryTally {
  readonly directory: StageDirectory;
  readonly tally: Tally;
  readonly verdicts: ReadonlyMap<Verdict, number>;
  /** The pids of which the same is known. */
  readonly owners: ReadonlyMap<Liveness, ReadonlySet<number>>;
}

export interface Summary {
  readonly byVerdict: ReadonlyMap<Verdict, Tally>;
  /** In the order of the rows. */
  readonly byDirectory: readonly DirectoryTally[];
}

export function summarize(rows: readonly Evidence[]): Summary {
  const byVerdict = new Map<Verdict, Counter>();
  const byDirectory = new Map<string, DirectoryCounter>();
  for (const evidence of rows) {
    const { directory, ownerPid } = evidence.file;
    entryOf(byVerdict, evidence.verdict, () => new Counter()).add(evidence);
    const place = entryOf(byDirectory, directory.path, () => new DirectoryCounter(directory));
    place.tally.add(evidence);
    place.verdicts.set(evidence.verdict, (place.verdicts.get(evidence.verdict) ?? 0) + 1);
    const pids = entryOf(place.owners, evidence.owner, () => new Set<number>());
    if (ownerPid !== undefined) pids.add(ownerPid);
  }
  return { byVerdict, byDirectory: [...byDirectory.values()] };
}

class Counter implements Tally {
  files = 0;
  linked = 0;
  lastNames = 0;
  unseen = 0;
  bytes = 0;
  oldestSeconds = 0;
  // Only inodes that may come again are kept, so a million files with one name each cost nothing here.
  readonly #counted = new Set<LinkAccount>();

  add(evidence: Evidence): void {
    const { account, file } = evidence;
    this.files += 1;
    // As in the totals. Two orphans can be the only two names of an inode: linked to one another, and to nothing that stays.
    if (evidence.codes.includes('last-name')) this.lastNames += 1;
    else if (account.expected > 1) this.linked += 1;
    this.oldestSeconds = Math.max(this.oldestSeconds, evidence.ageSeconds);
    if (this.#counted.has(account)) return;
    if (account.expected > 1) this.#counted.add(account);
    this.unseen += unseenLinks(account);
    this.bytes += file.stat.sizeBytes;
  }
}

class DirectoryCounter implements DirectoryTally {
  readonly directory: StageDirectory;
  readonly tally = new Counter();
  readonly verdicts = new Map<Verdict, number>();
  readonly owners = new Map<Liveness, Set<number>>();

  constructor(directory: StageDirectory) {
    this.directory = directory;
  }
}

function entryOf<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
