/** A worker thread that answers questions in their order. */
import { basename } from 'node:path';
import { Worker } from 'node:worker_threads';

interface Waiting<Answer> {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

export class AskedThread<Question extends object, Answer> {
  readonly #worker: Worker;
  readonly #exited: Promise<void>;
  readonly #waiting: Waiting<Answer>[] = [];

  /** @param module  as workerUrl() gives it; its code is that of answerQuestions() */
  constructor(module: URL) {
    const leaf = basename(module.pathname, '.js');
    this.#worker = new Worker(module);
    this.#worker.on('message', (answer: Answer) => {
      this.#waiting.shift()?.resolve(answer);
    });
    this.#worker.on('error', (error) => {
      this.#fail(new Error(`a thread (${leaf}) failed`, { cause: error }));
    });
    this.#exited = new Promise((resolve) => {
      this.#worker.on('exit', (code) => {
        this.#fail(new Error(`a thread (${leaf}) ended early (exit code ${code})`));
        resolve();
      });
    });
  }

  /** @param moved  memory of the question that is not copied */
  ask(question: Question, moved: readonly ArrayBuffer[] = []): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#worker.postMessage(question, moved);
    });
  }

  /** Ends when it has answered what it was asked. terminate() must not be used: see NativeThread. */
  async end(): Promise<void> {
    this.#worker.postMessage('end');
    await this.#exited;
  }

  #fail(error: Error): void {
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }
}
