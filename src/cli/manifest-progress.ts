/** Progress of a manifest on a terminal. */
import { bytes as quantity, count } from '../report/quantities.ts';
import type { ManifestProgress } from '../steps/manifest.ts';
import { startSpinner } from './spinner.ts';

export async function startManifestProgress(
  isShown: boolean,
): Promise<ManifestProgress & { stop(): void }> {
  if (!isShown) return { listing() {}, reading() {}, stop() {} };
  const spinner = await startSpinner('listing mailboxes');
  return {
    listing(mailboxes) {
      spinner.show(() => `listing mailboxes: ${count(mailboxes)}`);
    },
    reading(mailboxes, ofMailboxes, messages, bytes) {
      spinner.show(
        () =>
          `reading messages: ${count(messages)} in ${count(mailboxes)} of ${count(ofMailboxes)} mailboxes, ` +
          `${quantity(bytes)}, ${quantity(Math.round(bytes / spinner.seconds))}/s`,
      );
    },
    stop() {
      spinner.stop();
    },
  };
}
