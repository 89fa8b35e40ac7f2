/**
 * What a walk has found, to be looked at again by several threads: the bytes of its hits as they are, in memory that all
 * share. Who is free takes the next batch, and the answer is a byte a file.
 */
import { ExpectedStats } from './expected-stats.ts';
import type { PostedHits } from './walk/walk-messages.ts';

export type LookKind = 'files' | 'directories';

/** A LookList taken apart, as it is posted. */
export interface PostedLooks {
  readonly kind: LookKind;
  readonly hits: readonly PostedHits[];
  /** The index of the first file that is looked at; there are as many as in `seen`. */
  readonly first: number;
  readonly expected: Uint32Array<SharedArrayBuffer>;
  readonly seen: Uint8Array<SharedArrayBuffer>;
  readonly counters: Int32Array<SharedArrayBuffer>;
}

/** What was seen of a file: bits that are added to those of its other names. */
export const seenBits = { asExpected: 1, other: 2 } as const;
/** Of the counters. */
const [taken, settled] = [0, 1] as const;

interface Range {
  readonly first: number;
  readonly count: number;
}

export class LookList {
  readonly kind: LookKind;
  /** Of files by their place, see placeOf(); of directories by the table of their device. */
  readonly expected: ExpectedStats;
  readonly #posted: PostedLooks;

  private constructor(posted: PostedLooks) {
    this.#posted = posted;
    this.kind = posted.kind;
    this.expected = ExpectedStats.shared(posted.expected);
  }

  static shared(posted: PostedLooks): LookList {
    return new LookList(posted);
  }

  /** @param range  of the files that are looked at, or of all devices */
  static of(
    kind: LookKind,
    hits: readonly PostedHits[],
    expected: ExpectedStats,
    { first, count }: Range,
  ): LookList {
    return new LookList({
      kind,
      hits,
      first,
      expected: expected.words,
      seen: new Uint8Array(new SharedArrayBuffer(count)),
      counters: new Int32Array(new SharedArrayBuffer(8)),
    });
  }

  get posted(): PostedLooks {
    return this.#posted;
  }

  /** By place of a file, or by device: seenBits of all that were looked at. */
  get seen(): Uint8Array<SharedArrayBuffer> {
    return this.#posted.seen;
  }

  /** @returns the place of a file among those that are looked at; -1 of any other */
  placeOf(index: number): number {
    const place = index - this.#posted.first;
    return place >= 0 && place < this.seen.length ? place : -1;
  }

  /** Two threads may see two names of one file. */
  see(place: number, isAsExpected: boolean): void {
    Atomics.or(this.seen, place, isAsExpected ? seenBits.asExpected : seenBits.other);
  }

  /** @returns the next batch that nobody has taken; undefined when none is left */
  take(): PostedHits | undefined {
    return this.#posted.hits[Atomics.add(this.#posted.counters, taken, 1)];
  }

  /** That a batch is done. Only then another thread may read what was found. */
  settle(): void {
    Atomics.add(this.#posted.counters, settled, 1);
  }

  get isDone(): boolean {
    return Atomics.load(this.#posted.counters, settled) === this.#posted.hits.length;
  }
}
