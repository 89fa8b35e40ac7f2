/** Progress of a check on a terminal: one spinner after the other; silence elsewhere. */
import { count } from '../report/quantities.ts';
import type { CheckProgress } from '../steps/check.ts';
import { startAuditProgress } from './audit-progress.ts';
import { startProgress } from './progress.ts';
import { startSpinner } from './spinner.ts';

export interface ShownCheckProgress extends CheckProgress {
  stop(): void;
}

export function checkProgress(isShown: boolean): ShownCheckProgress {
  let running: { stop(): void } | undefined;
  const instead = async <T extends { stop(): void }>(start: () => Promise<T>): Promise<T> => {
    running?.stop();
    const started = await start();
    running = started;
    return started;
  };
  return {
    scan: () => instead(() => startProgress(isShown)),
    audit: () => instead(() => startAuditProgress(isShown)),
    survey: () => instead(() => startSurveyProgress(isShown)),
    stop() {
      running?.stop();
    },
  };
}

async function startSurveyProgress(
  isShown: boolean,
): Promise<{ surveyed(mailboxes: number): void; stop(): void }> {
  if (!isShown) return { surveyed() {}, stop() {} };
  const spinner = await startSpinner('looking for mailboxes');
  return {
    surveyed(mailboxes) {
      spinner.show(() => `reading the headers of indexes: ${count(mailboxes)} mailboxes`);
    },
    stop() {
      spinner.stop();
    },
  };
}
