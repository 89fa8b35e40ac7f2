/** Reading procfs: thousands of files of a few bytes, any of which may be gone by now. */
import { closeSync, openSync, readdirSync, readlinkSync, readSync } from 'node:fs';
import { bytePath } from '../model/byte-path.ts';
import { isTrouble, type Trouble } from '../model/trouble.ts';
import { attempt } from './attempt.ts';

/** A process can have megabytes of arguments; what matters stands at their beginning. */
const limitBytes = 65_536;

/**
 * The first 64 KiB of a file, one byte per character. procfs makes its files when they are read, in one go, so
 * one read is the whole of stat and status; readFileSync would spend a stat and a second read on each.
 */
export function readProc(
  path: string,
  buffer: Buffer = Buffer.allocUnsafe(limitBytes),
): string | Trouble {
  return attempt(bytePath(path), 'read', () => {
    const fd = openSync(path, 'r');
    try {
      return buffer.toString('latin1', 0, readSync(fd, buffer, 0, limitBytes, 0));
    } finally {
      closeSync(fd);
    }
  });
}

/** A link's target, one byte per character. */
export function readProcLink(path: string): string | Trouble {
  return attempt(bytePath(path), 'readlink', () => readlinkSync(path, 'latin1'));
}

/** The same where it only matters whether it could be read. */
export function readable<T>(read: T | Trouble): T | undefined {
  return isTrouble(read) ? undefined : read;
}

/** Every process that this procfs shows, ascending. The kernel lists them by number, so none that lives is missed. */
export function listProcesses(path: string): number[] | Trouble {
  return attempt(bytePath(path), 'readdir', () =>
    readdirSync(path)
      .filter((name) => /^[1-9]\d*$/.test(name))
      .map(Number)
      .sort((a, b) => a - b),
  );
}

/** Did the process end between two looks? It may take either error, by how far its end had come. */
export function isGone(trouble: Trouble): boolean {
  return trouble.errno === 'ENOENT' || trouble.errno === 'ESRCH';
}

/** The identity in "pid:[4026531836]". */
export function readNamespace(path: string): string | undefined {
  const target = readable(readProcLink(path));
  return target === undefined ? undefined : /^pid:\[(\d+)\]$/.exec(target)?.[1];
}
