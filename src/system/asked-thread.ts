/** A worker thread that answers questions in their order. */
import { Worker } from 'node:worker_threads';
import { workerUrl } from './worker-url.ts';

interface Waiting<Answer> {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

export class AskedThread<Question extends object, Answer> {
  readonly #worker: Worker;
  readonly #exited: Promise<void>;
  readonly #waiting: Waiting<Answer>[] = [];

  /** @param module  as workerUrl() takes it; its code is that of answerQuestions() */
  constructor(module: string) {
    this.#worker = new Worker(workerUrl(module));
    this.#worker.on('message', (answer: Answer) => {
      this.#waiting.shift()?.resolve(answer);
    });
    this.#worker.on('error', (error) => {
      this.#fail(new Error(`a thread (${module}) failed`, { cause: error }));
    });
    this.#exited = new Promise((resolve) => {
      this.#worker.on('exit', (code) => {
        this.#fail(new Error(`a thread (${module}) ended early (exit code ${code})`));
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
