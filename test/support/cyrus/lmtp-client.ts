/** Delivery as an MTA does it (RFC 2033), whole or stopped in the middle of DATA. */
import { Wire } from './wire.ts';

export class LmtpClient {
  readonly wire: Wire;

  private constructor(wire: Wire) {
    this.wire = wire;
  }

  static async open(port: number): Promise<LmtpClient> {
    const client = new LmtpClient(await Wire.open(port));
    await client.#reply('2');
    await client.#exchange('LHLO lab.invalid', '2');
    return client;
  }

  /** One delivery to all recipients: Cyrus links one inode into each mailbox. */
  async deliver(recipients: readonly string[], message: Buffer): Promise<void> {
    await this.#envelope(recipients);
    this.wire.send(message);
    this.wire.send('.\r\n');
    for (const recipient of recipients) await this.#reply('2', `delivery to ${recipient}`);
  }

  /** Sends the first bytes of the message and no final dot: lmtpd then waits in DATA. */
  async deliverPart(
    recipients: readonly string[],
    message: Buffer,
    sentBytes: number,
  ): Promise<void> {
    await this.#envelope(recipients);
    this.wire.send(message.subarray(0, sentBytes));
  }

  async quit(): Promise<void> {
    await this.#exchange('QUIT', '2');
    this.wire.close();
  }

  async #envelope(recipients: readonly string[]): Promise<void> {
    await this.#exchange('MAIL FROM:<sender@lab.invalid>', '2');
    for (const recipient of recipients) await this.#exchange(`RCPT TO:<${recipient}>`, '2');
    await this.#exchange('DATA', '3');
  }

  async #exchange(command: string, wanted: string): Promise<void> {
    this.wire.send(`${command}\r\n`);
    await this.#reply(wanted, command);
  }

  async #reply(wanted: string, what = 'greeting'): Promise<void> {
    for (;;) {
      const line = await this.wire.line();
      if (!line.startsWith(wanted)) throw new Error(`${what}: ${line}`);
      if (line[3] !== '-') return;
    }
  }
}
