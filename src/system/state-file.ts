/** A file that a long run appends to, to be continued from after a kill. */
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  writeSync,
} from 'node:fs';
import { UsageError } from '../model/errors.ts';
import { errnoOf } from './attempt.ts';
import { OutputError } from './output-file.ts';
import { otherWriterOf } from './state-writers.ts';

export interface StateFile {
  /** What is in it; '' for a new one. */
  readonly text: string;
  /** Cuts off what follows the first characters of `text`. */
  keep(characters: number): void;
  /** On the disk when this returns. */
  append(text: string): void;
  close(): void;
}

/**
 * Opens it for this user alone, or makes it.
 * @throws UsageError when it cannot be opened; OutputError when it can no longer be written to
 */
export function openStateFile(path: string): StateFile {
  const fd = attempted(path, UsageError, () => {
    const { O_RDWR, O_CREAT, O_APPEND, O_NOFOLLOW, O_NONBLOCK } = constants;
    return openSync(path, O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK, 0o600);
  });
  if (!fstatSync(fd).isFile()) {
    closeSync(fd);
    throw new UsageError(`--resume ${path}: is no regular file`);
  }
  // Each of two would append what it has counted, and the file would hold some mailboxes twice.
  const writer = otherWriterOf(fd);
  if (writer !== undefined) {
    closeSync(fd);
    throw new UsageError(
      `--resume ${path}: process ${writer} writes to it. One audit after another can continue it; name another file for a second one`,
    );
  }
  const content = attempted(path, UsageError, () => readFileSync(fd));
  const text = content.toString('utf8');
  let size = content.length;
  /** One that procfs does not show: in a container, or on another host. */
  const refuseOthers = (): void => {
    if (fstatSync(fd).size === size) return;
    throw new UsageError(
      `--resume ${path}: somebody else has written to it meanwhile, so this audit stops. Begin anew with another file`,
    );
  };
  return {
    text,
    keep(characters) {
      refuseOthers();
      attempted(path, OutputError, () => {
        const kept = Buffer.byteLength(text.slice(0, characters), 'utf8');
        ftruncateSync(fd, kept);
        size = kept;
      });
    },
    append(more) {
      refuseOthers();
      attempted(path, OutputError, () => {
        const bytes = Buffer.from(more, 'utf8');
        let done = 0;
        while (done < bytes.length) {
          const written = writeSync(fd, bytes, done);
          done += written;
          size += written;
        }
        fsyncSync(fd);
      });
    },
    close() {
      closeSync(fd);
    },
  };
}

function attempted<T>(path: string, refusal: new (message: string) => Error, call: () => T): T {
  try {
    return call();
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === undefined) throw error;
    throw new refusal(`--resume ${path}: ${reasons[errno] ?? errno}`);
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'its directory does not exist',
  EACCES: 'permission denied',
  EISDIR: 'is a directory',
  ELOOP: 'is a symbolic link, which is not followed',
  ENOSPC: 'no space left on the device',
  EROFS: 'the filesystem is read-only',
};
