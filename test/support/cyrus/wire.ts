/** A connection of lines that end in CRLF: what IMAP, LMTP and Cyrus's sync protocol have in common. */
import { connect, type Socket } from 'node:net';
import { waitUntil } from './wait-until.ts';

export class Wire {
  readonly #socket: Socket;
  readonly #lines: string[] = [];
  readonly #waiting: { resolve: (line: string) => void; reject: (why: Error) => void }[] = [];
  #rest = '';
  #end: Error | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('latin1');
    socket.on('data', (data: string) => {
      const parts = (this.#rest + data).split('\r\n');
      this.#rest = parts.pop() ?? '';
      this.#lines.push(...parts);
      this.#serve();
    });
    socket.on('error', (why) => {
      this.#finish(why);
    });
    socket.on('close', () => {
      this.#finish(new Error('the server closed the connection'));
    });
  }

  /** Tries until the service listens: a service that is being started refuses at first. */
  static async open(port: number): Promise<Wire> {
    return await waitUntil(`a listener on port ${port}`, async () => {
      try {
        return new Wire(await dial(port));
      } catch {
        return undefined;
      }
    });
  }

  send(data: string | Uint8Array): void {
    this.#socket.write(typeof data === 'string' ? Buffer.from(data, 'utf8') : data);
  }

  /** The next line without its CRLF; rejects when the server has gone. */
  line(): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#serve();
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #serve(): void {
    for (;;) {
      const line = this.#lines.length > 0 && this.#waiting.length > 0 && this.#lines.shift();
      if (line === false || line === undefined) break;
      this.#waiting.shift()?.resolve(line);
    }
    if (this.#end !== undefined) {
      for (const { reject } of this.#waiting.splice(0)) reject(this.#end);
    }
  }

  #finish(why: Error): void {
    this.#end ??= why;
    this.#serve();
  }
}

function dial(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(socket);
    });
  });
}
