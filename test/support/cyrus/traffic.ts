/** Deliveries and replications, one after another, as long as they are wanted: a spool in use. */
import { LmtpClient } from './lmtp-client.ts';
import { message } from './message.ts';
import { replicate } from './replication.ts';
import type { Ends } from './situation.ts';

/** More rounds than any test waits for, so that a test that fails does not deliver for ever. */
const roundsAtMost = 500;

export class Traffic {
  /** Rounds that were done, each with its deliveries and its replication. */
  rounds = 0;
  /** In words, what went wrong. */
  readonly errors: string[] = [];
  readonly #ended: Promise<void>;
  #isOver = false;

  /** @param user  who exists on the master, and gets all the mail */
  constructor(ends: Ends, user: string) {
    this.#ended = this.#run(ends, user);
  }

  /** Returns when the round that is under way is done. */
  async end(): Promise<void> {
    this.#isOver = true;
    await this.#ended;
  }

  async #run(ends: Ends, user: string): Promise<void> {
    while (!this.#isOver && this.rounds < roundsAtMost) {
      try {
        const client = await LmtpClient.open(ends.master.ports.lmtp);
        await client.deliver([user], message(`to ${user}, in round ${this.rounds}`));
        await client.quit();
        const { status, output } = await replicate(ends, user, 'imap');
        if (status !== 0) this.errors.push(`sync_client: ${status}: ${output}`);
      } catch (why) {
        this.errors.push(String(why));
      }
      this.rounds += 1;
    }
  }
}
