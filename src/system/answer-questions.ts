/** The other end of an AskedThread, in the thread. */
import { parentPort } from 'node:worker_threads';

/** @param answer  of what type the questions are, only the other end knows */
export function answerQuestions(answer: (question: never) => object): void {
  parentPort?.on('message', (question: unknown) => {
    if (question === 'end') parentPort?.close();
    else parentPort?.postMessage(answer(question as never));
  });
}
