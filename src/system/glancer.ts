/**
 * lstat of the messages of many mailboxes: here while they are few, and from then on in threads, since a thread with
 * the FFI takes some 60 ms to start and an lstat some 4 µs.
 */
import { Worker } from 'node:worker_threads';
import { memoryOf, packRequests, unpackGlances, type GlanceAnswer } from './glance-messages.ts';
import { glancePlain } from './glance-plain.ts';
import type { Glance, GlanceRequest, Glancer } from './glance.ts';
import type { Clock } from './os.ts';
import { threadsAtMost } from './walk/native-thread.ts';
import { workerUrl } from './worker-url.ts';

/** Looks past which threads are worth their start. */
const looksAlone = 8192;
/** So many that posting them is nothing, so few that a thread is soon asked whether it is to end. */
const looksAtOnce = 4096;
/** What a directory costs beside its messages. */
const looksADirectory = 16;
/** While a thread works on one batch, the next waits in its queue: it never waits for the thread that makes them. */
const batchesEach = 2;

/** @param jobs threads at most; one works on the caller's thread */
export function nodeGlancer(jobs: number, clock: Clock): Glancer {
  return {
    async glance(requests, onGlance) {
      const work = new GlanceWork(requests);
      try {
        for (let looks = 0; jobs === 1 || looks < looksAlone; looks += looksAtOnce) {
          const batch = await work.next();
          if (batch.requests.length === 0) return;
          batch.requests.forEach((request, at) => {
            onGlance(batch.first + at, glancePlain(request));
          });
          await clock.breathe();
        }
        await glanceInThreads(work, onGlance, jobs, clock);
      } finally {
        await work.close();
      }
    },
  };
}

interface Batch {
  /** Number of its first request. */
  readonly first: number;
  readonly requests: readonly GlanceRequest[];
}

/** The requests in order, each given once, to whoever asks. */
class GlanceWork {
  readonly #source: AsyncIterator<GlanceRequest>;
  #next = 0;
  #isSpent = false;
  #taking: Promise<unknown> = Promise.resolve();

  constructor(source: AsyncIterable<GlanceRequest>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** One at a time: a generator that is asked twice at once would deal its requests out alternately. */
  async next(): Promise<Batch> {
    const turn = this.#taking.then(() => this.#pull());
    this.#taking = turn.catch(() => undefined);
    return await turn;
  }

  /** The source ends with the run, also when the run ends early. */
  async close(): Promise<void> {
    await this.#source.return?.();
  }

  async #pull(): Promise<Batch> {
    const first = this.#next;
    const requests: GlanceRequest[] = [];
    for (let looks = 0; !this.#isSpent && looks < looksAtOnce;) {
      const next = await this.#source.next();
      if (next.done === true) {
        this.#isSpent = true;
        break;
      }
      requests.push(next.value);
      looks += next.value.expected.uids.length + looksADirectory;
    }
    this.#next += requests.length;
    return { first, requests };
  }
}

async function glanceInThreads(
  work: GlanceWork,
  onGlance: (index: number, glance: Glance) => void,
  jobs: number,
  clock: Clock,
): Promise<void> {
  const threads = Array.from({ length: threadsAtMost(jobs) }, () => new Thread());
  try {
    const lanes = threads.flatMap((thread) => Array.from({ length: batchesEach }, () => thread));
    await Promise.all(
      lanes.map(async (thread) => {
        for (;;) {
          const { first, requests } = await work.next();
          if (requests.length === 0) return;
          (await thread.glance(requests)).forEach((glance, at) => {
            onGlance(first + at, glance);
          });
          await clock.breathe();
        }
      }),
    );
  } finally {
    await Promise.all(threads.map((thread) => thread.end()));
  }
}

class Thread {
  readonly #worker = new Worker(workerUrl('glance-worker'));
  readonly #exited: Promise<void>;
  readonly #asked = new Map<
    number,
    { resolve: (glances: Glance[]) => void; reject: (error: Error) => void }
  >();
  #posted = 0;

  constructor() {
    this.#worker.on('message', (answer: GlanceAnswer) => {
      const asked = this.#asked.get(answer.id);
      this.#asked.delete(answer.id);
      asked?.resolve(unpackGlances(answer));
    });
    this.#worker.on('error', (error) => {
      this.#fail(new Error('a glancing thread failed', { cause: error }));
    });
    this.#exited = new Promise((resolve) => {
      this.#worker.on('exit', (code) => {
        this.#fail(new Error(`a glancing thread ended early (exit code ${code})`));
        resolve();
      });
    });
  }

  glance(requests: readonly GlanceRequest[]): Promise<Glance[]> {
    return new Promise((resolve, reject) => {
      const id = this.#posted++;
      this.#asked.set(id, { resolve, reject });
      const batch = packRequests(id, requests);
      this.#worker.postMessage(batch, memoryOf(batch));
    });
  }

  /** terminate() must not be used: see endThread() of the native walker. */
  async end(): Promise<void> {
    this.#worker.postMessage('end');
    await this.#exited;
  }

  #fail(error: Error): void {
    for (const { reject } of this.#asked.values()) reject(error);
    this.#asked.clear();
  }
}
