/**
 * Proof or widen: finds every name of the wanted inodes, and says when it could not.
 *
 * The kernel's link count makes the search an account, so the order of the search and whatever a walker leaves
 * out cannot make the answer wrong, only `complete: false`. See design.md, "Proof or widen".
 */
import { accountBits } from '../decide/account-bits.ts';
import type { LedgerEntry } from '../decide/ledger-entry.ts';
import { LinkLedger } from '../decide/link-ledger.ts';
import type { BytePath } from '../model/byte-path.ts';
import { inodeKey } from '../model/inode.ts';
import type { InodeTable } from '../model/inode-table.ts';
import { InodeTables } from '../model/inode-tables.ts';
import type { StageDirectory, StageFile } from '../model/stage.ts';
import type { Trouble } from '../model/trouble.ts';
import type { NotEntered } from '../model/report.ts';
import type { Os } from '../system/os.ts';
import type { Walk, WalkerName, Walkers } from '../system/walk/port.ts';
import { Pins } from './pin-inodes.ts';
import type { ScanProgress } from './scan-progress.ts';
import { distinctPlaces, wholeFilesystem, type Place } from './search-places.ts';
import type { Helpers } from './look-together.ts';
import { verifyNames, type LooksAndClock } from './verify-names.ts';

export interface LinkRequest {
  readonly stageFiles: readonly StageFile[];
  /** Does the account of the stage file at this position have to balance? */
  readonly isRequired: (index: number) => boolean;
  /** Directories whose names are all among stageFiles. */
  readonly listed: readonly StageDirectory[];
  /** By the clock, when their listing began. */
  readonly listedNs: bigint;
  /** Canonical, of all configurations given, and what --links-in names. */
  readonly places: readonly Place[];
  readonly wholeFilesystem: boolean;
  readonly enterMounts: boolean;
  readonly walker: WalkerName | 'auto';
  readonly jobs: number;
}

export interface LinkSearch {
  readonly ledger: LinkLedger;
  /** Names of the walkers that ran, in order; empty when nothing had to be searched. */
  readonly walkers: readonly WalkerName[];
  /** Why the plain walker ran where the native one was possible to want. */
  readonly why?: string;
  readonly searched: readonly BytePath[];
  readonly entries: number;
  readonly directories: number;
  /** Directories that were not read, since they last changed before any of the inodes was made. */
  readonly leftOut: number;
  readonly vanished: number;
  readonly pinned: number;
  readonly unpinned: number;
  readonly troubles: readonly Trouble[];
  readonly notEntered: readonly NotEntered[];
}

/** So many accounts are worth loading the FFI into this thread, and too many to pin those that need it little. */
const manyAccounts = 2048;

/** A busy inode is searched for again this often before it is reported as moving. */
const repeatsAtMost = 2;

export async function findLinks(
  os: Os,
  request: LinkRequest,
  progress: ScanProgress,
): Promise<LinkSearch> {
  const ledger = openAccounts(request);
  // Two stale pid directories can hold all names of an inode between them: nothing to search then.
  const open = ledger.unbalanced(false);
  const chosen = open.length === 0 ? undefined : choose(os, request);
  const isFew = ledger.size < manyAccounts;
  const looks = isFew ? os.files : await os.looks();
  const pins = Pins.hold(looks, isFew ? ledger.entries : notKnownAgain(ledger));
  try {
    const search = new Search({ ...os, looks }, request, ledger, pins, progress, chosen);
    await search.run(open);
    return { ...search.result(), pinned: pins.size, unpinned: ledger.size - pins.size };
  } finally {
    pins.release();
  }
}

/** One account for each inode that has, or had a moment ago, more than one name. */
function openAccounts(request: LinkRequest): LinkLedger {
  const { stageFiles, isRequired, listedNs } = request;
  const ledger = new LinkLedger(listedNs, stageFiles.length);
  stageFiles.forEach((file, index) => {
    const { stat } = file;
    if (stat.kind !== 'file' || stat.linkCount < 2) return;
    ledger.list(ledger.rowFor(stat, isRequired(index)), file);
  });
  return ledger;
}

/** Not those whose inode number another file would have with another birth time: it can be told apart without a pin. */
function* notKnownAgain(ledger: LinkLedger): Iterable<LedgerEntry> {
  for (let row = 0; row < ledger.size; row += 1) {
    if (!ledger.is(accountBits.old, row) || ledger.statOf(row).bornNs === 0n) {
      yield ledger.entry(row);
    }
  }
}

/** Starts to; its thread comes up while this one pins inodes. */
function choose({ walkers }: Os, { walker }: LinkRequest): Chosen {
  const chosen = walkers.choose(walker);
  // What it throws is for who awaits it, who may come late or not at all.
  chosen.catch(() => undefined);
  return chosen;
}

type Chosen = ReturnType<Walkers['choose']>;
/** One set of looks for a whole search: pins are held, and asked, by the same. */
type LookingOs = Omit<Os, 'looks'> & LooksAndClock;

class Search {
  readonly #os: LookingOs;
  readonly #request: LinkRequest;
  readonly #ledger: LinkLedger;
  readonly #pins: Pins;
  readonly #progress: ScanProgress;
  readonly #mountPoints: ReadonlySet<BytePath>;
  readonly #walkers: WalkerName[] = [];
  readonly #searched = new Set<BytePath>();
  readonly #troubles = new Map<string, Trouble>();
  readonly #notEntered = new Map<string, NotEntered>();
  readonly #chosen: Chosen | undefined;
  #why: string | undefined;
  #entries = 0;
  #directories = 0;
  #leftOut = 0;
  #vanished = 0;

  constructor(
    os: LookingOs,
    request: LinkRequest,
    ledger: LinkLedger,
    pins: Pins,
    progress: ScanProgress,
    chosen: Chosen | undefined,
  ) {
    this.#chosen = chosen;
    this.#os = os;
    this.#request = request;
    this.#ledger = ledger;
    this.#pins = pins;
    this.#progress = progress;
    this.#mountPoints = new Set(os.files.mounts().map((mount) => mount.point));
  }

  /** @param missing  the numbers of the accounts that miss names */
  async run(missing: readonly number[]): Promise<void> {
    let open = missing;
    if (this.#chosen === undefined) {
      await this.#verify();
      if (this.#ledger.unbalanced(true).length === 0) return;
      open = this.#ledger.unbalanced(false);
    }
    // Made while the walker's thread comes up.
    const wanted = wantedOf(this.#ledger, open);
    const { walkers } = this.#os;
    const { walk, why } = await (this.#chosen ?? walkers.choose(this.#request.walker));
    this.#why = why;
    const places = distinctPlaces(this.#request.places, this.#mountPoints);
    const known = new Set(this.#request.listed.map((directory) => inodeKey(directory)));
    let moved = await this.#pass(walk, places, known, wanted, oldestOf(this.#ledger, wanted));
    moved = await this.#readLeftOut(walk, places, known, moved);
    for (let repeat = 0; moved && repeat < repeatsAtMost; repeat += 1) {
      moved = await this.#again(walk, places);
    }
    if (walk !== walkers.plain) await this.#widen(walkers.plain, places);
    if (this.#request.wholeFilesystem) {
      const whole = this.#wholeFilesystems();
      await this.#widen(walk, whole);
      if (walk !== walkers.plain) await this.#widen(walkers.plain, whole);
    }
  }

  result(): Omit<LinkSearch, 'pinned' | 'unpinned'> {
    return {
      ledger: this.#ledger,
      walkers: this.#walkers,
      ...(this.#why === undefined ? {} : { why: this.#why }),
      searched: [...this.#searched],
      entries: this.#entries,
      directories: this.#directories,
      leftOut: this.#leftOut,
      vanished: this.#vanished,
      troubles: [...this.#troubles.values()],
      notEntered: [...this.#notEntered.values()],
    };
  }

  /**
   * A clock that was set back makes a directory look older than the names in it: what is missing may be there.
   *
   * @returns  as #pass(): of the last one
   */
  async #readLeftOut(
    walk: Walk,
    places: readonly Place[],
    known: ReadonlySet<string>,
    moved: boolean,
  ): Promise<boolean> {
    const open = this.#leftOut === 0 ? [] : this.#ledger.unbalanced(false);
    return open.length === 0
      ? moved
      : await this.#pass(walk, places, known, wantedOf(this.#ledger, open));
  }

  /** One more look, by another walker or elsewhere, for the accounts that must balance and do not. */
  async #widen(walk: Walk, places: readonly Place[]): Promise<void> {
    // Each name has had its look: to look again at forty thousand that balance was half of this step.
    if (this.#ledger.unbalanced(true).length === 0) return;
    await this.#again(walk, places);
  }

  #again(walk: Walk, places: readonly Place[]): Promise<boolean> {
    const open = this.#ledger.unbalanced(true);
    return this.#pass(walk, places, new Set(), wantedOf(this.#ledger, open));
  }

  /** Re-reads every name and inode. */
  async #verify(helpers?: Helpers): Promise<boolean> {
    const { moved, vanished } = await verifyNames(this.#os, this.#ledger, this.#pins, helpers);
    this.#vanished += vanished;
    return moved && this.#ledger.unbalanced(true).length > 0;
  }

  /** Finds names, and verifies all. @returns whether a required account has to be searched again */
  async #pass(
    walk: Walk,
    places: readonly Place[],
    known: ReadonlySet<string>,
    { tables, missing: missingAtFirst }: Wanted,
    oldestNs?: bigint,
  ): Promise<boolean> {
    if (oldestNs === undefined) this.#leftOut = 0;
    const roots = places.filter((place) => tables.some((table) => table.dev === place.dev));
    if (roots.length === 0) return await this.#verify();
    let moved: boolean | undefined;
    const ledger = this.#ledger;
    // Names that an earlier pass has found are none of those that the threads of this one can look at.
    const isFirst = this.#walkers.length === 0;
    const directoriesBefore = ledger.directories.length;
    let missing = missingAtFirst;
    let begun = 0;
    const enough = new AbortController();
    if (!this.#walkers.includes(walk.name)) this.#walkers.push(walk.name);
    for (const root of roots) this.#searched.add(root.path);
    await walk.run(
      {
        roots: roots.map((root) => root.path),
        wanted: tables,
        mountPoints: this.#mountPoints,
        enterMounts: this.#request.enterMounts,
        known,
        oldestNs,
        jobs: this.#request.jobs,
        signal: AbortSignal.any([enough.signal, this.#os.interrupted]),
      },
      {
        hit: (_table, row, directory, leaf) => {
          const wasMissing = ledger.missingOf(row) > 0;
          if (!ledger.add(row, directory, leaf)) return;
          if (wasMissing) missing -= 1;
          // Every account balances; what the names are worth is verified afterwards, and searched again if need be.
          if (missing === 0) enough.abort();
        },
        begins: () => {
          begun += 1;
          this.#progress.begun(begun, roots.length);
        },
        trouble: (trouble) => this.#troubles.set(trouble.path, trouble),
        vanished: () => (this.#vanished += 1),
        notEntered: (place) => this.#notEntered.set(place.path, place),
        progress: (more, directories, leftOut) => {
          this.#entries += more;
          this.#directories += directories;
          this.#leftOut += leftOut;
          this.#progress.searching(this.#entries, this.#directories, missing);
        },
        ended: async (onlookers) => {
          this.#os.interrupted.throwIfAborted();
          moved = await this.#verify(
            isFirst && onlookers ? { onlookers, directoriesBefore } : undefined,
          );
        },
      },
    );
    this.#os.interrupted.throwIfAborted();
    return moved ?? (await this.#verify());
  }

  #wholeFilesystems(): Place[] {
    const { files } = this.#os;
    const ledger = this.#ledger;
    const open = new Set(ledger.unbalanced(true).map((row) => ledger.statOf(row).dev));
    const places = this.#request.places.filter((place) => open.has(place.dev));
    return distinctPlaces(
      places.flatMap((place) => wholeFilesystem(files, place.path)),
      this.#mountPoints,
    );
  }
}

/** What one pass looks for. */
interface Wanted {
  /** The numbers of accounts. */
  readonly rows: readonly number[];
  /** Their inodes by device, with these numbers. */
  readonly tables: readonly InodeTable[];
  readonly missing: number;
}

function wantedOf(ledger: LinkLedger, rows: readonly number[]): Wanted {
  const missing = rows.reduce((sum, row) => sum + ledger.missingOf(row), 0);
  // Nearly always all of them, in the first pass: those tables need not be made.
  const tables = rows.length === ledger.size ? ledger.rows.all : tablesOf(ledger, rows);
  return { rows, tables, missing };
}

function tablesOf(ledger: LinkLedger, rows: readonly number[]): readonly InodeTable[] {
  const tables = new InodeTables();
  for (const row of rows) tables.put(ledger.statOf(row), row);
  return tables.all;
}

/** When the oldest of them was born; undefined where the filesystem does not say. */
function oldestOf(ledger: LinkLedger, { rows }: Wanted): bigint | undefined {
  let oldest: bigint | undefined;
  for (const row of rows) {
    const { bornNs } = ledger.statOf(row);
    if (bornNs === 0n) return undefined;
    if (oldest === undefined || bornNs < oldest) oldest = bornNs;
  }
  return oldest;
}
