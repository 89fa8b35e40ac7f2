/** The names of all inodes that have several in the places searched, for an audit of nothing else. */
import { leafOf, parentOf, type BytePath } from '../model/byte-path.ts';
import { messageUidOf } from '../model/mailbox-name.ts';
import type { NotEntered } from '../model/report.ts';
import type { Trouble } from '../model/trouble.ts';
import type { Os } from '../system/os.ts';
import type { WalkerName } from '../system/walk/port.ts';
import { censusMemoryBytes, findShared } from './census.ts';
import type { Place } from './search-places.ts';

export interface SharedNames {
  has(path: BytePath): boolean;
  /** Inodes and names of messages among them. */
  readonly inodes: number;
  readonly names: number;
  readonly passes: number;
  readonly entries: number;
  readonly troubles: readonly Trouble[];
  readonly notEntered: readonly NotEntered[];
  readonly walkers: readonly string[];
  readonly why?: string;
}

/**
 * The census says which inodes, one more walk says where their names are; neither looks at a file. Costs some 16
 * bytes a name beside the inodes.
 */
export async function findSharedNames(
  os: Os,
  places: readonly Place[],
  options: { readonly jobs: number; readonly walker: WalkerName | 'auto' },
  onEntries: (entries: number) => void,
): Promise<SharedNames> {
  const census = await findShared(
    os,
    places,
    { ...options, memoryBytes: censusMemoryBytes },
    (_pass, entries) => {
      onEntries(entries);
    },
  );
  const troubles = new Map(census.troubles.map((trouble) => [trouble.path, trouble]));
  const uids = new Map<BytePath, Set<number>>();
  let names = 0;
  os.walkers.expect(options.walker, options.jobs);
  const { walk, why } = await os.walkers.choose(options.walker);
  let entries = census.entries;
  await walk.run(
    {
      roots: places.map(({ path }) => path),
      wanted: census.shared.tables(),
      mountPoints: new Set(os.files.mounts().map(({ point }) => point)),
      enterMounts: false,
      known: new Set(),
      jobs: options.jobs,
      signal: os.interrupted,
    },
    {
      hit(_table, _index, { path }, leaf) {
        const uid = typeof leaf === 'number' ? leaf : messageUidOf(leaf);
        if (uid === undefined) return;
        const known = uids.get(path);
        if (known === undefined) uids.set(path, new Set([uid]));
        else known.add(uid);
        names += 1;
      },
      trouble: (trouble) => troubles.set(trouble.path, trouble),
      vanished() {},
      notEntered() {},
      begins() {},
      progress(more) {
        entries += more;
        onEntries(entries);
      },
    },
  );
  os.interrupted.throwIfAborted();
  const reason = census.why ?? why;
  return {
    has(path) {
      const uid = messageUidOf(leafOf(path));
      return uid !== undefined && uids.get(parentOf(path))?.has(uid) === true;
    },
    inodes: census.count,
    names,
    passes: census.passes,
    entries: census.entries,
    troubles: [...troubles.values()],
    notEntered: census.notEntered,
    walkers: census.walkers,
    ...(reason === undefined ? {} : { why: reason }),
  };
}
