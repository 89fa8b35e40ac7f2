/** Reads for the native walker, in whatever thread it is: takes directories, gives to the hungry, tells what it sees. */
import type { Getdents } from './getdents.ts';
import { ThreadWalk } from './thread-walk.ts';
import type { ReadAhead } from './read-ahead.ts';
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
/** Then signals, progress and what other threads tell have their turn. */
const turnMs = 5;
/** Of a reader that is read ahead of: four threads are done with what it asked for in this time. */
const shortTurnMs = 1;

export class NativeReader {
  readonly #calls: Getdents;
  readonly #tell: (message: FromThread) => void;
  #ahead: ReadAhead | undefined;
  #walk: ThreadWalk | undefined;
  #scope: Scope | undefined;
  #newsWaitMs = hitsWaitMs;
  #begunAt = 0;
  #toldAt = 0;
  #gaveAt = 0;

  constructor(calls: Getdents, tell: (message: FromThread) => void) {
    this.#calls = calls;
    this.#tell = tell;
  }

  attend(message: ToThread): void {
    if (message.kind === 'begin') {
      this.#walk = new ThreadWalk(this.#calls, message.scope);
      this.#scope = message.scope;
      this.#ahead = message.scope.readsAhead ? this.#calls.readAhead?.() : undefined;
      const wanted = message.scope.wanted.reduce((sum, { size }) => sum + size, 0);
      this.#newsWaitMs = wanted < manyWanted ? hitsWaitMs : manyHitsWaitMs;
      this.#begunAt = performance.now();
    } else if (message.kind === 'work') {
      this.#walk?.take(message.work);
      this.#toldAt = performance.now();
    }
  }

  /** Reads until nothing waits or the walk is stopped, by and by. */
  readInTurns(fail: (error: unknown) => void): void {
    const turn = (): void => {
      try {
        const turnsMs = this.#ahead?.isCold === true ? shortTurnMs : turnMs;
        if (this.#read(performance.now() + turnsMs)) setImmediate(turn);
      } catch (error) {
        fail(error);
      }
    };
    setImmediate(turn);
  }

  /** @returns true when the time was up and the rest is still to be read */
  #read(until: number): boolean {
    const [walk, scope] = [this.#walk, this.#scope];
    if (!walk || !scope) return false;
    if (this.#ahead) walk.lookAhead(this.#ahead);
    while (!walk.isDone && Atomics.load(scope.signs, signs.aborted) === 0) {
      const now = performance.now();
      const waitMs = walk.hasNews ? this.#newsWaitMs : countsWaitMs;
      if (walk.hasMuchNews || now - this.#toldAt > waitMs) this.#report(walk);
      this.#giveToHungry(walk, scope, now);
      if (now >= until) return true;
      walk.readSome();
    }
    walk.leave();
    this.#report(walk);
    this.#tell({ kind: 'idle', tally: walk.tally });
    return false;
  }

  #report(walk: ThreadWalk): void {
    this.#tell({ kind: 'tidings', tidings: walk.tidings() });
    this.#toldAt = performance.now();
  }

  #giveToHungry(walk: ThreadWalk, scope: Scope, now: number): void {
    if (walk.waiting < 2) return;
    if (walk.waiting < longStack && now - this.#gaveAt < giveEveryMs) return;
    const isAloneNoMore = now - this.#begunAt >= scope.aloneMs;
    if (!take(scope.signs, signs.hungry) && !(isAloneNoMore && take(scope.signs, signs.unstarted)))
      return;
    this.#tell({ kind: 'given', work: walk.giveHalf() });
    this.#gaveAt = now;
  }
}

/** One mouth is fed by one thread: who takes the sign down gives. */
function take(shared: Int32Array, sign: number): boolean {
  const count = Atomics.load(shared, sign);
  return count > 0 && Atomics.compareExchange(shared, sign, count, count - 1) === count;
}
