/**
 * SHA-1 of many files: here while they are few, and from then on in threads as well, since a thread takes some
 * 40 ms to start and a mail some 30 µs to digest.
 */
import { Worker } from 'node:worker_threads';
import { nodeClock } from './clock.ts';
import { digestFile, pieceBytes } from './digest-file.ts';
import { packBatch, type DigestAnswer } from './digest-messages.ts';
import type { Digest, DigestRequest } from './os.ts';
import { workerUrl } from './worker-url.ts';

/** Files, and bytes, past which threads are worth their start. */
const filesAlone = 1024;
const bytesAlone = 64 * 1_048_576;
/** Large enough that posting is nothing, small enough that threads end together. */
const batchFiles = 256;
const batchBytes = 32 * 1_048_576;
/** Of each thread: one that it works on, and one that it need not wait for while this thread digests as well. */
const batchesAhead = 2;
const sliceMs = 5;

type OnDigest = Parameters<Digest['sha1']>[1];

/** @param jobs threads at most */
export function nodeDigest(jobs: number): Digest {
  return {
    async sha1(files, onDigest, signal) {
      const source = new FileSource(files);
      const spent = await digestHere(source, onDigest, jobs > 1, signal);
      if (spent || signal?.aborted) return;
      await digestInThreads(source, onDigest, jobs, signal);
    },
  };
}

/** The files in order, each given once, to whoever asks. */
class FileSource {
  readonly #files: Iterator<DigestRequest>;
  /** Number of the file that comes next. */
  next = 0;

  constructor(files: Iterable<DigestRequest>) {
    this.#files = files[Symbol.iterator]();
  }

  /** @returns up to `most` files, empty at the end */
  take(most: number): DigestRequest[] {
    const taken: DigestRequest[] = [];
    let bytes = 0;
    while (taken.length < most && bytes < batchBytes) {
      const file = this.#files.next();
      if (file.done) break;
      taken.push(file.value);
      bytes += file.value.expected.sizeBytes;
      this.next++;
    }
    return taken;
  }
}

/** @returns true when all are done, false when threads should take over */
async function digestHere(
  source: FileSource,
  onDigest: OnDigest,
  mayLeave: boolean,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const memory = Buffer.alloc(pieceBytes);
  let bytes = 0;
  let sliceEnd = performance.now() + sliceMs;
  for (;;) {
    if (signal?.aborted) return true;
    if (mayLeave && (source.next >= filesAlone || bytes >= bytesAlone)) return false;
    const index = source.next;
    const [file] = source.take(1);
    if (!file) return true;
    bytes += file.expected.sizeBytes;
    onDigest(index, digestFile(file.path, file.expected, memory));
    if (performance.now() >= sliceEnd) {
      await nodeClock().breathe();
      sliceEnd = performance.now() + sliceMs;
    }
  }
}

async function digestInThreads(
  source: FileSource,
  onDigest: OnDigest,
  jobs: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const threads: Worker[] = [];
  const feed = (thread: Worker): number => {
    const first = source.next;
    const files = source.take(batchFiles);
    if (files.length > 0) thread.postMessage(packBatch(first, files));
    return files.length > 0 ? 1 : 0;
  };
  const serve = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const thread = new Worker(workerUrl('digest-worker'));
      threads.push(thread);
      let waiting = 0;
      const stop = (): void => {
        resolve();
      };
      signal?.addEventListener('abort', stop, { once: true });
      thread.on('message', (answer: DigestAnswer) => {
        if (signal?.aborted) return;
        try {
          answer.sums.forEach((sum, at) => {
            onDigest(answer.first + at, sum);
          });
          waiting += feed(thread) - 1;
          if (waiting === 0) resolve();
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      });
      thread.on('error', (error) => {
        reject(new Error('a digest thread failed', { cause: error }));
      });
      thread.on('exit', (code) => {
        reject(new Error(`a digest thread ended early (exit code ${code})`));
      });
      while (waiting < batchesAhead && feed(thread) > 0) waiting++;
      if (waiting === 0) resolve();
    });
  // This thread is one of the jobs: it would only wait, and to start another in its place takes longer than 2,000 files.
  const failed = new AbortController();
  const ended = signal ? AbortSignal.any([signal, failed.signal]) : failed.signal;
  try {
    const others = Array.from({ length: jobs - 1 }, serve);
    await Promise.all([digestHere(source, onDigest, false, ended), ...others]);
  } finally {
    failed.abort();
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
}
