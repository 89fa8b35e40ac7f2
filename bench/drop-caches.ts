/** A cold cache: Linux forgets what it has read, when root asks. */
import { accessSync, constants, writeFileSync } from 'node:fs';
import { capture } from './capture.ts';

const knob = '/proc/sys/vm/drop_caches';

export function canDropCaches(): boolean {
  try {
    accessSync(knob, constants.W_OK);
    return process.getuid?.() === 0;
  } catch {
    return false;
  }
}

/** Pages, directory entries and inodes. Only what is written already can go. */
export async function dropCaches(): Promise<void> {
  await capture('sync', []);
  writeFileSync(knob, '3');
}
