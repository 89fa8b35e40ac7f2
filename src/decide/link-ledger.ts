/** The accounts of all wanted inodes while names are being found: who has how many, and who still misses some. */
import type { BytePath } from '../model/byte-path.ts';
import { InodeMap } from '../model/inode-map.ts';
import { inodeKey, type FileStat, type InodeId } from '../model/inode.ts';
import type { Directory, FoundName } from '../model/link.ts';

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
  #names: FoundName[] = none;
  #listed = 0;
  #keys: Set<string> | undefined;

  constructor(stat: FileStat, required: boolean) {
    this.stat = stat;
    this.required = required;
  }

  get names(): readonly FoundName[] {
    return this.#names;
  }

  /** How many of the names, the first ones, were looked at when `stat` was: in the listing. */
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
    if (this.#names.some((known) => isSameName(known, name))) return false;
    // Not pushed to: an array that grows takes room for sixteen more, 130 bytes an inode.
    this.#names = this.#names.concat(name);
    return true;
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
  #entries: LedgerEntry[] = [];
  #byInode = new InodeMap<LedgerEntry>();
  readonly #directories = new InodeMap<Directory>();
  #lastAsked: Directory | undefined;
  #lastTold: Directory | undefined;

  /** Opens the account of an inode, or updates it when a later look saw another link count. */
  open(stat: FileStat, required: boolean): LedgerEntry {
    const known = this.#byInode.get(stat);
    if (known === undefined) {
      const entry = new LedgerEntry(stat, required);
      this.#entries.push(entry);
      this.#byInode.set(stat, entry);
      return entry;
    }
    known.required ||= required;
    if (stat.changedNs > known.stat.changedNs) known.stat = stat;
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
