/** Progress of a check on a terminal: one spinner after the other; silence elsewhere. */
import { count } from '../report/quantities.ts';
import type { CheckProgress } from '../steps/check.ts';
import { startAuditProgress } from './audit-progress.ts';
import { startProgress } from './progress.ts';

export interface ShownCheckProgress extends CheckProgress {
  stop(): void;
}

const redrawMs = 100;

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
  const { default: ora } = await import('ora');
  const spinner = ora({
    text: 'looking for mailboxes',
    stream: process.stderr,
    discardStdin: false,
  });
  spinner.start();
  let drawn = 0;
  return {
    surveyed(mailboxes) {
      const now = performance.now();
      if (now - drawn < redrawMs) return;
      drawn = now;
      spinner.text = `reading the headers of indexes: ${count(mailboxes)} mailboxes`;
    },
    stop() {
      spinner.stop();
    },
  };
}
