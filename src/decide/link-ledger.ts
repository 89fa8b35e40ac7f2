/**
 * The accounts of all wanted inodes while names are being found: who has how many, and who still misses some.
 *
 * In rows of words, since there can be a million: an account with two names takes 60 bytes here, and its place in the
 * table that a walk gets 25. As objects it took 290, and the collector spent its time copying them.
 */
import type { BytePath } from '../model/byte-path.ts';
import { InodeMap } from '../model/inode-map.ts';
import { inodeKey, isSameStat, sameInode, type FileStat, type InodeId } from '../model/inode.ts';
import { InodeTables } from '../model/inode-tables.ts';
import type { Directory, FoundName } from '../model/link.ts';
import { shortLeafOf, wholeLeafOf, type ShortLeaf } from '../model/mailbox-name.ts';
import { WordRows } from '../model/word-rows.ts';
import { accountBits, type AccountBit } from './account-bits.ts';
import { isSettled } from './ctime-grain.ts';
import { LedgerEntry } from './ledger-entry.ts';

/** Names of one inode; past this many, a set keeps the search for duplicates from growing with the square. */
const listAtMost = 16;

/**
 * Words of an account: the count of its `stats`, which a search asks for at every name, accountBits, its first and its
 * last name, how many it has, and how many of them came from the listing.
 */
const accountAt = { links: 0, marks: 1, first: 2, last: 3, count: 4, listed: 5 } as const;
const accountWords = 6;
/** Words of a name: the number of its directory, and the next name of its account. */
const nameAt = { directory: 0, next: 1 } as const;
const nameWords = 2;

/** Names are numbered from 1 on. */
const noName = 0;

export class LinkLedger {
  readonly #listedNs: bigint;
  /** By row, as last seen. */
  #stats: FileStat[] = [];
  #accounts: WordRows;
  /** By number. A chain leads from the first name of an account to its last, in the order of coming. */
  #leaves: ShortLeaf[] = [];
  #names: WordRows;
  /** The rows of inodes. */
  #rows: InodeTables;
  /** Of accounts with many names: what tells each. */
  readonly #keys = new Map<number, Set<string>>();
  readonly #directories: Directory[] = [];
  readonly #byIdentity = new InodeMap<number>();
  #lastAsked: Directory | undefined;
  #lastTold = 0;

  /**
   * @param listedNs  when the listing of the stage files began; of an unknown time no file is old
   * @param room      for so many accounts; it grows past them
   */
  constructor(listedNs = 0n, room = 0) {
    this.#listedNs = listedNs;
    this.#accounts = new WordRows(accountWords, room);
    this.#names = new WordRows(nameWords, room * 2);
    this.#rows = new InodeTables(room);
    this.#addNoName();
  }

  /** Opens the account of an inode, or updates it when a later look saw another link count. */
  open(stat: FileStat, required: boolean): LedgerEntry {
    return new LedgerEntry(this, this.rowFor(stat, required));
  }

  /** As open(). @returns the number of the account */
  rowFor(stat: FileStat, required: boolean): number {
    const row = this.#rows.put(stat, this.#stats.length);
    if (row < this.#stats.length) {
      if (required) this.mark(accountBits.required, row, true);
      if (stat.changedNs > this.statOf(row).changedNs) this.see(row, stat);
      return row;
    }
    this.#stats.push(stat);
    const isOld = isSettled(stat.changedNs, this.#listedNs);
    const at = this.#accounts.push() * accountWords;
    const { words } = this.#accounts;
    words[at + accountAt.links] = stat.linkCount;
    words[at + accountAt.marks] =
      (required ? accountBits.required : 0) | (isOld ? accountBits.old : 0);
    return row;
  }

  /** @returns the number of its account; -1 when it has none */
  rowOf(id: InodeId): number {
    return this.#rows.find(id);
  }

  /** Accounts are numbered in the order of coming. */
  get size(): number {
    return this.#stats.length;
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
    this.#stats = [];
    this.#leaves = [];
    this.#accounts = new WordRows(accountWords, 0);
    this.#names = new WordRows(nameWords, 0);
    this.#rows = new InodeTables();
    this.#keys.clear();
    this.#addNoName();
  }

  /** The numbers of accounts that miss names. @param onlyRequired those that would make the report incomplete */
  unbalanced(onlyRequired: boolean): number[] {
    const rows: number[] = [];
    for (let row = 0; row < this.size; row += 1) {
      if (!this.isBalanced(row) && (!onlyRequired || this.is(accountBits.required, row)))
        rows.push(row);
    }
    return rows;
  }

  /**
   * All accounts in the order in which their last names came. A walk tells names by directory, and a path whose
   * directory was just looked up costs a fifth less.
   */
  byLastName(): Uint32Array {
    const order = new Uint32Array(this.size);
    const rowOf = new Uint32Array(this.#leaves.length);
    let placed = 0;
    for (let row = 0; row < order.length; row += 1) {
      const name = this.#wordOf(row, accountAt.last);
      if (name === noName) order[placed++] = row;
      else rowOf[name] = row + 1;
    }
    for (const next of rowOf) if (next > 0) order[placed++] = next - 1;
    return order;
  }

  statOf(row: number): FileStat {
    const stat = this.#stats[row];
    if (stat === undefined) throw new Error('no such account');
    return stat;
  }

  countOf(row: number): number {
    return this.#wordOf(row, accountAt.count);
  }

  listedOf(row: number): number {
    return this.#wordOf(row, accountAt.listed);
  }

  missingOf(row: number): number {
    return Math.max(this.#linksOf(row) - this.countOf(row), 0);
  }

  /** Names found equal names that exist, and held still while they were counted. */
  isBalanced(row: number): boolean {
    return this.countOf(row) === this.#linksOf(row) && !this.is(accountBits.moving, row);
  }

  is(bit: AccountBit, row: number): boolean {
    return (this.#wordOf(row, accountAt.marks) & bit) !== 0;
  }

  mark(bit: AccountBit, row: number, isSo: boolean): void {
    const others = this.#wordOf(row, accountAt.marks) & ~bit;
    this.#setWord(row, accountAt.marks, isSo ? others | bit : others);
  }

  see(row: number, stat: FileStat): void {
    if (isSameStat(stat, this.statOf(row))) return;
    this.#stats[row] = stat;
    this.#setWord(row, accountAt.links, stat.linkCount);
    this.mark(accountBits.old, row, false);
  }

  list(row: number, { directory, leaf }: FoundName): void {
    if (this.add(row, directory, leaf))
      this.#setWord(row, accountAt.listed, this.listedOf(row) + 1);
  }

  /** @returns false when this name was there already, by whatever path it was reached */
  add(row: number, directory: Directory, leaf: ShortLeaf): boolean {
    const place = this.#numberOf(directory);
    const kept = typeof leaf === 'number' ? leaf : shortLeafOf(leaf);
    if (!this.#isNew(row, place, kept)) return false;
    this.#leaves.push(kept);
    const name = this.#names.push();
    this.#names.words[name * nameWords + nameAt.directory] = place;
    this.#append(row, name);
    return true;
  }

  /** @param from  how many of the first names are left out */
  namesOf(row: number, from = 0): FoundName[] {
    return this.#numbersOf(row)
      .slice(from)
      .map((name) => this.#name(name));
  }

  retain(row: number, holds: (name: FoundName) => boolean): void {
    const all = this.#numbersOf(row);
    const kept = all.filter((name) => holds(this.#name(name)));
    if (kept.length === all.length) return;
    this.#setWord(row, accountAt.first, noName);
    this.#setWord(row, accountAt.last, noName);
    this.#setWord(row, accountAt.count, 0);
    this.#setWord(row, accountAt.listed, 0);
    this.#keys.delete(row);
    for (const name of kept) this.#append(row, name);
  }

  /** All that were told with names. */
  get directories(): readonly Directory[] {
    return this.#directories;
  }

  /** The one with the number that stands for none. */
  #addNoName(): void {
    this.#names.push();
    this.#leaves.push(noName);
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
    return this.#wordOf(row, accountAt.links);
  }

  #firstOf(row: number): number {
    return this.#wordOf(row, accountAt.first);
  }

  #wordOf(row: number, word: number): number {
    return this.#accounts.words[row * accountWords + word] ?? 0;
  }

  #setWord(row: number, word: number, value: number): void {
    this.#accounts.words[row * accountWords + word] = value;
  }

  #nextOf(name: number): number {
    return this.#names.words[name * nameWords + nameAt.next] ?? noName;
  }

  /** The number of its directory. */
  #placeOf(name: number): number {
    return this.#names.words[name * nameWords + nameAt.directory] ?? 0;
  }

  #numbersOf(row: number): number[] {
    const numbers: number[] = [];
    for (let name = this.#firstOf(row); name !== noName; name = this.#nextOf(name)) {
      numbers.push(name);
    }
    return numbers;
  }

  #append(row: number, name: number): void {
    const { words } = this.#accounts;
    const at = row * accountWords;
    const before = words[at + accountAt.last] ?? noName;
    if (before === noName) words[at + accountAt.first] = name;
    else this.#names.words[before * nameWords + nameAt.next] = name;
    this.#names.words[name * nameWords + nameAt.next] = noName;
    words[at + accountAt.last] = name;
    words[at + accountAt.count] = (words[at + accountAt.count] ?? 0) + 1;
  }

  #isNew(row: number, place: number, leaf: ShortLeaf): boolean {
    if (this.countOf(row) > listAtMost) return this.#isNewAmongMany(row, place, leaf);
    for (let name = this.#firstOf(row); name !== noName; name = this.#nextOf(name)) {
      if (this.#leaves[name] === leaf && this.#isOneDirectory(this.#placeOf(name), place)) {
        return false;
      }
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
    return {
      directory: this.#directory(this.#placeOf(name)),
      leaf: wholeLeafOf(this.#leaves[name] ?? 0),
    };
  }

  #directory(number: number): Directory {
    const directory = this.#directories[number];
    if (directory === undefined) throw new Error('no such directory');
    return directory;
  }
}

function keyOf(directory: InodeId, leaf: BytePath): string {
  return `${inodeKey(directory)}/${leaf}`;
}
