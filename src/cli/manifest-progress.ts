/** Progress of a manifest on a terminal. */
import type { ManifestProgress } from '../steps/manifest.ts';

/** Redrawing more often than a person reads costs time. */
const redrawMs = 100;

export async function startManifestProgress(
  isShown: boolean,
): Promise<ManifestProgress & { stop(): void }> {
  if (!isShown) return { listing() {}, reading() {}, stop() {} };
  const { default: ora } = await import('ora');
  const spinner = ora({
    text: 'listing mailboxes',
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
  return {
    listing(mailboxes) {
      show(() => `listing mailboxes: ${count(mailboxes)}`);
    },
    reading(mailboxes, ofMailboxes, messages, bytes) {
      show(() => {
        const seconds = Math.max((performance.now() - started) / 1000, 0.001);
        return (
          `reading messages: ${count(messages)} in ${count(mailboxes)} of ${count(ofMailboxes)} mailboxes, ` +
          `${count(bytes / 1_048_576)} MiB, ${count(bytes / 1_048_576 / seconds)} MiB/s`
        );
      });
    },
    stop() {
      spinner.stop();
    },
  };
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
