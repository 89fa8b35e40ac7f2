/** People at work in their mailboxes: everything that moves index, cache and message files under an audit. */
import { ImapClient } from './imap-client.ts';
import type { Instance } from './instance.ts';
import { message } from './message.ts';
import { runCyrus } from './run-program.ts';

/** More rounds than any test waits for, so that a test that fails does not go on for ever. */
const roundsAtMost = 2000;

export class Bustle {
  rounds = 0;
  /** In words, what went wrong. */
  readonly errors: string[] = [];
  readonly #instance: Instance;
  readonly #user: string;
  readonly #ended: Promise<void>;
  #isOver = false;

  /** @param user  exists, and has nothing that is missed */
  constructor(instance: Instance, user: string) {
    this.#instance = instance;
    this.#user = user;
    this.#ended = this.#run();
  }

  async end(): Promise<void> {
    this.#isOver = true;
    await this.#ended;
  }

  async #run(): Promise<void> {
    try {
      const client = await ImapClient.login(this.#instance.ports.imap, this.#user);
      while (!this.#isOver && this.rounds < roundsAtMost) {
        await this.#round(client);
        this.rounds += 1;
      }
      await client.logout();
    } catch (why) {
      this.errors.push(String(why));
    }
  }

  async #round(client: ImapClient): Promise<void> {
    const { rounds } = this;
    const mailbox = `INBOX/bustle ${rounds}`;
    await client.command(`CREATE "${mailbox}"`);
    for (const part of [1, 2, 3]) {
      await client.append(mailbox, message(`${this.#user} at ${rounds}, part ${part}`));
    }
    await client.command(`SELECT "${mailbox}"`);
    await client.command('COPY 1:2 INBOX');
    await client.command('STORE 1,3 +FLAGS.SILENT (\\Deleted \\Seen)');
    await client.command('EXPUNGE');
    await client.command('UNSELECT');
    await client.command(`RENAME "${mailbox}" "INBOX/moved ${rounds}"`);
    if (rounds % 2 === 0) await client.command(`DELETE "INBOX/moved ${rounds}"`);
    await client.command('SELECT INBOX');
    await client.command('STORE 1:* +FLAGS.SILENT (\\Seen)');
    if (rounds % 3 === 0) {
      await client.command('STORE 1:* +FLAGS.SILENT (\\Deleted)');
      await client.command('EXPUNGE');
    }
    await client.command('UNSELECT');
    if (rounds % 4 !== 0) return;
    // Unlinks what was expunged and repacks the indexes: every record gets another place.
    const { configFile } = this.#instance;
    const { status, output } = await runCyrus('cyr_expire', [
      ...['-C', configFile],
      ...['-E', '1', '-X', '0', '-D', '0'],
    ]);
    if (status !== 0) this.errors.push(`cyr_expire: ${status}: ${output}`);
  }
}
