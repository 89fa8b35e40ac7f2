/** Progress of the changes on a terminal; silence elsewhere. */

export interface RemovingProgress {
  done(): void;
  stop(): void;
}

const redrawMs = 100;

export async function startRemoving(isShown: boolean, steps: number): Promise<RemovingProgress> {
  if (!isShown) return { done() {}, stop() {} };
  const { default: ora } = await import('ora');
  const spinner = ora({ text: 'beginning', stream: process.stderr, discardStdin: false });
  spinner.start();
  let done = 0;
  let drawn = 0;
  return {
    done() {
      done += 1;
      const now = performance.now();
      if (now - drawn < redrawMs) return;
      drawn = now;
      spinner.text = `step ${done.toLocaleString('en-US')} of ${steps.toLocaleString('en-US')}`;
    },
    stop() {
      spinner.stop();
    },
  };
}
