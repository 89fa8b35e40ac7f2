/** Removes a spool. `rm` does a million files in half the time of rmSync, and leaves this process free meanwhile. */
import { capture } from './capture.ts';

export async function removeTree(path: string): Promise<void> {
  await capture('rm', ['-rf', '--', path]);
}
