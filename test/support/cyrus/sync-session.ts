/**
 * The replication protocol spoken by hand, so that a session can be left open with files staged.
 *
 * sync_server takes the bare commands, imapd the same with a tag and a SYNC prefix. A message travels as
 * `%{partition guid size}` CRLF bytes. Source: cyrus-imapd 3.6.1 imap/dlist.c printfile and reservefile,
 * imap/sync_support.c sync_apply_reserve and sync_apply_message.
 */
import { plainResponse } from './imap-client.ts';
import { account } from './account.ts';
import { sha1Of } from './message.ts';
import { Wire } from './wire.ts';

export type SyncPeer = 'sync_server' | 'imapd';

export class SyncSession {
  readonly wire: Wire;
  readonly #peer: SyncPeer;

  private constructor(wire: Wire, peer: SyncPeer) {
    this.wire = wire;
    this.#peer = peer;
  }

  static async open(port: number, peer: SyncPeer): Promise<SyncSession> {
    const session = new SyncSession(await Wire.open(port), peer);
    // imapd greets with one line, sync_server with its capabilities and then `* OK`.
    while (!(await session.wire.line()).startsWith('* OK'));
    await session.#command(`AUTHENTICATE PLAIN ${plainResponse(account.name)}`);
    return session;
  }

  /** Links the named messages of the mailboxes into `sync./<pid>`. @param mailboxes internal names */
  async reserve(
    partition: string,
    mailboxes: readonly string[],
    messages: readonly Buffer[],
  ): Promise<void> {
    const names = mailboxes.map((name) => `"${name}"`).join(' ');
    const guids = messages.map(sha1Of).join(' ');
    await this.#command(
      `${this.#verb()} RESERVE %(PARTITION ${partition} MBOXNAME (${names}) GUID (${guids}))`,
    );
  }

  /** Writes a message into `sync./<pid>` that no mailbox has. */
  async upload(partition: string, message: Buffer): Promise<void> {
    await this.#command(
      Buffer.concat([
        Buffer.from(
          `${this.#verb()} MESSAGE (%{${partition} ${sha1Of(message)} ${message.length}}\r\n`,
        ),
        message,
        Buffer.from(')'),
      ]),
    );
  }

  /** Starts an upload and stops after `sentBytes`. */
  uploadPart(partition: string, message: Buffer, sentBytes: number): void {
    const tag = this.#peer === 'imapd' ? 's ' : '';
    this.wire.send(
      `${tag}${this.#verb()} MESSAGE (%{${partition} ${sha1Of(message)} ${message.length}}\r\n`,
    );
    this.wire.send(message.subarray(0, sentBytes));
  }

  /** The orderly end: sync_server unlinks what it staged, and then waits for the next client. */
  async exit(): Promise<void> {
    await this.#command('EXIT');
    this.wire.close();
  }

  #verb(): string {
    return this.#peer === 'imapd' ? 'SYNCAPPLY' : 'APPLY';
  }

  async #command(text: string | Buffer): Promise<void> {
    const tag = this.#peer === 'imapd' ? 's ' : '';
    this.wire.send(tag);
    this.wire.send(text);
    this.wire.send('\r\n');
    for (;;) {
      const line = await this.wire.line();
      if (line.startsWith(`${tag}OK`)) return;
      if (line.startsWith('* ')) continue;
      throw new Error(`${text.toString('latin1').slice(0, 60)}: ${line}`);
    }
  }
}
