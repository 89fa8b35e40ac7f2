/**
 * lstat, SHA-1 and headers of many message files: here while they are few, and from then on in threads, since a
 * thread takes some 40 ms to start and a mail some 60 µs to read.
 */
import { Worker } from 'node:worker_threads';
import { pieceBytes } from './digest-file.ts';
import { inspectFile, type Found } from './inspect-file.ts';
import { packInspectBatch, unpackInspectAnswer, type InspectAnswer } from './inspect-messages.ts';
import { InspectWork, type Work } from './inspect-work.ts';
import type { Clock, Inspector } from './os.ts';
import type { Pace } from './pace.ts';
import { workerUrl } from './worker-url.ts';

/** Files, and bytes, past which threads are worth their start. */
const filesAlone = 1024;
const bytesAlone = 64 * 1_048_576;
const batchFiles = 256;
/** While a thread works on one batch, the next waits in its queue: it never waits for the thread that makes them. */
const batchesEach = 2;
const sliceMs = 20;

/** @param jobs threads at most; one works on the caller's thread */
export function nodeInspector(jobs: number, clock: Clock, pace?: Pace): Inspector {
  return {
    async inspect(files, onAnswer, onExpected) {
      const work = new InspectWork(files, onAnswer, onExpected, pace);
      try {
        const isDone = await inspectHere(work, jobs > 1, clock);
        if (!isDone) await inspectInThreads(work, jobs, clock);
      } finally {
        await work.close();
      }
    },
  };
}

/** @returns true when all are done, false when threads should take over */
async function inspectHere(work: InspectWork, mayLeave: boolean, clock: Clock): Promise<boolean> {
  const memory = Buffer.alloc(pieceBytes);
  let sliceEnd = performance.now() + sliceMs;
  for (;;) {
    if (mayLeave && (work.files >= filesAlone || work.bytes >= bytesAlone)) return false;
    const batch = await work.next(1);
    if (batch.length === 0) return true;
    work.settle(
      batch,
      batch.map((file) => inspectFile(file, memory)),
    );
    if (performance.now() >= sliceEnd) {
      await clock.breathe();
      sliceEnd = performance.now() + sliceMs;
    }
  }
}

async function inspectInThreads(work: InspectWork, jobs: number, clock: Clock): Promise<void> {
  const threads = Array.from({ length: jobs }, () => new Thread());
  try {
    const lanes = threads.flatMap((thread) => Array.from({ length: batchesEach }, () => thread));
    await Promise.all(
      lanes.map(async (thread) => {
        for (;;) {
          const batch = await work.next(batchFiles);
          if (batch.length === 0) return;
          work.settle(batch, await thread.inspect(batch));
          // One mailbox can have a million messages, and the user enough of it.
          await clock.breathe();
        }
      }),
    );
  } finally {
    await Promise.all(threads.map((thread) => thread.end()));
  }
}

class Thread {
  readonly #worker = new Worker(workerUrl('inspect-worker'));
  readonly #asked = new Map<
    number,
    { resolve: (found: Found[]) => void; reject: (error: Error) => void }
  >();
  #posted = 0;

  constructor() {
    this.#worker.on('message', (answer: InspectAnswer) => {
      const asked = this.#asked.get(answer.id);
      this.#asked.delete(answer.id);
      asked?.resolve(unpackInspectAnswer(answer));
    });
    this.#worker.on('error', (error) => {
      this.#fail(new Error('an inspecting thread failed', { cause: error }));
    });
    this.#worker.on('exit', (code) => {
      this.#fail(new Error(`an inspecting thread ended early (exit code ${code})`));
    });
  }

  inspect(batch: readonly Work[]): Promise<Found[]> {
    return new Promise((resolve, reject) => {
      const id = this.#posted++;
      this.#asked.set(id, { resolve, reject });
      this.#worker.postMessage(packInspectBatch(id, batch));
    });
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #fail(error: Error): void {
    for (const { reject } of this.#asked.values()) reject(error);
    this.#asked.clear();
  }
}
