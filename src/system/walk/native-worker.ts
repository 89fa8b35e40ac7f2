/**
 * A thread of the native walker. It reads without a pause while it has directories, and only then looks at its
 * messages; what cannot wait (stop, somebody is hungry) stands in shared memory.
 */
import { parentPort } from 'node:worker_threads';
import { loadLibc } from '../libc.ts';
import { Looker } from '../looker.ts';
import { LookList } from '../look-list.ts';
import { loadGetdents, type Getdents } from './getdents.ts';
import { NativeReader } from './native-reader.ts';
import type { FromThread, ToThread } from './walk-messages.ts';

if (parentPort) await serve(parentPort);

async function serve(port: NonNullable<typeof parentPort>): Promise<void> {
  const tell = (message: FromThread): void => {
    port.postMessage(message);
  };
  let calls: Getdents;
  let looker: Looker;
  try {
    calls = await loadGetdents();
    looker = new Looker(await loadLibc());
  } catch (error) {
    tell({ kind: 'unfit', why: error instanceof Error ? error.message : String(error) });
    return;
  }
  const reader = new NativeReader(calls, tell);
  port.on('message', (message: ToThread) => {
    if (message.kind === 'end') {
      port.close();
      return;
    }
    if (message.kind === 'look') {
      looker.look(LookList.shared(message.looks), Infinity);
      tell({ kind: 'looked', id: message.id });
      return;
    }
    reader.attend(message);
    if (message.kind === 'work') reader.read(Infinity);
  });
  tell({ kind: 'ready' });
}
