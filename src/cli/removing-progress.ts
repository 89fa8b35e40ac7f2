/** Progress of the changes on a terminal. */
import { count } from '../report/quantities.ts';
import { startSpinner } from './spinner.ts';

export interface RemovingProgress {
  done(): void;
  stop(): void;
}

export async function startRemoving(isShown: boolean, steps: number): Promise<RemovingProgress> {
  if (!isShown) return { done() {}, stop() {} };
  const spinner = await startSpinner('beginning');
  let done = 0;
  return {
    done() {
      done += 1;
      spinner.show(() => `step ${count(done)} of ${count(steps)}`);
    },
    stop() {
      spinner.stop();
    },
  };
}
