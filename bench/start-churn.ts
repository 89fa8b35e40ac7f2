/** Starts the process that uses the spool of a soak, under the name of a Cyrus program: its files are in use. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { FromChurn, KnownNames, ToChurn } from './churn-talk.ts';

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

export interface Paused {
  readonly operations: number;
  readonly known: KnownNames;
}

const loader = new URL('./run-typescript.js', import.meta.url).href;
const script = fileURLToPath(new URL('./churn.ts', import.meta.url));

export class ChurnProcess {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  /** @param owner of the spool, when this process is root and could be anybody */
  static async start(root: string, owner: Owner | undefined): Promise<ChurnProcess> {
    const child = spawn(process.execPath, ['--import', loader, script, root], {
      ...owner,
      argv0: 'sync_server',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const churn = new ChurnProcess(child);
    await churn.#next('ready');
    return churn;
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error('the churn did not start');
    return this.#child.pid;
  }

  /** Returns when it has stopped between two operations, with all that it knows. */
  async pause(): Promise<Paused> {
    this.#send({ type: 'pause' });
    const message = await this.#next('paused');
    if (message.type !== 'paused') throw new Error('the churn did not pause');
    return message;
  }

  resume(gone: readonly string[]): void {
    this.#send({ type: 'resume', gone });
  }

  async end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#send({ type: 'end' });
    await ended;
  }

  /** Without a word, for a soak that is broken off. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  #send(message: ToChurn): void {
    this.#child.send(message);
  }

  #next(type: FromChurn['type']): Promise<FromChurn> {
    return new Promise((resolve, reject) => {
      const failed = (code: number | null): void => {
        reject(new Error(`the churn ended by itself (exit status ${String(code)})`));
      };
      this.#child.once('exit', failed);
      this.#child.once('message', (message: FromChurn) => {
        this.#child.off('exit', failed);
        if (message.type === type) resolve(message);
        else reject(new Error(`the churn said ${message.type} instead of ${type}`));
      });
    });
  }
}
