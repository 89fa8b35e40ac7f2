/**
 * The census of shared inodes: which regular files have more than one name in the places searched, found without
 * an lstat of any file where directories tell the inode numbers.
 */
import type { BytePath } from '../model/byte-path.ts';
import { everyInode, restOf, type InodePart } from '../model/inode-part.ts';
import type { Mount } from '../model/mount.ts';
import type { NotEntered } from '../model/report.ts';
import { SharedInodes } from '../model/shared-inodes.ts';
import type { Trouble } from '../model/trouble.ts';
import type { Os } from '../system/os.ts';
import type { Census, WalkerName } from '../system/walk/port.ts';
import { distinctPlaces, mountOf, type Place } from './search-places.ts';

export interface CensusOptions {
  readonly jobs: number;
  readonly walker: WalkerName | 'auto';
  /** Roughly; more inodes than fit take more passes. */
  readonly memoryBytes: number;
}

/** Enough in one pass for some 700 million neighbours, or 11 million numbers of which no two are neighbours. */
export const censusMemoryBytes = 512 * 1024 * 1024;

export interface SharedSearch {
  readonly shared: SharedInodes;
  /** Inodes in `shared`. */
  readonly count: number;
  /** How often the places were walked; 0 when there were none. */
  readonly passes: number;
  /** Of the first pass; the others read the same again. */
  readonly entries: number;
  readonly directories: number;
  readonly vanished: number;
  /** Directories met twice because they were renamed meanwhile: all their files are in `shared`. */
  readonly enteredTwice: number;
  readonly troubles: readonly Trouble[];
  readonly notEntered: readonly NotEntered[];
  /** Names of the walkers that ran, in order. */
  readonly walkers: readonly WalkerName[];
  /** Why the plain walker ran where the native one was possible to want. */
  readonly why?: string;
}

/** Tells, a few times a second, which pass this is and what it has read so far. */
export type CensusProgress = (pass: number, entries: number, directories: number) => void;

/**
 * Only inodes with more than one name WITHIN the places are found: one whose other name lies elsewhere, or in a
 * directory that could not be read, has a link count above 1 and yet one name here. On a spool in use a file or a
 * directory that is renamed meanwhile can be met twice, and is then in the answer with one name; its link count
 * tells.
 *
 * @param places  canonical; what lies inside another is searched once
 * @throws        UsageError when the native walker is asked for and cannot run here
 */
export async function findShared(
  os: Os,
  places: readonly Place[],
  options: CensusOptions,
  progress: CensusProgress = () => undefined,
): Promise<SharedSearch> {
  const search = new SharedInodeSearch(os, options, progress);
  const distinct = distinctPlaces(places, search.mountPoints);
  const isUntrue = (place: Place): boolean =>
    options.walker === 'auto' && untrue.test(search.mountOf(place)?.filesystem ?? '');
  const untruePlaces = distinct.filter(isUntrue);
  await search.run(
    distinct.filter((place) => !isUntrue(place)),
    options.walker,
  );
  await search.run(untruePlaces, 'node');
  const named = untruePlaces.map((place) => search.mountOf(place)?.filesystem ?? '');
  return search.result(
    named.length === 0
      ? undefined
      : `directories of ${[...new Set(named)].sort().join(', ')} need not tell the inode numbers of their files`,
  );
}

/**
 * Filesystems whose directories may give other inode numbers than their files have, or one number for all (libfuse
 * without readdir_ino). In a scan the link counts find that out; a census has nothing that would.
 */
const untrue = /^(?:overlay|aufs|unionfs|fuse.*|cifs|smb3?|9p|ecryptfs|vboxsf)$/;

class SharedInodeSearch {
  readonly mountPoints: ReadonlySet<BytePath>;
  readonly #os: Os;
  readonly #options: CensusOptions;
  readonly #progress: CensusProgress;
  readonly #mounts: readonly Mount[];
  readonly #shared = new SharedInodes();
  readonly #walkers: WalkerName[] = [];
  readonly #troubles = new Map<BytePath, Trouble>();
  readonly #notEntered = new Map<BytePath, NotEntered>();
  #why: string | undefined;
  #passes = 0;
  #entries = 0;
  #directories = 0;
  #vanished = 0;
  #enteredTwice = 0;

  constructor(os: Os, options: CensusOptions, progress: CensusProgress) {
    this.#os = os;
    this.#options = options;
    this.#progress = progress;
    this.#mounts = os.files.mounts();
    this.mountPoints = new Set(this.#mounts.map((mount) => mount.point));
  }

  mountOf(place: Place): Mount | undefined {
    return mountOf(this.#mounts, place.path);
  }

  async run(places: readonly Place[], walker: WalkerName | 'auto'): Promise<void> {
    if (places.length === 0) return;
    const { census, why } = await this.#os.censuses.choose(walker);
    this.#why ??= why;
    if (!this.#walkers.includes(census.name)) this.#walkers.push(census.name);
    const parts = [everyInode];
    let passes = 0;
    for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
      passes += 1;
      parts.push(...restOf(part, await this.#pass(census, places, part, passes)));
    }
    this.#passes = Math.max(this.#passes, passes);
  }

  /** @param why the plain walker ran, when it was not for want of the native one */
  result(why: string | undefined): SharedSearch {
    const reasons = [this.#why, why].filter((reason) => reason !== undefined);
    return {
      shared: this.#shared,
      count: this.#shared.size,
      passes: this.#passes,
      entries: this.#entries,
      directories: this.#directories,
      vanished: this.#vanished,
      enteredTwice: this.#enteredTwice,
      troubles: [...this.#troubles.values()],
      notEntered: [...this.#notEntered.values()],
      walkers: this.#walkers,
      ...(reasons.length === 0 ? {} : { why: reasons.join('; ') }),
    };
  }

  /** @returns the part that was held */
  async #pass(
    census: Census,
    places: readonly Place[],
    part: InodePart,
    pass: number,
  ): Promise<InodePart> {
    const devices = [...new Set(places.map((place) => place.dev))];
    let entries = 0;
    let directories = 0;
    const found = await census.pass(
      {
        roots: places.map((place) => place.path),
        devices,
        mountPoints: this.mountPoints,
        part,
        memoryBytes: this.#options.memoryBytes,
        jobs: this.#isShownTwice(places) ? 1 : this.#options.jobs,
        signal: this.#os.interrupted,
      },
      {
        trouble: (trouble) => this.#troubles.set(trouble.path, trouble),
        vanished: () => (this.#vanished += 1),
        notEntered: (place) => this.#notEntered.set(place.path, place),
        progress: (moreEntries, moreDirectories) => {
          entries += moreEntries;
          directories += moreDirectories;
          this.#progress(pass, entries, directories);
        },
      },
    );
    this.#os.interrupted.throwIfAborted();
    if (pass === 1) {
      this.#entries += entries;
      this.#directories += directories;
    }
    this.#enteredTwice += found.enteredTwice;
    devices.forEach((dev, index) => {
      const inodes = found.shared[index];
      if (inodes) this.#shared.add(dev, inodes);
    });
    return found.covered;
  }

  /** Two mounts of one device may show one directory twice; one thread alone remembers where it has been. */
  #isShownTwice(places: readonly Place[]): boolean {
    const points = new Map<bigint, BytePath | undefined>();
    return places.some((place) => {
      const point = this.mountOf(place)?.point;
      if (points.has(place.dev) && points.get(place.dev) !== point) return true;
      points.set(place.dev, point);
      return false;
    });
  }
}
