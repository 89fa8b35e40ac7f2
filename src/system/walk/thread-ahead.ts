/** A thread of the native walker that comes up while whoever wants to walk still looks around. */
import { NativeThread, threadsAtMost } from './native-thread.ts';
import type { WalkerName } from './port.ts';
import type { StartReader } from './walk-messages.ts';

export class ThreadAhead {
  #thread: NativeThread | undefined;

  /** See Walkers.expect(). */
  expect(choice: WalkerName | 'auto', jobs: number): void {
    if (choice === 'node' || threadsAtMost(jobs) < 2) return;
    try {
      this.#thread ??= new NativeThread();
    } catch {
      // No room for one more thread (a limit on tasks, memory): the walk finds that out by itself, and does without.
    }
  }

  /** For the walk that begins: whoever takes it ends it. */
  take(): StartReader | undefined {
    const thread = this.#thread;
    this.#thread = undefined;
    return thread && ((events) => thread.listen(events));
  }

  async dismiss(): Promise<void> {
    await this.#thread?.end();
    this.#thread = undefined;
  }
}
