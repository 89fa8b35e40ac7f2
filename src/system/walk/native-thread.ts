/** The threads of the native walker: how many, and how one is started and ended. */
import { Worker } from 'node:worker_threads';
import { descriptorLimit } from '../descriptor-limit.ts';
import { workerUrl } from '../worker-url.ts';
import { looksOf } from './thread-looks.ts';
import type { FromThread, Reader, ReaderEvents, ToThread } from './walk-messages.ts';

/** Measured on Node 20: 4 for a thread's event loop, one to spare, one for its directory and one for a long path. */
const descriptorsEach = 7;
/** The process itself, libraries, a terminal, the report being written. */
const descriptorsElsewhere = 40;
/** Pins leave 256 free (files.ts), so threads must not count on more. */
const descriptorsShared = 256;

/** The caller's own thread among them. @param jobs what was asked for, at least 1 */
export function threadsAtMost(jobs: number): number {
  const free = Math.min(descriptorLimit(), descriptorsShared) - descriptorsElsewhere;
  return Math.max(1, Math.min(jobs, Math.floor(free / descriptorsEach)));
}

/**
 * A thread is asked to end, and terminate() not used: a thread that is stopped while it loads koffi, or is inside a
 * call of it, aborts the whole process (napi_throw; koffi 3.3.4, Node 20). For the same reason nobody may call
 * process.exit() while a walk runs.
 */
export class NativeThread implements Reader {
  readonly #worker: Worker;
  readonly #exited: Promise<unknown>;
  readonly look: NonNullable<Reader['look']>;
  #events: ReaderEvents | undefined;
  #failure: Error | undefined;

  /** It comes up, and says nothing before somebody listens. */
  constructor(worker = new Worker(workerUrl('walk/native-worker'))) {
    this.#worker = worker;
    this.look = looksOf(worker);
    this.#exited = new Promise((resolve) => worker.once('exit', resolve));
    worker.on('message', (message: FromThread) => this.#events?.attend(message));
    worker.on('error', (error) => {
      this.#fail(new Error('a thread of the native walker failed', { cause: error }));
    });
    worker.on('exit', (code) => {
      this.#fail(new Error(`a thread of the native walker ended early (exit code ${code})`));
    });
  }

  listen(events: ReaderEvents): this {
    this.#events = events;
    const failure = this.#failure;
    if (failure !== undefined) setImmediate(events.fail, failure);
    this.post({ kind: 'listening' });
    return this;
  }

  post(message: ToThread): void {
    this.#worker.postMessage(message);
  }

  end(): Promise<unknown> {
    this.post({ kind: 'end' });
    return this.#exited;
  }

  #fail(failure: Error): void {
    this.#failure ??= failure;
    this.#events?.fail(failure);
  }
}

export function startThread(events: ReaderEvents, worker?: Worker): Reader {
  return new NativeThread(worker).listen(events);
}
