/** Starting the threads of the native walker: how many, and what one needs before it can be used. */
import { Worker } from 'node:worker_threads';
import { descriptorLimit } from '../descriptor-limit.ts';
import { workerUrl } from '../worker-url.ts';
import type { FromThread, ToThread } from './walk-messages.ts';

/** Measured on Node 20: 4 for a thread's event loop, one to spare, one for its directory and one for a long path. */
const descriptorsEach = 7;
/** The process itself, libraries, a terminal, the report being written. */
const descriptorsElsewhere = 40;
/** Pins leave 256 free (files.ts), so threads must not count on more. */
const descriptorsShared = 256;

/** @param jobs what was asked for, at least 1 */
export function threadsAtMost(jobs: number): number {
  const free = Math.min(descriptorLimit(), descriptorsShared) - descriptorsElsewhere;
  return Math.max(1, Math.min(jobs, Math.floor(free / descriptorsEach)));
}

export function startThread(): Worker {
  return new Worker(workerUrl('walk/native-worker'));
}

/**
 * Asks a thread to end and waits until it has. terminate() must not be used: a thread that is stopped while it
 * loads koffi, or is inside a call of it, aborts the whole process (napi_throw; koffi 3.3.4, Node 20). For the
 * same reason nobody may call process.exit() while a walk is chosen or runs.
 * @param exited resolved by the thread's exit event
 */
export async function endThread(thread: Worker, exited: Promise<unknown>): Promise<void> {
  thread.postMessage({ kind: 'end' } satisfies ToThread);
  await exited;
}

/** @returns a thread that can walk and keeps no process alive, or why none can */
export function tryThread(): Promise<Worker | string> {
  return new Promise((resolve) => {
    const thread = startThread();
    const failed = (error: unknown): void => {
      resolve(error instanceof Error ? error.message : String(error));
    };
    const ended = (code: number): void => {
      resolve(`its thread ended with exit code ${code}`);
    };
    thread.on('error', failed);
    thread.on('exit', ended);
    thread.once('message', (message: FromThread) => {
      // One by one: removeAllListeners() also takes those of Node itself, and the thread goes deaf (Node 20).
      thread.off('error', failed);
      thread.off('exit', ended);
      if (message.kind === 'ready') {
        thread.unref();
        resolve(thread);
      } else {
        // Unfit, and at its end by itself.
        resolve(message.kind === 'unfit' ? message.why : 'it answered out of turn');
      }
    });
  });
}
