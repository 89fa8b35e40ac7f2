/** The rows of a table that has room for so many: the gravest, whatever comes after them. */

/** Rows that one table of a page shows. Browsers stay quick with some thousands, and nobody reads more. */
export const rowLimit = 5000;

/** A row and the host whose report has it, by position in the list of hosts. */
export interface OfHost<T> {
  readonly host: number;
  readonly row: T;
}

/** Holds no more than the limit for each rank, so that a fleet's million rows can go by. */
export class RankedRows<T> {
  readonly #limit: number;
  readonly #ranks: T[][] = [];
  readonly #totals: number[] = [];

  constructor(limit = rowLimit) {
    this.#limit = limit;
  }

  /** @param rank 0 is the gravest */
  add(row: T, rank: number): void {
    this.#totals[rank] = this.of(rank) + 1;
    while (this.#ranks.length <= rank) this.#ranks.push([]);
    const rows = this.#ranks[rank];
    if (rows !== undefined && rows.length < this.#limit) rows.push(row);
  }

  /** All that were added, shown or not. */
  get total(): number {
    return this.#totals.reduce((sum, all) => sum + all, 0);
  }

  /** All of one rank. */
  of(rank: number): number {
    return this.#totals[rank] ?? 0;
  }

  /** Gravest first, within a rank in the order in which they came. */
  shown(): readonly T[] {
    return this.#ranks.flat().slice(0, this.#limit);
  }
}
