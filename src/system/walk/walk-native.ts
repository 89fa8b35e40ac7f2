/**
 * The native walker: threads that read directory entries with their inode numbers (getdents64) and so never
 * stat an innocent file. The caller's thread only hands out directories and passes on what the threads tell.
 *
 * Work is shared by hunger: the first thread gets the roots; a thread with nothing to read shows a sign in shared
 * memory, and one that has much gives half of its stack back. Trees of every shape spread in a few steps, and no
 * directory is in two places, so the walk has ended when nothing waits and nobody reads. Threads that are not yet
 * started are hungry too: the first gift starts one.
 */
import { once } from 'node:events';
import type { Worker } from 'node:worker_threads';
import { InodeTable } from '../../model/inode-table.ts';
import type { InodePart } from '../../model/inode-part.ts';
import type { Walk, WalkRequest, WalkSink } from '../os.ts';
import type { PostedTally } from './census-tally.ts';
import { unpackHits } from './hit-batch.ts';
import { mountLeaves } from './mount-leaves.ts';
import { endThread, startThread, threadsAtMost } from './native-thread.ts';
import { tablesOf } from './known-tables.ts';
import {
  anyDevice,
  signs,
  type FromThread,
  type PostedTable,
  type Scope,
  type Tidings,
  type ToThread,
  type Work,
} from './walk-messages.ts';

const progressEveryMs = 250;

/** A thread takes some 40 ms to start; in this time one reads some 300 mailboxes. */
export const aloneMs = 10;

/**
 * @param spare  a thread that is started already, for the first run
 * @param alone  for how many milliseconds the first thread walks alone
 */
export function nativeWalk(spare?: Worker, alone = aloneMs): Walk {
  return {
    name: 'native',
    async run(request, sink) {
      const first = spare;
      spare = undefined;
      if (request.signal.aborted || request.roots.length === 0) {
        if (first) await endThread(first, once(first, 'exit'));
        return;
      }
      const walk = new NativeWalk(request, sink, alone);
      try {
        await walk.done(first);
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
  /** By thread, as it was when the thread last had nothing to read. */
  readonly #tallies = new Map<Worker, PostedTally>();
  readonly #threads = new Map<Worker, Promise<unknown>>();
  #threadsAtMost: number;
  readonly #idle: Worker[] = [];
  #waiting: Work[];
  #reading = 0;
  #ended = false;
  #end: { resolve: () => void; reject: (error: unknown) => void } | undefined;
  #entries = 0;
  #directories = 0;
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
    this.#waiting = [
      { paths: request.roots.join('\0'), tables: request.roots.map(() => anyDevice) },
    ];
    // With mount points entered, a directory may be reached twice; only one thread can remember which were.
    this.#threadsAtMost = request.enterMounts ? 1 : threadsAtMost(request.jobs);
    this.#scope = {
      wanted: request.wanted.map(posted),
      known: tablesOf(request.known).map(posted),
      roots: request.roots,
      mounts: mountLeaves(request),
      enterMounts: request.enterMounts,
      aloneMs: alone,
      census: census && {
        part: census.part,
        limitBytes: Math.floor(census.limitBytes / this.#threadsAtMost),
      },
      signs: new Int32Array(new SharedArrayBuffer(8)),
    };
  }

  /** Ends when all is read, or at the caller's signal. @throws when a thread fails */
  async done(spare: Worker | undefined): Promise<void> {
    const { signal } = this.#request;
    const abort = (): void => {
      this.#finish();
    };
    await new Promise<void>((resolve, reject) => {
      this.#end = { resolve, reject };
      signal.addEventListener('abort', abort);
      this.#start(spare);
    }).finally(() => {
      signal.removeEventListener('abort', abort);
    });
    this.#tellProgress();
  }

  /** Complete when the walk has ended by itself: then every thread was idle last. */
  get tallies(): readonly PostedTally[] {
    return [...this.#tallies.values()];
  }

  async stop(): Promise<void> {
    Atomics.store(this.#scope.signs, signs.aborted, 1);
    await Promise.all([...this.#threads].map(([thread, exited]) => endThread(thread, exited)));
  }

  #start(spare?: Worker): void {
    let thread: Worker;
    try {
      thread = spare ?? startThread();
    } catch (error) {
      // No room for one more thread (a limit on tasks, memory): fewer walk as well.
      if (this.#threads.size === 0) throw error;
      this.#threadsAtMost = this.#threads.size;
      return;
    }
    const exited = new Promise((resolve) => thread.once('exit', resolve));
    this.#threads.set(thread, exited);
    thread.ref();
    thread.on('message', (message: FromThread) => {
      this.#attend(thread, message);
    });
    thread.on('error', (error) => {
      this.#fail(new Error('a thread of the native walker failed', { cause: error }));
    });
    thread.on('exit', (code) => {
      this.#fail(new Error(`a thread of the native walker ended early (exit code ${code})`));
    });
    if (spare) this.#join(thread);
  }

  #attend(thread: Worker, message: FromThread): void {
    if (this.#ended) return;
    try {
      if (message.kind === 'tidings') this.#pass(message.tidings);
      else if (message.kind === 'ready') this.#join(thread);
      else if (message.kind === 'unfit') this.#fail(new Error(`no native walk: ${message.why}`));
      else if (message.kind === 'given') {
        this.#waiting.push(message.work);
        this.#serve();
        if (this.#waiting.length > 0 && this.#threads.size < this.#threadsAtMost) this.#start();
      } else {
        this.#reading--;
        if (message.tally) this.#tallies.set(thread, message.tally);
        this.#idle.push(thread);
        this.#serve();
      }
    } catch (error) {
      // A sink that throws is a bug of the caller; it must not read as a finished walk.
      this.#fail(error);
    }
  }

  #join(thread: Worker): void {
    thread.postMessage({ kind: 'begin', scope: this.#scope } satisfies ToThread);
    this.#idle.push(thread);
    this.#serve();
  }

  #serve(): void {
    while (this.#idle.length > 0 && this.#waiting.length > 0) {
      const thread = this.#idle.pop();
      const work = this.#waiting.pop();
      if (!thread || !work) break;
      this.#reading++;
      thread.postMessage({ kind: 'work', work } satisfies ToThread);
    }
    const unstarted = this.#threadsAtMost - this.#threads.size;
    Atomics.store(this.#scope.signs, signs.hungry, this.#idle.length + unstarted);
    if (this.#reading === 0 && this.#waiting.length === 0) this.#finish();
  }

  #pass(tidings: Tidings): void {
    this.#entries += tidings.entries;
    this.#directories += tidings.directories;
    for (const note of tidings.notes) {
      if (note.kind === 'trouble') this.#sink.trouble(note.trouble);
      else if (note.kind === 'begins') this.#sink.begins(note.root);
      else if (note.kind === 'vanished') this.#sink.vanished(note.path);
      else this.#sink.notEntered(note.place);
    }
    if (tidings.hits) {
      unpackHits(tidings.hits, this.#devices, (table, index, directory, leaf) => {
        if (!this.#ended) this.#sink.hit(table, index, directory, leaf);
      });
    }
    if (performance.now() - this.#toldAt >= progressEveryMs) this.#tellProgress();
  }

  #tellProgress(): void {
    if (this.#entries + this.#directories > 0)
      this.#sink.progress(this.#entries, this.#directories);
    this.#entries = 0;
    this.#directories = 0;
    this.#toldAt = performance.now();
  }

  #finish(): void {
    this.#ended = true;
    this.#end?.resolve();
  }

  #fail(error: unknown): void {
    this.#ended = true;
    this.#end?.reject(error);
  }
}

function posted(table: InodeTable): PostedTable {
  return { dev: table.dev, size: table.size, slots: table.slots };
}
