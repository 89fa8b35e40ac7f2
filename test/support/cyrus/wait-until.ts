/** Polls, since neither Cyrus nor the kernel tells when a process or a file has come or gone. */
import { setTimeout as pause } from 'node:timers/promises';

/**
 * @param what     for the error: what never happened
 * @param look     answers undefined or false as long as it has not happened
 * @throws Error   after `limitMs`
 */
export async function waitUntil<T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
  limitMs = 15_000,
): Promise<T> {
  const end = Date.now() + limitMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined && seen !== false) return seen;
    if (Date.now() > end) throw new Error(`not within ${limitMs} ms: ${what}`);
    await pause(15);
  }
}
