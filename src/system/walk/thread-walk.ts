/** The native walk of one reader: a stack of directories, and what was seen in them. */
import { lstatSync } from 'node:fs';
import { asBytes, join, relativeTo, toBuffer, type BytePath } from '../../model/byte-path.ts';
import { InodeTable } from '../../model/inode-table.ts';
import { isTrouble } from '../../model/trouble.ts';
import { attempt } from '../attempt.ts';
import { deviceOf, errnoName } from '../libc.ts';
import { withShortPath } from '../long-path.ts';
import { CensusTally, type PostedTally } from './census-tally.ts';
import { DirectoryStack, PathBytes } from './directory-stack.ts';
import type { Getdents } from './getdents.ts';
import { HitBatch } from './hit-batch.ts';
import type { ReadAhead } from './read-ahead.ts';
import { Place } from './place.ts';
import { anyDevice, type Note, type Scope, type Tidings, type Work } from './walk-messages.ts';

// struct linux_dirent64: d_ino at 0, d_reclen at 16, d_type at 18, d_name at 19. Source: getdents64(2).
const reclenAt = 16;
const typeAt = 18;
const nameAt = 19;
const DT_UNKNOWN = 0;
const DT_DIR = 4;
const DT_REG = 8;
const dot = 46;
/** Numbers of a batch, about: other threads take what was found by the batch when it is looked at again. */
const numbersAtMost = 8192;

/** What looks at the inode number of every regular file: -1, or the position of a wanted one. */
interface Lookout {
  readonly dev: bigint;
  indexOf(low: number, high: number): number;
  find(ino: bigint): number;
}

export class ThreadWalk {
  readonly #calls: Getdents;
  readonly #scope: Scope;
  /** One class in each thread, so that the hot loop calls one function. */
  readonly #wanted: readonly Lookout[];
  readonly #tally: CensusTally | undefined;
  readonly #known: readonly InodeTable[];
  /** Roots below others, which are read as roots: rarely any. */
  readonly #innerRoots: ReadonlySet<BytePath>;
  /** Filled only when mount points are entered, by the one thread there is then. */
  readonly #visited = new Set<string>();
  #place: Place | undefined;
  readonly #stack = new DirectoryStack();
  /** Of the directory that was taken from the stack last. */
  readonly #path = new PathBytes();
  #hits = new HitBatch();
  #notes: Note[] = [];
  /** From the beginning of the walk; below is what nobody was told yet. */
  readonly #progress = { directories: 0, leftOut: 0 };
  #entries = 0;
  #directories = 0;
  #leftOut = 0;
  #major = -1;
  #minor = -1;
  /** Of the device of the directory that was opened last; -1 where nothing is wanted there. */
  #table = -1;
  #knownHere: InodeTable | undefined;

  constructor(calls: Getdents, scope: Scope) {
    this.#calls = calls;
    this.#scope = scope;
    if (scope.census) {
      const { part, limitBytes } = scope.census;
      const devices = scope.wanted.map((table) => table.dev);
      this.#tally = new CensusTally(devices, part, limitBytes);
    }
    this.#wanted =
      this.#tally?.devices ?? scope.wanted.map((t) => InodeTable.shared(t.dev, t.size, t.slots));
    this.#known = scope.known.map((t) => InodeTable.shared(t.dev, t.size, t.slots));
    this.#innerRoots = new Set(
      scope.roots.filter((root) =>
        scope.roots.some((other) => other !== root && relativeTo(root, other) !== undefined),
      ),
    );
  }

  /** Directories that wait. */
  get waiting(): number {
    return this.#stack.size;
  }

  lookAhead(ahead: ReadAhead): void {
    ahead.attend(this.#stack, { ...this.#progress });
  }

  /** Nothing waits, and no directory is open. */
  get isDone(): boolean {
    return this.#stack.size === 0 && this.#place === undefined;
  }

  get hasNews(): boolean {
    return this.#hits.size > 0 || this.#notes.length > 0;
  }

  get hasMuchNews(): boolean {
    return this.#hits.size >= numbersAtMost;
  }

  /** All that a census has counted so far, in memory that this thread goes on writing to. */
  get tally(): PostedTally | undefined {
    return this.#tally?.posted();
  }

  take(work: Work): void {
    this.#stack.add(work);
  }

  /** Half of what waits, the oldest: those are nearest to the roots and have most below them. */
  giveHalf(): Work {
    return this.#stack.giveOldest(this.#stack.size >>> 1);
  }

  tidings(): Tidings {
    const tidings = {
      entries: this.#entries,
      directories: this.#directories,
      leftOut: this.#leftOut,
      hits: this.#hits.take(),
      notes: this.#notes,
    };
    this.#notes = [];
    this.#entries = 0;
    this.#directories = 0;
    this.#leftOut = 0;
    return tidings;
  }

  /** Reads one buffer of entries: of the directory that is open, or else of the one put on the stack last. */
  readSome(): void {
    this.#place ??= this.#enter();
    if (this.#place === undefined) return;
    let isAtEnd = true;
    try {
      isAtEnd = this.#read(this.#place);
    } finally {
      if (isAtEnd) this.leave();
    }
  }

  /** Closes the directory that is open, read to its end or not. */
  leave(): void {
    if (this.#place !== undefined) this.#calls.close(this.#place.fd);
    this.#place = undefined;
  }

  #enter(): Place | undefined {
    const expected = this.#stack.pop(this.#path);
    if (expected === undefined) return undefined;
    if (expected === anyDevice) this.#notes.push({ kind: 'begins', root: this.#path.path });
    this.#progress.directories++;
    const fd = this.#calls.open(this.#path);
    if (fd < 0) {
      this.#refused(this.#path.path, 'open', errnoName(fd), expected === anyDevice);
      return undefined;
    }
    const place = this.#identify(fd, expected);
    if (place) this.#directories++;
    else this.#calls.close(fd);
    return place;
  }

  #identify(fd: number, expected: number): Place | undefined {
    const result = this.#calls.identify(fd);
    if (result < 0) {
      this.#refused(this.#path.path, 'statx', errnoName(result), expected === anyDevice);
      return undefined;
    }
    const { identity } = this.#calls;
    const [low, high] = [identity[0] ?? 0, identity[1] ?? 0];
    if (identity[2] !== this.#major || identity[3] !== this.#minor) this.#renewDevice();
    const table = this.#table;
    if (table !== expected && !this.#isEnteredInsteadOf(expected)) {
      const { path } = this.#path;
      this.#notes.push({ kind: 'not entered', place: { path, reason: 'other device' } });
      return undefined;
    }
    // A root on a device without a wanted inode: no name can be there.
    if (table < 0) return undefined;
    if (this.#knownHere !== undefined && this.#knownHere.indexOf(low, high) >= 0) return undefined;
    // Two roots can show one directory (bind mounts), and one that is renamed meanwhile can come twice.
    if (this.#tally?.devices[table]?.entered.add(low, high) === false) return undefined;
    if (this.#scope.enterMounts && !this.#isFirstVisit(low, high)) return undefined;
    if (this.#isTooOld() && this.#mountedHere === undefined) {
      this.#leftOut++;
      this.#progress.leftOut++;
      return undefined;
    }
    return new Place(fd, this.#path, table, low, high);
  }

  /** Asked once a device and not once a directory: BigInt arithmetic costs as much as the statx. */
  #renewDevice(): void {
    const { identity } = this.#calls;
    [this.#major, this.#minor] = [identity[2] ?? 0, identity[3] ?? 0];
    const dev = deviceOf(this.#major, this.#minor);
    this.#table = this.#wanted.findIndex((wanted) => wanted.dev === dev);
    this.#knownHere = this.#known.find((known) => known.dev === dev);
  }

  /** @param table  of the device that was expected */
  #isEnteredInsteadOf(table: number): boolean {
    return table === anyDevice || (this.#table >= 0 && this.#scope.enterMounts);
  }

  #isFirstVisit(low: number, high: number): boolean {
    const key = `${this.#table}:${high}:${low}`;
    if (this.#visited.has(key)) return false;
    this.#visited.add(key);
    return true;
  }

  /**
   * A name that is made, or moved here, changes the directory. Two links are its own name and its dot: a third would
   * be the dots of a subdirectory. Some filesystems always say one.
   */
  #isTooOld(): boolean {
    const { identity } = this.#calls;
    const changedSeconds = (identity[6] ?? 0) * 2 ** 32 + (identity[5] ?? 0);
    return identity[4] === 2 && changedSeconds < this.#scope.oldestSeconds;
  }

  /** @returns true when there is no more to come */
  #read(place: Place): boolean {
    const length = this.#calls.read(place.fd);
    if (length > 0) this.#scan(length, place);
    else if (length < 0) this.#refused(place.path.path, 'getdents64', errnoName(length), false);
    return length <= 0;
  }

  /** The hot loop: an innocent file costs one look at its type and one at the table. */
  #scan(length: number, place: Place): void {
    const { bytes, words, halves } = this.#calls;
    const wanted = this.#wanted[place.table];
    if (!wanted) return;
    const mounted = this.#mountedHere;
    let entries = 0;
    for (let at = 0; at < length;) {
      const word = at >>> 2;
      const low = words[word] ?? 0;
      const high = words[word + 1] ?? 0;
      const type = bytes[at + typeAt];
      const start = at;
      at += halves[(at + reclenAt) >>> 1] ?? 0;
      entries++;
      if (type === DT_REG && !mounted) {
        const index = wanted.indexOf(low, high);
        if (index >= 0) this.#hit(index, place, start + nameAt);
      } else if (type !== DT_REG && isDots(bytes, start + nameAt)) {
        entries--;
      } else if (type === DT_DIR || type === DT_UNKNOWN || mounted) {
        this.#special(type, low, high, place, start + nameAt);
      }
    }
    this.#entries += entries;
  }

  /**
   * A directory, an entry of unknown type, or any entry beside a mount point.
   * @param name  where its name begins in the bytes that were read
   */
  #special(type: number | undefined, low: number, high: number, place: Place, name: number): void {
    const isMounted = this.#mountedHere?.has(this.#leafAt(name)) === true;
    const isEntered = this.#scope.enterMounts && (type === DT_DIR || type === DT_UNKNOWN);
    if (isMounted && !isEntered) {
      this.#pointOfMount(name);
    } else if (type === DT_DIR) {
      this.#descend(place, name);
    } else if (type === DT_REG) {
      const index = this.#wanted[place.table]?.indexOf(low, high) ?? -1;
      if (index >= 0) this.#hit(index, place, name);
    } else if (type === DT_UNKNOWN) {
      this.#ask(place, name, isMounted);
    }
  }

  /** Some filesystems do not say what an entry is (xfs without ftype, some FUSE). */
  #ask(place: Place, name: number, isMounted: boolean): void {
    const path = this.#pathAt(name);
    const stat = attempt(path, 'lstat', () =>
      withShortPath(path, (short) => lstatSync(toBuffer(short), { bigint: true })),
    );
    if (isTrouble(stat)) {
      this.#refused(path, stat.syscall, stat.errno, false);
    } else if (stat.isDirectory()) {
      this.#descend(place, name);
    } else if (isMounted) {
      this.#pointOfMount(name);
    } else if (stat.isFile()) {
      const table = this.#wanted.findIndex((wanted) => wanted.dev === stat.dev);
      const index = this.#wanted[table]?.find(stat.ino) ?? -1;
      if (table === place.table && index >= 0) this.#hit(index, place, name);
    }
  }

  #hit(index: number, place: Place, name: number): void {
    this.#hits.add(index, place, this.#calls.bytes, name);
  }

  #descend({ table }: Place, name: number): void {
    if (this.#innerRoots.size > 0 && this.#innerRoots.has(this.#pathAt(name))) return;
    this.#stack.push(this.#path, this.#calls.bytes, name, table);
  }

  #pointOfMount(name: number): void {
    const place = { path: this.#pathAt(name), reason: 'mount point' } as const;
    this.#notes.push({ kind: 'not entered', place });
  }

  /** Names of mount points in the directory that was taken last. */
  get #mountedHere(): ReadonlySet<BytePath> | undefined {
    const { mounts } = this.#scope;
    return mounts.size === 0 ? undefined : mounts.get(this.#path.path);
  }

  #pathAt(name: number): BytePath {
    return join(this.#path.path, this.#leafAt(name));
  }

  #leafAt(name: number): BytePath {
    const { bytes } = this.#calls;
    return asBytes(bytes.toString('latin1', name, bytes.indexOf(0, name)));
  }

  /** Only a root must be there: what was met on the way may go away again. */
  #refused(path: BytePath, syscall: string, errno: string, isRoot: boolean): void {
    if ((errno === 'ENOENT' || errno === 'ENOTDIR') && !isRoot) {
      this.#notes.push({ kind: 'vanished', path });
    } else {
      this.#notes.push({ kind: 'trouble', trouble: { path, syscall, errno } });
    }
  }
}

function isDots(bytes: Uint8Array, at: number): boolean {
  if (bytes[at] !== dot) return false;
  return bytes[at + 1] === 0 || (bytes[at + 1] === dot && bytes[at + 2] === 0);
}
