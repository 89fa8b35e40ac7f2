/**
 * A thread of the native walker. It reads without a pause while it has directories, and only then looks at its
 * messages; what cannot wait (stop, somebody is hungry) stands in shared memory.
 */
import { parentPort } from 'node:worker_threads';
import { loadGetdents, type Getdents } from './getdents.ts';
import { ThreadWalk } from './thread-walk.ts';
import { signs, type FromThread, type Scope, type ToThread } from './walk-messages.ts';

/** Hits wait this long at most: the caller stops the walk when the last one arrives. */
const hitsWaitMs = 5;
/** Where many are wanted the last one comes near the end anyway, and each message costs some 0.1 ms. */
const manyHitsWaitMs = 25;
const manyWanted = 1000;
const countsWaitMs = 100;
/** Giving costs some 50 µs: with a short stack of small directories it would cost more than reading them. */
const longStack = 16;
const giveEveryMs = 1;

if (parentPort) await serve(parentPort);

async function serve(port: NonNullable<typeof parentPort>): Promise<void> {
  const tell = (message: FromThread): void => {
    port.postMessage(message);
  };
  let calls: Getdents;
  try {
    calls = await loadGetdents();
  } catch (error) {
    tell({ kind: 'unfit', why: error instanceof Error ? error.message : String(error) });
    return;
  }
  let walk: ThreadWalk | undefined;
  let read = (): void => undefined;
  port.on('message', (message: ToThread) => {
    if (message.kind === 'begin') {
      const begun = new ThreadWalk(calls, message.scope);
      walk = begun;
      read = reader(begun, message.scope, tell);
    } else if (message.kind === 'end') {
      port.close();
    } else {
      walk?.take(message.work);
      read();
    }
  });
  tell({ kind: 'ready' });
}

/** @returns a function that reads until the stack is empty or the walk is stopped, and tells what it sees */
function reader(walk: ThreadWalk, scope: Scope, tell: (message: FromThread) => void): () => void {
  const wanted = scope.wanted.reduce((sum, { size }) => sum + size, 0);
  const newsWaitMs = wanted < manyWanted ? hitsWaitMs : manyHitsWaitMs;
  let toldAt = 0;
  const begunAt = performance.now();
  let gaveAt = 0;

  const isStopped = (): boolean => Atomics.load(scope.signs, signs.aborted) !== 0;
  const report = (): void => {
    tell({ kind: 'tidings', tidings: walk.tidings() });
    toldAt = performance.now();
  };
  const giveToHungry = (now: number): void => {
    const hungry = Atomics.load(scope.signs, signs.hungry);
    if (hungry <= 0 || walk.waiting < 2) return;
    if (now - begunAt < scope.aloneMs) return;
    if (walk.waiting < longStack && now - gaveAt < giveEveryMs) return;
    // One mouth is fed by one thread: who takes the sign down gives.
    const seen = Atomics.compareExchange(scope.signs, signs.hungry, hungry, hungry - 1);
    if (seen !== hungry) return;
    tell({ kind: 'given', work: walk.giveHalf() });
    gaveAt = now;
  };
  const goOn = (): boolean => {
    if (isStopped()) return false;
    const now = performance.now();
    if (now - toldAt > (walk.hasNews ? newsWaitMs : countsWaitMs)) report();
    giveToHungry(now);
    return true;
  };

  return () => {
    toldAt = performance.now();
    while (walk.waiting > 0 && goOn()) walk.readOne(goOn);
    report();
    tell({ kind: 'idle', tally: walk.tally });
  };
}
