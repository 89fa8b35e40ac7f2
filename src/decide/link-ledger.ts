/**
 * The accounts of all wanted inodes while names are being found: who has how many, and who still misses some.
 *
 * In columns, since there can be a million: an account with two names takes 60 bytes here, and its place in the table
 * that a walk gets 25. As objects it took 290, and the collector spent its time copying them.
 */
import type { BytePath } from '../model/byte-path.ts';
import { InodeMap } from '../model/inode-map.ts';
import { inodeKey, isSameStat, sameInode, type FileStat, type InodeId } from '../model/inode.ts';
import { InodeTables } from '../model/inode-tables.ts';
import type { Directory, FoundName } from '../model/link.ts';
import { shortLeafOf, wholeLeafOf, type ShortLeaf } from '../model/mailbox-name.ts';
import { NumberColumn } from '../model/number-column.ts';
import { isSettled } from './ctime-grain.ts';
import { LedgerEntry } from './ledger-entry.ts';

/** Names of one inode; past this many, a set keeps the search for duplicates from growing with the square. */
const listAtMost = 16;

/** What is true of an account. */
const bits = { required: 1, moving: 2, old: 4 } as const;
type Bit = keyof typeof bits;

/** Names are numbered from 1 on. */
const noName = 0;

export class LinkLedger {
  readonly #listedNs: bigint;
  #accounts = noAccounts();
  #names = noNames();
  /** The rows of inodes. */
  #rows = new InodeTables();
  /** Of accounts with many names: what tells each. */
  readonly #keys = new Map<number, Set<string>>();
  readonly #directories: Directory[] = [];
  readonly #byIdentity = new InodeMap<number>();
  #lastAsked: Directory | undefined;
  #lastTold = 0;

  /** @param listedNs  when the listing of the stage files began; of an unknown time no file is old */
  constructor(listedNs = 0n) {
    this.#listedNs = listedNs;
  }

  /** Opens the account of an inode, or updates it when a later look saw another link count. */
  open(stat: FileStat, required: boolean): LedgerEntry {
    const { stats, links, marks, first, last, counts, listed } = this.#accounts;
    const row = this.#rows.put(stat, stats.length);
    if (row < stats.length) {
      if (required) this.mark('required', row, true);
      if (stat.changedNs > this.statOf(row).changedNs) this.see(row, stat);
    } else {
      stats.push(stat);
      links.push(stat.linkCount);
      const isOld = isSettled(stat.changedNs, this.#listedNs);
      marks.push((required ? bits.required : 0) | (isOld ? bits.old : 0));
      first.push(noName);
      last.push(noName);
      counts.push(0);
      listed.push(0);
    }
    return new LedgerEntry(this, row);
  }

  /** @returns the number of its account; -1 when it has none */
  rowOf(id: InodeId): number {
    return this.#rows.find(id);
  }

  /** Accounts are numbered in the order of coming. */
  get size(): number {
    return this.#accounts.stats.length;
  }

  entry(row: number): LedgerEntry {
    return new LedgerEntry(this, row);
  }

  /** Each is made when it is its turn. */
  get entries(): Iterable<LedgerEntry> {
    return this.#each();
  }

  /** All inodes with the numbers of their accounts. */
  get rows(): InodeTables {
    return this.#rows;
  }

  /** Lets go of all accounts. */
  clear(): void {
    this.#accounts = noAccounts();
    this.#names = noNames();
    this.#rows = new InodeTables();
    this.#keys.clear();
  }

  /** The numbers of accounts that miss names. @param onlyRequired those that would make the report incomplete */
  unbalanced(onlyRequired: boolean): number[] {
    const rows: number[] = [];
    for (let row = 0; row < this.size; row += 1) {
      if (!this.isBalanced(row) && (!onlyRequired || this.is('required', row))) rows.push(row);
    }
    return rows;
  }

  /**
   * All accounts in the order in which their last names came. A walk tells names by directory, and a path whose
   * directory was just looked up costs a fifth less.
   */
  byLastName(): Uint32Array {
    const { last } = this.#accounts;
    const order = new Uint32Array(this.size);
    const rowOf = new Uint32Array(this.#names.leaves.length);
    let placed = 0;
    for (let row = 0; row < order.length; row += 1) {
      const name = last.at(row);
      if (name === noName) order[placed++] = row;
      else rowOf[name] = row + 1;
    }
    for (const next of rowOf) if (next > 0) order[placed++] = next - 1;
    return order;
  }

  statOf(row: number): FileStat {
    const stat = this.#accounts.stats[row];
    if (stat === undefined) throw new Error('no such account');
    return stat;
  }

  countOf(row: number): number {
    return this.#accounts.counts.at(row);
  }

  listedOf(row: number): number {
    return this.#accounts.listed.at(row);
  }

  missingOf(row: number): number {
    return Math.max(this.#linksOf(row) - this.countOf(row), 0);
  }

  /** Names found equal names that exist, and held still while they were counted. */
  isBalanced(row: number): boolean {
    return this.countOf(row) === this.#linksOf(row) && !this.is('moving', row);
  }

  is(bit: Bit, row: number): boolean {
    return (this.#accounts.marks.at(row) & bits[bit]) !== 0;
  }

  mark(bit: Bit, row: number, isSo: boolean): void {
    const { marks } = this.#accounts;
    const others = marks.at(row) & ~bits[bit];
    marks.set(row, isSo ? others | bits[bit] : others);
  }

  see(row: number, stat: FileStat): void {
    if (isSameStat(stat, this.statOf(row))) return;
    this.#accounts.stats[row] = stat;
    this.#accounts.links.set(row, stat.linkCount);
    this.mark('old', row, false);
  }

  list(row: number, { directory, leaf }: FoundName): void {
    if (!this.add(row, directory, leaf)) return;
    const { listed } = this.#accounts;
    listed.set(row, listed.at(row) + 1);
  }

  /** @returns false when this name was there already, by whatever path it was reached */
  add(row: number, directory: Directory, leaf: ShortLeaf): boolean {
    const { leaves, directories, next } = this.#names;
    const place = this.#numberOf(directory);
    const kept = typeof leaf === 'number' ? leaf : shortLeafOf(leaf);
    if (!this.#isNew(row, place, kept)) return false;
    directories.push(place);
    next.push(noName);
    this.#append(row, leaves.push(kept) - 1);
    return true;
  }

  /** @param from  how many of the first names are left out */
  namesOf(row: number, from = 0): FoundName[] {
    return this.#numbersOf(row)
      .slice(from)
      .map((name) => this.#name(name));
  }

  /** @param onDirectory  is told the number of the directory of each name */
  visitDirectories(row: number, onDirectory: (number: number) => void): void {
    const { directories, next } = this.#names;
    for (let name = this.#accounts.first.at(row); name !== noName; name = next.at(name)) {
      onDirectory(directories.at(name));
    }
  }

  retain(row: number, holds: (name: FoundName) => boolean): void {
    const { first } = this.#accounts;
    const all = this.#numbersOf(row);
    const kept = all.filter((name) => holds(this.#name(name)));
    if (kept.length === all.length) return;
    for (const column of [first, this.#accounts.last]) column.set(row, noName);
    for (const column of [this.#accounts.counts, this.#accounts.listed]) column.set(row, 0);
    this.#keys.delete(row);
    for (const name of kept) this.#append(row, name);
  }

  /** All that were told with names. */
  get directories(): readonly Directory[] {
    return this.#directories;
  }

  *#each(): Generator<LedgerEntry, undefined> {
    for (let row = 0; row < this.size; row += 1) yield new LedgerEntry(this, row);
  }

  /** One number for each directory, however many of its names were found; another where its path has changed. */
  #numberOf(directory: Directory): number {
    // Names come by directory, and with one object for all of a directory.
    if (directory === this.#lastAsked) return this.#lastTold;
    let known = this.#byIdentity.get(directory);
    if (known === undefined || this.#directories[known]?.path !== directory.path) {
      known = this.#directories.push(directory) - 1;
      this.#byIdentity.set(directory, known);
    }
    this.#lastAsked = directory;
    this.#lastTold = known;
    return known;
  }

  #linksOf(row: number): number {
    return this.#accounts.links.at(row);
  }

  #numbersOf(row: number): number[] {
    const { next } = this.#names;
    const numbers: number[] = [];
    for (let name = this.#accounts.first.at(row); name !== noName; name = next.at(name)) {
      numbers.push(name);
    }
    return numbers;
  }

  #append(row: number, name: number): void {
    const { first, last, counts } = this.#accounts;
    const { next } = this.#names;
    const before = last.at(row);
    if (before === noName) first.set(row, name);
    else next.set(before, name);
    next.set(name, noName);
    last.set(row, name);
    counts.set(row, counts.at(row) + 1);
  }

  #isNew(row: number, place: number, leaf: ShortLeaf): boolean {
    const { first, counts } = this.#accounts;
    const { leaves, directories, next } = this.#names;
    if (counts.at(row) > listAtMost) return this.#isNewAmongMany(row, place, leaf);
    for (let name = first.at(row); name !== noName; name = next.at(name)) {
      if (leaves[name] === leaf && this.#isOneDirectory(directories.at(name), place)) return false;
    }
    return true;
  }

  #isNewAmongMany(row: number, place: number, leaf: ShortLeaf): boolean {
    let keys = this.#keys.get(row);
    if (keys === undefined) {
      keys = new Set(this.namesOf(row).map((name) => keyOf(name.directory, name.leaf)));
      this.#keys.set(row, keys);
    }
    const before = keys.size;
    return keys.add(keyOf(this.#directory(place), wholeLeafOf(leaf))).size > before;
  }

  #isOneDirectory(a: number, b: number): boolean {
    return a === b || sameInode(this.#directory(a), this.#directory(b));
  }

  #name(name: number): FoundName {
    const { leaves, directories } = this.#names;
    return {
      directory: this.#directory(directories.at(name)),
      leaf: wholeLeafOf(leaves[name] ?? 0),
    };
  }

  #directory(number: number): Directory {
    const directory = this.#directories[number];
    if (directory === undefined) throw new Error('no such directory');
    return directory;
  }
}

/** Rows of accounts; names are a chain from the first to the last, in the order of coming. */
function noAccounts() {
  return {
    stats: [] as FileStat[],
    /** The counts of `stats`, which a search asks for at every name. */
    links: new NumberColumn(),
    marks: new NumberColumn(),
    first: new NumberColumn(),
    last: new NumberColumn(),
    counts: new NumberColumn(),
    listed: new NumberColumn(),
  };
}

/** Rows of names; the first one is none. */
function noNames() {
  const names = {
    leaves: [0] as ShortLeaf[],
    directories: new NumberColumn(),
    next: new NumberColumn(),
  };
  names.directories.push(0);
  names.next.push(noName);
  return names;
}

function keyOf(directory: InodeId, leaf: BytePath): string {
  return `${inodeKey(directory)}/${leaf}`;
}
