/** Asks a thread of the native walker to look at names, several times before it has answered if need be. */
import type { Worker } from 'node:worker_threads';
import type { PostedLooks } from '../look-list.ts';
import type { FromThread, ToThread } from './walk-messages.ts';

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** @returns what posts looks, and ends when the thread has found no more of them to take */
export function looksOf(thread: Worker): (looks: PostedLooks) => Promise<void> {
  /** By number of the question. */
  const waiting = new Map<number, Waiting>();
  let asked = 0;
  const fail = (error: Error): void => {
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  thread.on('message', (message: FromThread) => {
    if (message.kind !== 'looked') return;
    waiting.get(message.id)?.resolve();
    waiting.delete(message.id);
  });
  thread.on('error', (error) => {
    fail(new Error('a thread failed at its looks', { cause: error }));
  });
  thread.on('exit', (code) => {
    fail(new Error(`a thread ended before its looks (exit code ${code})`));
  });
  return (looks) =>
    new Promise((resolve, reject) => {
      const id = asked++;
      waiting.set(id, { resolve, reject });
      thread.postMessage({ kind: 'look', id, looks } satisfies ToThread);
    });
}
