/**
 * The file of -o: written beside its target under a random name and renamed over it, so that a reader never sees
 * half a report and a planted symlink is never followed. Source of the habit: contract.md.
 */
import {
  closeSync,
  fchmodSync,
  fsyncSync,
  lstatSync,
  openSync,
  renameSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { UsageError } from '../model/errors.ts';
import { errnoOf } from './attempt.ts';

export interface OutputFile {
  write(text: string): void;
  /** Makes it visible under its name. */
  finish(): void;
  /** Leaves no trace. */
  abandon(): void;
}

/** @param mode 0o600 unless its reader is another user */
export function openOutput(path: string, mode = 0o600): OutputFile {
  // /dev/stdout, a FIFO, a terminal: nothing to rename over.
  if (isSpecial(path)) return direct(path);
  // The global one, since node:crypto is 5 ms of every start.
  const random = Buffer.from(crypto.getRandomValues(new Uint8Array(6))).toString('hex');
  const temporary = `${path}.${random}.tmp`;
  const fd = refused(path, () => openSync(temporary, 'wx', mode));
  // A timer's umask takes the rights of a reader away again.
  refused(path, () => {
    fchmodSync(fd, mode);
  });
  let isOpen = true;
  return {
    write(text) {
      refused(path, () => {
        writeAll(fd, text);
      });
    },
    finish() {
      refused(path, () => {
        fsyncSync(fd);
        closeSync(fd);
        isOpen = false;
        renameSync(temporary, path);
      });
    },
    abandon() {
      if (isOpen) closeSync(fd);
      try {
        unlinkSync(temporary);
      } catch (error) {
        if (errnoOf(error) !== 'ENOENT') throw error;
      }
    },
  };
}

function direct(path: string): OutputFile {
  const fd = refused(path, () => openSync(path, 'w'));
  return {
    write(text) {
      refused(path, () => {
        writeAll(fd, text);
      });
    },
    finish() {
      closeSync(fd);
    },
    abandon() {
      closeSync(fd);
    },
  };
}

function isSpecial(path: string): boolean {
  try {
    const stat = lstatSync(path);
    if (stat.isDirectory()) throw new UsageError(`-o ${path}: is a directory; name a file in it`);
    // /dev/stdout is a symlink; one in a directory of mail is somebody's trap, and is replaced, not followed.
    return !stat.isFile() && (!stat.isSymbolicLink() || path.startsWith('/dev/'));
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false;
    throw error;
  }
}

function writeAll(fd: number, text: string): void {
  const bytes = Buffer.from(text, 'utf8');
  let done = 0;
  while (done < bytes.length) done += writeSync(fd, bytes, done);
}

/** The user chose this path: what the OS refuses here is told to him in one line. */
function refused<T>(path: string, call: () => T): T {
  try {
    return call();
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === undefined) throw error;
    throw new OutputError(`-o ${path}: ${reasons[errno] ?? errno}`);
  }
}

/** The report could not be written. Exit status 2: the answer was not given. */
export class OutputError extends Error {
  override readonly name = 'OutputError';
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'its directory does not exist',
  EACCES: 'permission denied',
  EROFS: 'the filesystem is read-only',
  ENOSPC: 'no space left on the device',
  EDQUOT: 'over quota',
};
