/**
 * The first reader of a native walk is the caller's own thread: it would only wait for others, and to start one takes
 * longer than to read the mailboxes of a small server.
 */
import type { Getdents } from './getdents.ts';
import { NativeReader } from './native-reader.ts';
import type { StartReader } from './walk-messages.ts';

/** Then signals, progress and what other threads tell have their turn. */
const sliceMs = 5;

export function readHere(calls: Getdents): StartReader {
  return ({ attend, fail }) => {
    const reader = new NativeReader(calls, attend);
    const turn = (): void => {
      try {
        if (reader.read(performance.now() + sliceMs)) setImmediate(turn);
      } catch (error) {
        fail(error);
      }
    };
    setImmediate(attend, { kind: 'ready' });
    return {
      post(message) {
        reader.attend(message);
        if (message.kind === 'work') setImmediate(turn);
      },
      end: () => Promise.resolve(),
    };
  };
}
