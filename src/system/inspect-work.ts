/** What is still to inspect, handed out in batches to whoever asks, and what came of it. */
import { sameInode, type FileStat } from '../model/inode.ts';
import { isTrouble, type Trouble } from '../model/trouble.ts';
import { isExpected, type Found, type Inspected } from './inspect-file.ts';
import type { Inspection, InspectRequest } from './os.ts';
import type { Pace } from './pace.ts';
import { SharedDigests } from './shared-digests.ts';

export interface Work extends Inspected {
  readonly index: number;
  readonly expectedBytes: number;
  /** Its lstat, when this is the name by which a shared inode is read: others wait for the digest. */
  readonly firstOf?: FileStat;
}

type OnAnswer = (index: number, answer: Inspection | Trouble) => void;
type OnExpected = (index: number, readBytes: number) => void;

/** Large enough that posting is nothing, small enough that threads end together. */
const batchBytes = 32 * 1_048_576;

export class InspectWork {
  /** Files and bytes handed out so far. */
  files = 0;
  bytes = 0;
  readonly #source: AsyncIterator<InspectRequest>;
  readonly #onAnswer: OnAnswer;
  readonly #onExpected: OnExpected | undefined;
  readonly #pace: Pace | undefined;
  readonly #shared = new SharedDigests();
  /** Inodes with several names, each to be read now by its first name. */
  readonly #again: Work[] = [];
  #isSpent = false;
  #inFlight = 0;
  #taking: Promise<unknown> = Promise.resolve();
  #wakers: (() => void)[] = [];

  constructor(
    source: AsyncIterable<InspectRequest>,
    onAnswer: OnAnswer,
    onExpected: OnExpected | undefined,
    pace: Pace | undefined,
  ) {
    this.#source = source[Symbol.asyncIterator]();
    this.#onAnswer = onAnswer;
    this.#onExpected = onExpected;
    this.#pace = pace;
  }

  /** @returns up to `most` files; empty when all is done. Every batch must come back to settle(). */
  async next(most: number): Promise<readonly Work[]> {
    for (;;) {
      const batch = this.#again.length > 0 ? this.#again.splice(0, most) : await this.#take(most);
      this.#inFlight += batch.length;
      if (batch.length > 0) {
        await this.#pace?.take(batch.reduce((sum, file) => sum + file.expectedBytes, 0));
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

  settle(batch: readonly Work[], found: readonly Found[]): void {
    this.#inFlight -= batch.length;
    batch.forEach((file, at) => {
      const answer = found[at];
      if (answer === undefined) throw new Error('a file was not inspected');
      const readBytes = isTrouble(answer) ? 0 : answer.readBytes;
      this.#pace?.settle(readBytes - file.expectedBytes);
      if (isExpected(answer)) {
        this.#onExpected?.(file.index, answer.readBytes);
        return;
      }
      if (isTrouble(answer) || !isLeftShared(file, answer)) this.#onAnswer(file.index, answer);
      else this.#share(file, answer);
      if (file.firstOf !== undefined) {
        this.#shared.settle(file.firstOf, isTrouble(answer) ? undefined : digestOf(file, answer));
      }
    });
    this.#wake();
  }

  /** The source ends with the run, also when the run ends early. */
  async close(): Promise<void> {
    await this.#source.return?.();
  }

  /** A file with other names was only stat'ed: its digest is known, on its way, or to be made now. */
  #share(file: Work, { stat }: Inspection): void {
    const again = { ...file, readsShared: true, expectedBytes: stat.sizeBytes };
    const reads = this.#shared.ask(stat, (sha1) => {
      if (sha1 === undefined) this.#again.push(again);
      else this.#onAnswer(file.index, { stat, sha1, readBytes: 0 });
    });
    if (reads) this.#again.push({ ...again, firstOf: stat });
  }

  /** One at a time: a generator that is asked twice at once would deal its files out alternately. */
  async #take(most: number): Promise<readonly Work[]> {
    const turn = this.#taking.then(() => this.#pull(most));
    this.#taking = turn.catch(() => undefined);
    return await turn;
  }

  async #pull(most: number): Promise<Work[]> {
    const taken: Work[] = [];
    const enough = Math.min(batchBytes, this.#pace?.portionBytes ?? batchBytes);
    let bytes = 0;
    while (!this.#isSpent && taken.length < most && bytes < enough) {
      const next = await this.#source.next();
      if (next.done === true) {
        this.#isSpent = true;
        break;
      }
      const { path, wantsSha1, wantsHead } = next.value;
      // What is not read costs the pace nothing.
      const expectedBytes = wantsSha1 || wantsHead ? next.value.expectedBytes : 0;
      const readsShared = !wantsSha1 || wantsHead;
      const { expectedSha1 } = next.value;
      taken.push({
        index: this.files,
        path,
        wantsSha1,
        wantsHead,
        readsShared,
        expectedBytes,
        ...(expectedSha1 === undefined || this.#onExpected === undefined ? {} : { expectedSha1 }),
      });
      this.files += 1;
      bytes += expectedBytes;
    }
    this.bytes += bytes;
    return taken;
  }

  #wake(): void {
    const wakers = this.#wakers;
    this.#wakers = [];
    for (const wake of wakers) wake();
  }
}

/** Was it only looked at, because its inode has other names and may have been read by one of them? */
function isLeftShared(file: Work, { stat, sha1 }: Inspection): boolean {
  return file.wantsSha1 && !file.readsShared && sha1 === undefined && stat.kind === 'file';
}

/** The digest for those who wait: of the same inode as it was when they asked. */
function digestOf({ firstOf }: Work, { stat, sha1 }: Inspection): string | undefined {
  const isSame =
    firstOf !== undefined &&
    sameInode(firstOf, stat) &&
    firstOf.sizeBytes === stat.sizeBytes &&
    firstOf.modifiedNs === stat.modifiedNs &&
    firstOf.changedNs === stat.changedNs;
  return isSame ? sha1 : undefined;
}
