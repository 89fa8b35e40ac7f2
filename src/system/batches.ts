/**
 * What is still to be done for many files, dealt out in batches to whoever asks. Files whose inode has other names are
 * dealt out again, by one of the names.
 */
import { sameInode, type FileStat } from '../model/inode.ts';
import { isTrouble, type Trouble } from '../model/trouble.ts';
import type { Clock, Inspection } from './os.ts';
import type { Pace } from './pace.ts';
import { SharedDigests } from './shared-digests.ts';

export interface Item {
  /** What it costs beside its bytes, in looks at a file. */
  readonly looks: number;
  /** What reading it is likely to cost. */
  readonly expectedBytes: number;
  /** The lstat of a shared inode, when this is the name by which it is read: others wait for the digest. */
  readonly firstOf?: FileStat;
}

/** Of one batch: so many that posting them is nothing, so few that threads end together. */
export interface BatchLimits {
  readonly looks: number;
  readonly bytes: number;
}

export class Batches<T extends Item> {
  /** Handed out so far. */
  looks = 0;
  bytes = 0;
  readonly #source: AsyncIterator<T>;
  readonly #limits: BatchLimits;
  readonly #pace: Pace | undefined;
  readonly #shared = new SharedDigests();
  /** Inodes with several names, each to be read now by its first name, and what else an answer gave to do. */
  readonly #again: T[] = [];
  #isSpent = false;
  #isClosed = false;
  #inFlight = 0;
  #taking: Promise<unknown> = Promise.resolve();
  #wakers: (() => void)[] = [];

  /** @param source  pulled as batches are asked for, and ended with them */
  constructor(source: AsyncIterable<T>, limits: BatchLimits, pace: Pace | undefined) {
    this.#source = source[Symbol.asyncIterator]();
    const bytes = Math.min(limits.bytes, pace?.portionBytes ?? limits.bytes);
    this.#limits = { ...limits, bytes };
    this.#pace = pace;
  }

  /** @returns empty when all is done. Every batch must come back to settle(). */
  async next(looksAtMost = this.#limits.looks): Promise<readonly T[]> {
    const limits = { ...this.#limits, looks: looksAtMost };
    for (;;) {
      if (this.#isClosed) return [];
      const batch = this.#again.length > 0 ? this.#takeAgain(limits) : await this.#takeNew(limits);
      this.#inFlight += batch.length;
      if (batch.length > 0) {
        await this.#pace?.take(bytesOf(batch));
        return batch;
      }
      if (this.#again.length > 0) continue;
      if (this.#inFlight === 0) {
        this.#wake();
        return [];
      }
      await new Promise<void>((resolve) => this.#wakers.push(resolve));
    }
  }

  /** After all of its answers were taken. @param readBytes of all its files */
  settle(batch: readonly T[], readBytes: number): void {
    this.#inFlight -= batch.length;
    this.#pace?.settle(readBytes - bytesOf(batch));
    this.#wake();
  }

  /** A file with other names was only looked at: its digest is known, on its way, or to be made now. */
  share(again: T, stat: FileStat, onDigest: (sha1: string) => void): void {
    const reads = this.#shared.ask(stat, (sha1) => {
      if (sha1 === undefined) this.#again.push(again);
      else onDigest(sha1);
    });
    if (reads) this.#again.push({ ...again, firstOf: stat });
  }

  /** What became of a file, for those who wait for its digest. @param answer  undefined: it has no other name now */
  answered({ firstOf }: T, answer: Inspection | Trouble | undefined): void {
    if (firstOf !== undefined) this.#shared.settle(firstOf, digestOf(firstOf, answer));
  }

  /** What an answer gave to do, before those of its batch are settled. */
  add(item: T): void {
    this.#again.push(item);
  }

  /** The source ends with the run, also when the run ends early: who works on is given no more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#source.return?.();
  }

  /** One at a time: a generator that is asked twice at once would deal its items out alternately. */
  async #takeNew(limits: BatchLimits): Promise<readonly T[]> {
    const turn = this.#taking.then(() => this.#pull(limits));
    this.#taking = turn.catch(() => undefined);
    return await turn;
  }

  async #pull(limits: BatchLimits): Promise<T[]> {
    const taken: T[] = [];
    let [looks, bytes] = [0, 0];
    while (!this.#isSpent && looks < limits.looks && bytes < limits.bytes) {
      const next = await this.#source.next();
      if (next.done === true) {
        this.#isSpent = true;
        break;
      }
      taken.push(next.value);
      looks += next.value.looks;
      bytes += next.value.expectedBytes;
    }
    this.looks += looks;
    this.bytes += bytes;
    return taken;
  }

  #takeAgain(limits: BatchLimits): T[] {
    let [count, looks, bytes] = [0, 0, 0];
    for (const item of this.#again) {
      if (looks >= limits.looks || bytes >= limits.bytes) break;
      count += 1;
      looks += item.looks;
      bytes += item.expectedBytes;
    }
    return this.#again.splice(0, count);
  }

  #wake(): void {
    const wakers = this.#wakers;
    this.#wakers = [];
    for (const wake of wakers) wake();
  }
}

/** Each thread works on one batch while the next waits in its queue: it never waits for who makes them. */
const batchesEach = 2;

/** @param serve  the work of one thread on one batch, with its settle() */
export async function dealOut<T extends Item, Thread>(
  batches: Batches<T>,
  threads: readonly Thread[],
  serve: (thread: Thread, batch: readonly T[]) => Promise<void>,
  clock: Clock,
): Promise<void> {
  const lanes = threads.flatMap((thread) => Array.from({ length: batchesEach }, () => thread));
  await Promise.all(
    lanes.map(async (thread) => {
      for (;;) {
        const batch = await batches.next();
        if (batch.length === 0) return;
        await serve(thread, batch);
        // One mailbox can have a million messages, and the user enough of it.
        await clock.breathe();
      }
    }),
  );
}

function bytesOf(batch: readonly Item[]): number {
  return batch.reduce((sum, { expectedBytes }) => sum + expectedBytes, 0);
}

/** The digest for those who wait: of the same inode as it was when they asked. */
function digestOf(firstOf: FileStat, answer: Inspection | Trouble | undefined): string | undefined {
  if (answer === undefined || isTrouble(answer)) return undefined;
  const { stat, sha1 } = answer;
  const isSame =
    sameInode(firstOf, stat) &&
    firstOf.sizeBytes === stat.sizeBytes &&
    firstOf.modifiedNs === stat.modifiedNs &&
    firstOf.changedNs === stat.changedNs;
  return isSame ? sha1 : undefined;
}
