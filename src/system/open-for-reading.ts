/** Opening a file of a spool to read it, without a trace and without a trap. */
import { constants, openSync } from 'node:fs';
import { toBuffer, type BytePath } from '../model/byte-path.ts';
import { errnoOf } from './attempt.ts';
import { O_NOATIME } from './linux-flags.ts';

/** Opens a regular file to read it; never waits on a FIFO, never follows a link, leaves the access time if it may. */
export function openForReading(path: BytePath): number {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  try {
    return openSync(toBuffer(path), flags | O_NOATIME);
  } catch (error) {
    if (errnoOf(error) !== 'EPERM') throw error;
    return openSync(toBuffer(path), flags);
  }
}
