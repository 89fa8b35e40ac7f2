/**
 * SHA-1 of many files: here while they are few, and from then on in threads as well, since a thread takes some
 * 40 ms to start and a mail some 30 µs to digest.
 */
import { Worker } from 'node:worker_threads';
import { nodeClock } from './clock.ts';
import { digestFile, pieceBytes } from './digest-file.ts';
import { packBatch, type DigestAnswer } from './digest-messages.ts';
import { ExpectedStats } from './expected-stats.ts';
import type { Digest, DigestRequest } from './os.ts';
import { loadDigest } from './quick-digest.ts';
import type { Trouble } from '../model/trouble.ts';
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
      if (signal?.aborted) return;
      const source = new FileSource(files);
      if (!source.hasMuch()) await digestHere(source, plainDigest(), onDigest, signal);
      else if (jobs === 1) await digestHere(source, await quickDigest(), onDigest, signal);
      else await digestInThreads(source, onDigest, jobs, signal);
    },
  };
}

/** The files in order, each given once, to whoever asks. */
class FileSource {
  readonly #files: Iterator<DigestRequest>;
  /** Those that come next, as far as they were asked for already. */
  readonly #ahead: DigestRequest[] = [];
  /** Number of the file that comes next. */
  next = 0;

  constructor(files: Iterable<DigestRequest>) {
    this.#files = files[Symbol.iterator]();
  }

  /** Is so much to be digested that threads, and the FFI, are worth their start? Asked before the first is taken. */
  hasMuch(): boolean {
    const ahead = this.#ahead;
    let bytes = 0;
    let file: DigestRequest | undefined;
    while (ahead.length < filesAlone && bytes < bytesAlone && (file = this.#nextFile())) {
      ahead.push(file);
      bytes += file.expected.sizeBytes;
    }
    // They are taken from its end, which is the cheap one.
    ahead.reverse();
    return ahead.length >= filesAlone || bytes >= bytesAlone;
  }

  /** @returns up to `most` files, empty at the end */
  take(most: number): DigestRequest[] {
    const taken: DigestRequest[] = [];
    let bytes = 0;
    while (taken.length < most && bytes < batchBytes) {
      const file = this.#ahead.pop() ?? this.#nextFile();
      if (file === undefined) break;
      taken.push(file);
      bytes += file.expected.sizeBytes;
      this.next++;
    }
    return taken;
  }

  #nextFile(): DigestRequest | undefined {
    const file = this.#files.next();
    return file.done ? undefined : file.value;
  }
}

type DigestOne = (file: DigestRequest) => string | Trouble;

function plainDigest(): DigestOne {
  const memory = Buffer.alloc(pieceBytes);
  return ({ path, expected }) => digestFile(path, expected, memory);
}

async function quickDigest(): Promise<DigestOne> {
  const digest = await loadDigest();
  const row = ExpectedStats.ofMany(1);
  return ({ path, expected }) => {
    row.set(0, expected);
    return digest(path, row, 0);
  };
}

/** Until nothing is left, or the signal comes. */
async function digestHere(
  source: FileSource,
  digest: DigestOne,
  onDigest: OnDigest,
  signal: AbortSignal | undefined,
): Promise<void> {
  let sliceEnd = performance.now() + sliceMs;
  while (!signal?.aborted) {
    const index = source.next;
    const [file] = source.take(1);
    if (!file) return;
    onDigest(index, digest(file));
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
  const threads: { worker: Worker; exited: Promise<unknown> }[] = [];
  const stop = new Int32Array(new SharedArrayBuffer(4));
  const feed = (thread: Worker): number => {
    const first = source.next;
    const files = source.take(batchFiles);
    if (files.length > 0) thread.postMessage(packBatch(first, files, stop));
    return files.length > 0 ? 1 : 0;
  };
  const serve = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const thread = new Worker(workerUrl('digest-worker'));
      threads.push({ worker: thread, exited: new Promise((end) => thread.once('exit', end)) });
      let waiting = 0;
      const leave = (): void => {
        resolve();
      };
      signal?.addEventListener('abort', leave, { once: true });
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
    const ours = quickDigest().then((digest) => digestHere(source, digest, onDigest, ended));
    await Promise.all([ours, ...others]);
  } finally {
    failed.abort();
    // Not terminate(): see startThread() of the native walker.
    Atomics.store(stop, 0, 1);
    for (const { worker } of threads) worker.postMessage('end');
    await Promise.all(threads.map(({ exited }) => exited));
  }
}
