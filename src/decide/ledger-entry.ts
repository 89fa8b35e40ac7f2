/** One account of a ledger, made for who asks: the ledger keeps none of these. */
import type { FileStat } from '../model/inode.ts';
import type { FoundName } from '../model/link.ts';
import { accountBits } from './account-bits.ts';
import type { LinkLedger } from './link-ledger.ts';

export class LedgerEntry {
  readonly row: number;
  readonly #ledger: LinkLedger;

  constructor(ledger: LinkLedger, row: number) {
    this.#ledger = ledger;
    this.row = row;
  }

  /** As last seen; its linkCount is what the names are held against. */
  get stat(): FileStat {
    return this.#ledger.statOf(this.row);
  }

  /** Must this account balance for the report to be complete? Not for files of living owners. */
  get required(): boolean {
    return this.#ledger.is(accountBits.required, this.row);
  }

  /** The inode or its count moved while we looked, and would not settle. */
  get moving(): boolean {
    return this.#ledger.is(accountBits.moving, this.row);
  }

  set moving(moving: boolean) {
    this.#ledger.mark(accountBits.moving, this.row, moving);
  }

  /** It had not changed for a while when it was listed, and no later look saw that it has. */
  get isOld(): boolean {
    return this.#ledger.is(accountBits.old, this.row);
  }

  set isOld(isOld: boolean) {
    this.#ledger.mark(accountBits.old, this.row, isOld);
  }

  /** Made anew each time. */
  get names(): FoundName[] {
    return this.#ledger.namesOf(this.row);
  }

  get count(): number {
    return this.#ledger.countOf(this.row);
  }

  /** How many of the names, the first ones, were looked at in the listing. */
  get listed(): number {
    return this.#ledger.listedOf(this.row);
  }

  get missing(): number {
    return this.#ledger.missingOf(this.row);
  }

  get isBalanced(): boolean {
    return this.#ledger.isBalanced(this.row);
  }

  /** Adds the name by which the file was listed: before the search, and so before all names that it finds. */
  list(name: FoundName): void {
    this.#ledger.list(this.row, name);
  }

  /** @returns false when this name was there already, by whatever path it was reached */
  add({ directory, leaf }: FoundName): boolean {
    return this.#ledger.add(this.row, directory, leaf);
  }

  /** A later look: one object for the file of the listing and the entry, as long as nothing of it has changed. */
  see(stat: FileStat): void {
    this.#ledger.see(this.row, stat);
  }

  /** Keeps only the names that still hold. */
  retain(holds: (name: FoundName) => boolean): void {
    this.#ledger.retain(this.row, holds);
  }
}
