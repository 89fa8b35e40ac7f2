/** As much IMAP as the lab needs: log in for a user, change mailboxes, upload, and stop half-way. */
import { account } from './account.ts';
import { Wire } from './wire.ts';

export class ImapClient {
  readonly wire: Wire;
  #serial = 0;

  private constructor(wire: Wire) {
    this.wire = wire;
  }

  /** @param user acts for this user (SASL authorization identity) by the administrator's password */
  static async login(port: number, user: string): Promise<ImapClient> {
    const client = new ImapClient(await Wire.open(port));
    await client.wire.line();
    await client.command(`AUTHENTICATE PLAIN ${plainResponse(user)}`);
    return client;
  }

  /** @returns the untagged lines; throws on NO and BAD */
  async command(text: string): Promise<string[]> {
    const tag = this.#nextTag();
    this.wire.send(`${tag} ${text}\r\n`);
    return await this.#completion(tag, text);
  }

  async append(mailbox: string, message: Buffer, internalDate?: string): Promise<void> {
    const tag = this.#startAppend(mailbox, message.length, internalDate);
    this.wire.send(message);
    this.wire.send('\r\n');
    await this.#completion(tag, `APPEND ${mailbox}`);
  }

  /** Announces the whole message and sends only its first bytes: imapd then waits in the literal. */
  appendPart(mailbox: string, message: Buffer, sentBytes: number): void {
    this.#startAppend(mailbox, message.length);
    this.wire.send(message.subarray(0, sentBytes));
  }

  async logout(): Promise<void> {
    await this.command('LOGOUT');
    this.wire.close();
  }

  #nextTag(): string {
    this.#serial += 1;
    return `t${this.#serial}`;
  }

  #startAppend(mailbox: string, sizeBytes: number, internalDate?: string): string {
    const tag = this.#nextTag();
    const date = internalDate === undefined ? '' : `"${internalDate}" `;
    // A non-synchronizing literal (RFC 7888): no continuation line to wait for.
    this.wire.send(`${tag} APPEND ${quoted(mailbox)} ${date}{${sizeBytes}+}\r\n`);
    return tag;
  }

  async #completion(tag: string, text: string): Promise<string[]> {
    const untagged: string[] = [];
    for (;;) {
      const line = await this.wire.line();
      if (line.startsWith(`${tag} OK`)) return untagged;
      if (line.startsWith(`${tag} `)) throw new Error(`${text}: ${line}`);
      untagged.push(line);
    }
  }
}

export function quoted(mailbox: string): string {
  return `"${mailbox.replaceAll(/["\\]/g, '\\$&')}"`;
}

/** RFC 4616; Cyrus lets its administrators act for anybody. */
export function plainResponse(user: string): string {
  return Buffer.from(`${user}\0${account.name}\0${account.password}`).toString('base64');
}
