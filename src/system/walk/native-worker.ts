/**
 * A thread of the native walker. It reads without a pause while it has directories, and only then looks at its
 * messages; what cannot wait (stop, somebody is hungry) stands in shared memory.
 */
import { parentPort } from 'node:worker_threads';
import { loadGetdents, type Getdents } from './getdents.ts';
import { NativeReader } from './native-reader.ts';
import type { FromThread, ToThread } from './walk-messages.ts';

if (parentPort) await serve(parentPort);

async function serve(port: NonNullable<typeof parentPort>): Promise<void> {
  const tell = (message: FromThread): void => {
    port.postMessage(message);
  };
  const calls = await load();
  const reader = 'unfit' in calls ? undefined : new NativeReader(calls, tell);
  port.on('message', (message: ToThread) => {
    if (message.kind === 'end') port.close();
    else if (message.kind === 'listening') {
      tell('unfit' in calls ? { kind: 'unfit', why: calls.unfit } : { kind: 'ready' });
    } else reader?.attend(message);
    if (message.kind === 'work') reader?.read(Infinity);
  });
}

async function load(): Promise<Getdents | { readonly unfit: string }> {
  try {
    return await loadGetdents();
  } catch (error) {
    return { unfit: error instanceof Error ? error.message : String(error) };
  }
}
