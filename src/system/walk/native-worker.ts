/**
 * A thread of the native walker. It looks at its messages between two turns of reading; what cannot wait (stop,
 * somebody is hungry) stands in shared memory.
 */
import { parentPort } from 'node:worker_threads';
import { loadLibc } from '../libc.ts';
import { Looker } from '../looker.ts';
import { LookList } from '../look-list.ts';
import { loadGetdents, type Getdents } from './getdents.ts';
import { NativeReader } from './native-reader.ts';
import type { FromThread, ToThread } from './walk-messages.ts';

if (parentPort) void serve(parentPort);

async function serve(port: NonNullable<typeof parentPort>): Promise<void> {
  const tell = (message: FromThread): void => {
    port.postMessage(message);
  };
  const able = await load();
  const reader = 'unfit' in able ? undefined : new NativeReader(able.calls, tell);
  port.on('message', (message: ToThread) => {
    if (message.kind === 'end') port.close();
    else if (message.kind === 'listening') {
      tell('unfit' in able ? { kind: 'unfit', why: able.unfit } : { kind: 'ready' });
    } else if (message.kind === 'look') {
      if ('looker' in able) able.looker.look(LookList.shared(message.looks), Infinity);
      tell({ kind: 'looked', id: message.id });
    } else {
      reader?.attend(message);
      if (message.kind === 'work') {
        reader?.readInTurns((error) => {
          throw error;
        });
      }
    }
  });
}

interface Able {
  readonly calls: Getdents;
  readonly looker: Looker;
}

async function load(): Promise<Able | { readonly unfit: string }> {
  try {
    return { calls: await loadGetdents(), looker: new Looker(await loadLibc()) };
  } catch (error) {
    return { unfit: error instanceof Error ? error.message : String(error) };
  }
}
