/** A question that a person answers with the whole word: a stray return or y changes nothing. */
import { createInterface } from 'node:readline';

/**
 * On standard error, so that the report can go elsewhere.
 * @returns false for any other answer, for the end of input, and when `interrupted`
 */
export async function ask(question: string, interrupted: AbortSignal): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await new Promise<boolean>((resolve) => {
      const no = (): void => {
        resolve(false);
      };
      interrupted.addEventListener('abort', no, { once: true });
      lines.once('close', no);
      // readline takes Ctrl-C for itself on a terminal.
      lines.once('SIGINT', () => {
        process.kill(process.pid, 'SIGINT');
      });
      lines.question(question, (answer) => {
        resolve(answer.trim() === 'yes');
      });
    });
  } finally {
    lines.close();
  }
}
