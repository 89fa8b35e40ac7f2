/** Progress on a terminal through ora; silence elsewhere. */
import type { ScanProgress } from '../steps/scan-progress.ts';
import { silent } from '../steps/scan-progress.ts';

export interface Progress extends ScanProgress {
  stop(): void;
}

/** Redrawing more often than a person reads costs time that the scan could use. */
const redrawMs = 100;

export async function startProgress(isShown: boolean): Promise<Progress> {
  if (!isShown) return { ...silent, stop() {} };
  const { default: ora } = await import('ora');
  const spinner = ora({
    text: 'reading the stage areas',
    stream: process.stderr,
    discardStdin: false,
  });
  spinner.start();
  const started = performance.now();
  let drawn = 0;
  const show = (text: () => string): void => {
    const now = performance.now();
    if (now - drawn < redrawMs) return;
    drawn = now;
    spinner.text = text();
  };
  let remaining = '';
  return {
    listing(stageFiles) {
      show(() => `listing stage files: ${count(stageFiles)}`);
    },
    digesting(done, total) {
      show(() => `reading stage files: ${count(done)} of ${count(total)}`);
    },
    searching(entries, directories, missing) {
      show(() => {
        const rate = Math.round(entries / Math.max((performance.now() - started) / 1000, 0.001));
        return (
          `searching for links: ${count(missing)} names missing; ${count(entries)} entries in ` +
          `${count(directories)} directories, ${count(rate)}/s${remaining}`
        );
      });
    },
    begun(roots, of) {
      remaining = of > 1 ? `; root ${count(roots)} of ${count(of)}` : '';
    },
    looking(inodes) {
      drawn = 0;
      show(() => `looking again at ${count(inodes)} inodes with a name that has no record`);
    },
    stop() {
      spinner.stop();
    },
  };
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}
