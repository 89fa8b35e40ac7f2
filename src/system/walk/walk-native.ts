/**
 * The native walker: threads that read directory entries with their inode numbers (getdents64) and so never
 * stat an innocent file. The caller's thread is the first of them, and also hands out directories and passes on what
 * the others tell.
 *
 * Work is shared by hunger: the first reader gets the roots; one with nothing to read shows a sign in shared
 * memory, and one that has much gives half of its stack back. Trees of every shape spread in a few steps, and no
 * directory is in two places, so the walk has ended when nothing waits and nobody reads. Threads that are not yet
 * started are hungry too, a moment later: the first gift starts one.
 */
import { InodeTable } from '../../model/inode-table.ts';
import type { InodePart } from '../../model/inode-part.ts';
import type { Onlookers, Walk, WalkRequest, WalkSink } from './port.ts';
import type { PostedTally } from './census-tally.ts';
import { unpackHits } from './hit-batch.ts';
import { workOf } from './directory-stack.ts';
import { mountLeaves } from './mount-leaves.ts';
import { startThread, threadsAtMost } from './native-thread.ts';
import { tablesOf } from './known-tables.ts';
import { onlookersOf } from './onlookers.ts';
import {
  anyDevice,
  signs,
  type FromThread,
  type PostedHits,
  type PostedTable,
  type Reader,
  type Scope,
  type StartReader,
  type Tidings,
  type Work,
} from './walk-messages.ts';

const progressEveryMs = 250;
/** So many are worth asking other threads. */
const manyWanted = 2048;

/** A thread takes some 40 ms to start; in this time one reads some 300 mailboxes. */
export const aloneMs = 10;

/**
 * @param first  starts the first reader
 * @param alone  for how many milliseconds no other is started
 * @param ahead  gives one that comes up already, if there is: it reads from the beginning, too
 */
export function nativeWalk(
  first: StartReader,
  alone = aloneMs,
  ahead: () => StartReader | undefined = () => undefined,
): Walk {
  return {
    name: 'native',
    async run(request, sink) {
      if (request.signal.aborted || request.roots.length === 0) return;
      const walk = new NativeWalk(request, sink, alone);
      try {
        await walk.done(first, ahead);
        await sink.ended?.(walk.onlookers);
      } finally {
        await walk.stop();
      }
    },
  };
}

export class NativeWalk {
  readonly #request: WalkRequest;
  readonly #sink: WalkSink;
  readonly #scope: Scope;
  readonly #devices: readonly bigint[];
  /** By reader, as it was when that last had nothing to read. */
  readonly #tallies = new Map<Reader, PostedTally>();
  readonly #readers: Reader[] = [];
  #readersAtMost: number;
  readonly #idle: Reader[] = [];
  #waiting: Work[];
  #reading = 0;
  #ended = false;
  #end: { resolve: () => void; reject: (error: unknown) => void } | undefined;
  /** All hits, where there may be many to look at again. */
  readonly #kept: PostedHits[] | undefined;
  #entries = 0;
  #directories = 0;
  #leftOut = 0;
  #toldAt = performance.now();

  /** @param census  bytes for all threads together; the tables of the request are empty then */
  constructor(
    request: WalkRequest,
    sink: WalkSink,
    alone: number,
    census?: { readonly part: InodePart; readonly limitBytes: number },
  ) {
    this.#request = request;
    this.#sink = sink;
    this.#devices = request.wanted.map((table) => table.dev);
    const wanted = request.wanted.reduce((sum, { size }) => sum + size, 0);
    this.#kept = wanted < manyWanted ? undefined : [];
    this.#waiting = [workOf(request.roots, anyDevice)];
    // With mount points entered, a directory may be reached twice; only one reader can remember which were.
    this.#readersAtMost = request.enterMounts ? 1 : threadsAtMost(request.jobs);
    this.#scope = {
      wanted: request.wanted.map(posted),
      known: tablesOf(request.known).map(posted),
      roots: request.roots,
      mounts: mountLeaves(request),
      enterMounts: request.enterMounts,
      oldestSeconds: oldestSeconds(request),
      // Who asks for one thread wants one read at a time.
      readsAhead: request.jobs > 1,
      aloneMs: alone,
      census: census && {
        part: census.part,
        limitBytes: Math.floor(census.limitBytes / this.#readersAtMost),
      },
      signs: new Int32Array(new SharedArrayBuffer(12)),
    };
  }

  /** Ends when all is read, or at the caller's signal. @throws when a reader fails */
  async done(
    first: StartReader,
    ahead: () => StartReader | undefined = () => undefined,
  ): Promise<void> {
    const { signal } = this.#request;
    const abort = (): void => {
      this.#finish();
    };
    await new Promise<void>((resolve, reject) => {
      this.#end = { resolve, reject };
      signal.addEventListener('abort', abort);
      this.#start(first);
      const second = this.#readersAtMost > 1 ? ahead() : undefined;
      if (second) this.#start(second);
    }).finally(() => {
      signal.removeEventListener('abort', abort);
    });
    this.#tellProgress();
  }

  /** Complete when the walk has ended by itself: then every reader was idle last. */
  get tallies(): readonly PostedTally[] {
    return [...this.#tallies.values()];
  }

  /** The threads, which have nothing more to read; undefined where few inodes were wanted. */
  get onlookers(): Onlookers | undefined {
    return this.#kept && onlookersOf(this.#readers, this.#kept, this.#devices);
  }

  async stop(): Promise<void> {
    Atomics.store(this.#scope.signs, signs.aborted, 1);
    await Promise.all(this.#readers.map((reader) => reader.end()));
  }

  #start(start: StartReader = startThread): void {
    try {
      const reader: Reader = start({
        attend: (message) => {
          this.#attend(reader, message);
        },
        fail: (error) => {
          this.#fail(error);
        },
      });
      this.#readers.push(reader);
    } catch (error) {
      // No room for one more thread (a limit on tasks, memory): fewer walk as well.
      if (this.#readers.length === 0) throw error;
      this.#readersAtMost = this.#readers.length;
    }
  }

  #attend(reader: Reader, message: FromThread): void {
    if (this.#ended || message.kind === 'looked') return;
    try {
      if (message.kind === 'tidings') this.#pass(message.tidings);
      else if (message.kind === 'ready') this.#join(reader);
      else if (message.kind === 'unfit') this.#fail(new Error(`no native walk: ${message.why}`));
      else if (message.kind === 'given') {
        this.#waiting.push(message.work);
        this.#serve();
        if (this.#waiting.length > 0 && this.#readers.length < this.#readersAtMost) this.#start();
      } else {
        this.#reading--;
        if (message.tally) this.#tallies.set(reader, message.tally);
        this.#idle.push(reader);
        this.#serve();
      }
    } catch (error) {
      // A sink that throws is a bug of the caller; it must not read as a finished walk.
      this.#fail(error);
    }
  }

  #join(reader: Reader): void {
    reader.post({ kind: 'begin', scope: this.#scope });
    this.#idle.push(reader);
    this.#serve();
  }

  #serve(): void {
    while (this.#idle.length > 0 && this.#waiting.length > 0) {
      const reader = this.#idle.pop();
      const work = this.#waiting.pop();
      if (!reader || !work) break;
      this.#reading++;
      reader.post({ kind: 'work', work });
    }
    const { signs: shared } = this.#scope;
    Atomics.store(shared, signs.hungry, this.#idle.length);
    Atomics.store(shared, signs.unstarted, this.#readersAtMost - this.#readers.length);
    if (this.#reading === 0 && this.#waiting.length === 0) this.#finish();
  }

  #pass(tidings: Tidings): void {
    this.#entries += tidings.entries;
    this.#directories += tidings.directories;
    this.#leftOut += tidings.leftOut;
    for (const note of tidings.notes) {
      if (note.kind === 'trouble') this.#sink.trouble(note.trouble);
      else if (note.kind === 'begins') this.#sink.begins(note.root);
      else if (note.kind === 'vanished') this.#sink.vanished(note.path);
      else this.#sink.notEntered(note.place);
    }
    if (tidings.hits) {
      this.#kept?.push(tidings.hits);
      unpackHits(tidings.hits, this.#devices, (table, index, directory, leaf) => {
        if (!this.#ended) this.#sink.hit(table, index, directory, leaf);
      });
    }
    if (performance.now() - this.#toldAt >= progressEveryMs) this.#tellProgress();
  }

  #tellProgress(): void {
    if (this.#entries + this.#directories + this.#leftOut > 0)
      this.#sink.progress(this.#entries, this.#directories, this.#leftOut);
    this.#entries = 0;
    this.#directories = 0;
    this.#leftOut = 0;
    this.#toldAt = performance.now();
  }

  #finish(): void {
    this.#ended = true;
    // Those who still read after an early end may be asked to look.
    Atomics.store(this.#scope.signs, signs.aborted, 1);
    this.#end?.resolve();
  }

  #fail(error: unknown): void {
    this.#ended = true;
    this.#end?.reject(error);
  }
}

/** Births and changes are told by one clock, but not always by the same tick of it. */
const marginSeconds = 2;

function oldestSeconds({ oldestNs }: WalkRequest): number {
  return oldestNs === undefined ? -Infinity : Number(oldestNs / 1_000_000_000n) - marginSeconds;
}

function posted(table: InodeTable): PostedTable {
  return { dev: table.dev, size: table.size, slots: table.slots };
}
