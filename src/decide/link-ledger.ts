/** The accounts of all wanted inodes while names are being found: who has how many, and who still misses some. */
import type { BytePath } from '../model/byte-path.ts';
import { InodeMap } from '../model/inode-map.ts';
import { inodeKey, isSameStat, type FileStat, type InodeId } from '../model/inode.ts';
import type { Directory, FoundName } from '../model/link.ts';
import { isSettled } from './ctime-grain.ts';

/** Names of one inode; past this many, a set keeps the search for duplicates from growing with the square. */
const listAtMost = 16;

/** Of all entries that have no name yet; never added to. */
const none: FoundName[] = [];

export class LedgerEntry {
  /** As last seen; its linkCount is what the names are held against. */
  stat: FileStat;
  /** Must this account balance for the report to be complete? Not for files of living owners. */
  required: boolean;
  /** The inode or its count moved while we looked, and would not settle. */
  moving = false;
  /** It had not changed for a while when it was listed, and no later look saw that it has. */
  isOld: boolean;
  #names: FoundName[] = none;
  #listed = 0;
  #keys: Set<string> | undefined;

  constructor(stat: FileStat, required: boolean, isOld: boolean) {
    this.stat = stat;
    this.required = required;
    this.isOld = isOld;
  }

  get names(): readonly FoundName[] {
    return this.#names;
  }

  /** How many of the names, the first ones, were looked at in the listing. */
  get listed(): number {
    return this.#listed;
  }

  get missing(): number {
    return Math.max(this.stat.linkCount - this.#names.length, 0);
  }

  /** Names found equal names that exist, and held still while they were counted. */
  get isBalanced(): boolean {
    return !this.moving && this.#names.length === this.stat.linkCount;
  }

  /** Adds the name by which the file was listed: before the search, and so before all names that it finds. */
  list(name: FoundName): void {
    if (this.add(name)) this.#listed += 1;
  }

  /** @returns false when this name was there already, by whatever path it was reached */
  add(name: FoundName): boolean {
    if (this.#names.length > listAtMost) {
      this.#keys ??= new Set(this.#names.map(nameKey));
      const key = nameKey(name);
      if (this.#keys.has(key)) return false;
      this.#keys.add(key);
      this.#names.push(name);
      return true;
    }
    for (const known of this.#names) if (isSameName(known, name)) return false;
    this.#names = withOneMore(this.#names, name);
    return true;
  }

  /** A later look: one object for the file of the listing and the entry, as long as nothing of it has changed. */
  see(stat: FileStat): void {
    if (isSameStat(stat, this.stat)) return;
    this.stat = stat;
    this.isOld = false;
  }

  /** Keeps only the names that still hold. */
  retain(holds: (name: FoundName) => boolean): void {
    const kept = this.#names.filter(holds);
    if (kept.length === this.#names.length) return;
    this.#names = kept;
    this.#listed = 0;
    this.#keys = undefined;
  }
}

export class LinkLedger {
  readonly #listedNs: bigint;
  #entries: LedgerEntry[] = [];
  #byInode = new InodeMap<LedgerEntry>();
  readonly #directories = new InodeMap<Directory>();
  #lastAsked: Directory | undefined;
  #lastTold: Directory | undefined;

  /** @param listedNs  when the listing of the stage files began; of an unknown time no file is old */
  constructor(listedNs = 0n) {
    this.#listedNs = listedNs;
  }

  /** Opens the account of an inode, or updates it when a later look saw another link count. */
  open(stat: FileStat, required: boolean): LedgerEntry {
    const known = this.#byInode.get(stat);
    if (known === undefined) {
      const isOld = isSettled(stat.changedNs, this.#listedNs);
      const entry = new LedgerEntry(stat, required, isOld);
      this.#entries.push(entry);
      this.#byInode.set(stat, entry);
      return entry;
    }
    known.required ||= required;
    if (stat.changedNs > known.stat.changedNs) known.see(stat);
    return known;
  }

  entryOf(id: InodeId): LedgerEntry | undefined {
    return this.#byInode.get(id);
  }

  /** In the order of coming. */
  get entries(): readonly LedgerEntry[] {
    return this.#entries;
  }

  /** Lets go of all accounts. */
  clear(): void {
    this.#entries = [];
    this.#byInode = new InodeMap();
  }

  get size(): number {
    return this.#entries.length;
  }

  /** One object for each directory, however many of its names were found. */
  directory(directory: Directory): Directory {
    // Names come by directory, and with one object for all of a directory.
    if (directory === this.#lastAsked && this.#lastTold !== undefined) return this.#lastTold;
    let known = this.#directories.get(directory);
    if (known?.path !== directory.path) {
      this.#directories.set(directory, directory);
      known = directory;
    }
    this.#lastAsked = directory;
    this.#lastTold = known;
    return known;
  }

  /** Accounts that miss names. @param onlyRequired those that would make the report incomplete */
  unbalanced(onlyRequired: boolean): LedgerEntry[] {
    return this.entries.filter((entry) => !entry.isBalanced && (entry.required || !onlyRequired));
  }
}

export function isSameName(a: FoundName, b: FoundName): boolean {
  return (
    a.leaf === b.leaf && a.directory.ino === b.directory.ino && a.directory.dev === b.directory.dev
  );
}

function nameKey(name: FoundName): string {
  return `${inodeKey(name.directory)}/${name.leaf satisfies BytePath}`;
}

/** Not pushed to: an array that grows takes room for sixteen more, 130 bytes an inode. And concat() takes its time. */
function withOneMore(names: readonly FoundName[], name: FoundName): FoundName[] {
  const [only] = names;
  if (only === undefined) return [name];
  return names.length === 1 ? [only, name] : names.concat(name);
}
