/**
 * The first reader of a native walk is the caller's own thread: it would only wait for others, and to start one takes
 * longer than to read the mailboxes of a small server.
 */
import type { Getdents } from './getdents.ts';
import { NativeReader } from './native-reader.ts';
import type { StartReader } from './walk-messages.ts';

export function readHere(calls: Getdents): StartReader {
  return ({ attend, fail }) => {
    const reader = new NativeReader(calls, attend);
    setImmediate(attend, { kind: 'ready' });
    return {
      post(message) {
        reader.attend(message);
        if (message.kind === 'work') reader.readInTurns(fail);
      },
      end: () => Promise.resolve(),
    };
  };
}
