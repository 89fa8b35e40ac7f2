/** Progress of a scan on a terminal. */
import { count } from '../report/quantities.ts';
import type { ScanProgress } from '../steps/scan-progress.ts';
import { silent } from '../steps/scan-progress.ts';
import { startSpinner } from './spinner.ts';

export interface Progress extends ScanProgress {
  stop(): void;
}

export async function startProgress(isShown: boolean): Promise<Progress> {
  if (!isShown) return { ...silent, stop() {} };
  const spinner = await startSpinner('reading the stage areas');
  let remaining = '';
  return {
    listing(stageFiles) {
      spinner.show(() => `listing stage files: ${count(stageFiles)}`);
    },
    digesting(done, total) {
      spinner.show(() => `reading stage files: ${count(done)} of ${count(total)}`);
    },
    searching(entries, directories, missing) {
      spinner.show(() => {
        const rate = Math.round(entries / spinner.seconds);
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
      spinner.showAtOnce(
        () => `looking again at ${count(inodes)} inodes with a name that has no record`,
      );
    },
    stop() {
      spinner.stop();
    },
  };
}
