/**
 * The disk, synchronously: a scan is one straight line, and a system call through a promise costs ten times as
 * much.
 */
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  opendirSync,
  openSync,
  readFileSync,
  readSync,
  realpathSync,
} from 'node:fs';
import { asBytes, bytePath, join, toBuffer, utf8Of, type BytePath } from '../model/byte-path.ts';
import { InputError } from '../model/errors.ts';
import type { FileStat } from '../model/inode.ts';
import { messageUidOf } from '../model/mailbox-name.ts';
import { isTrouble, type Trouble } from '../model/trouble.ts';
import { attempt } from './attempt.ts';
import { descriptorLimit } from './descriptor-limit.ts';
import { kindOfEntry, statOf } from './file-stat.ts';
import { withShortPath } from './long-path.ts';
import { parseMountinfo } from './mountinfo.ts';
import { openForReading } from './open-for-reading.ts';
import type { Files, OpenedFile, Pin } from './os.ts';
import { O_PATH } from './linux-flags.ts';

/** For worker threads, directories being read, the output; measured use is below 64. */
const descriptorsKept = 256;
/** More would cost the kernel memory and time for little: past this, birth times identify. */
const pinsAtMost = 65_536;

export const nodeFiles: Files = {
  lstat(path) {
    return attempt(path, 'lstat', () =>
      withShortPath(path, (short) => statOf(lstatSync(toBuffer(short), { bigint: true }))),
    );
  },

  list(path, onEntry, onMessage) {
    const trouble = attempt(path, 'opendir', () => {
      const directory = withShortPath(path, (short) =>
        opendirSync(toBuffer(short), { encoding: 'latin1', bufferSize: 1024 }),
      );
      try {
        for (let entry = directory.readSync(); entry; entry = directory.readSync()) {
          const kind = kindOfEntry(entry);
          const mayBeMessage = onMessage !== undefined && (kind === 'file' || kind === 'unknown');
          const uid = mayBeMessage ? messageUidOf(entry.name) : undefined;
          if (uid === undefined) onEntry(asBytes(entry.name), kind);
          else onMessage?.(uid);
        }
      } finally {
        directory.closeSync();
      }
      return undefined;
    });
    return trouble;
  },

  holdsAnything(path) {
    const first = attempt(path, 'opendir', () => {
      const directory = withShortPath(path, (short) => opendirSync(toBuffer(short)));
      try {
        return directory.readSync();
      } finally {
        directory.closeSync();
      }
    });
    return first !== null && !isTrouble(first);
  },

  async globAreas(root) {
    const cwd = utf8Of(root);
    // fast-glob speaks UTF-8 only and drops what is not; the caller also looks for the fixed names.
    if (cwd === undefined) return [];
    // Loaded here, not above: what only reads files does without it and its dozens of modules.
    const { default: fastGlob } = await import('fast-glob');
    // Not the other one: it loads all of Node's streams.
    const names = fastGlob.sync(['sync.', 'stage.'], {
      cwd,
      deep: 1,
      onlyFiles: false,
      followSymbolicLinks: false,
      suppressErrors: true,
    });
    return names.map((name) => join(root, bytePath(name)));
  },

  read(path, limitBytes) {
    const stat = nodeFiles.lstat(path);
    if ('errno' in stat) return stat;
    if (stat.kind !== 'file') return { path, syscall: 'open', errno: 'EINVAL' };
    return attempt(path, 'read', () => {
      const fd = openForReading(path);
      try {
        const size = fstatSync(fd).size;
        if (size > limitBytes) return { path, syscall: 'read', errno: 'EFBIG' };
        const bytes = Buffer.alloc(size);
        let done = 0;
        while (done < size) {
          const count = readSync(fd, bytes, done, size - done, done);
          if (count === 0) break;
          done += count;
        }
        return bytes.subarray(0, done);
      } finally {
        closeSync(fd);
      }
    });
  },

  open(path) {
    // A device or FIFO must not even be opened (safety.md 10): the name is looked at first, the inode afterwards.
    const seen = nodeFiles.lstat(path);
    if ('errno' in seen) return seen;
    if (seen.kind !== 'file') return { path, syscall: 'open', errno: 'EINVAL' };
    return attempt(path, 'open', () => openedFile(path, withShortPath(path, openForReading)));
  },

  canonical(path) {
    // The other one, in JavaScript, takes bytes that are not UTF-8 apart as if they were.
    return attempt(path, 'realpath', () =>
      asBytes(realpathSync.native(toBuffer(path), { encoding: 'buffer' }).toString('latin1')),
    );
  },

  pin(path) {
    return attempt(path, 'open', () => {
      const fd = withShortPath(path, (short) =>
        openSync(toBuffer(short), O_PATH | constants.O_NOFOLLOW),
      );
      const pin: Pin = {
        stat: () => statOf(fstatSync(fd, { bigint: true })),
        release: () => {
          closeSync(fd);
        },
      };
      return pin;
    });
  },

  get pinLimit() {
    return Math.max(0, Math.min(descriptorLimit() - descriptorsKept, pinsAtMost));
  },

  mounts() {
    try {
      return parseMountinfo(readFileSync('/proc/self/mountinfo', 'latin1'));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === undefined) throw error;
      throw new InputError(
        `/proc/self/mountinfo cannot be read (${code}): which filesystem a spool lies on, and which processes use it, is known from /proc alone. Mount it: mount -t proc proc /proc`,
      );
    }
  },
};

function openedFile(path: BytePath, fd: number): OpenedFile | Trouble {
  const stat = (): FileStat | Trouble =>
    attempt(path, 'fstat', () => statOf(fstatSync(fd, { bigint: true })));
  const close = (): void => {
    closeSync(fd);
  };
  const opened = stat();
  if ('kind' in opened && opened.kind === 'file') {
    const readAt: OpenedFile['readAt'] = (offset, length) =>
      attempt(path, 'read', () => readPart(fd, offset, length, opened.sizeBytes));
    return { opened, stat, readAt, close };
  }
  close();
  return 'kind' in opened ? { path, syscall: 'open', errno: 'EINVAL' } : opened;
}

/**
 * The file's size bounds the memory: a length that stands in a hostile file may be anything.
 * @param knownBytes  size that it had before: up to there it is not asked again
 */
function readPart(fd: number, offset: number, length: number, knownBytes: number): Uint8Array {
  const end = offset + length <= knownBytes ? knownBytes : fstatSync(fd).size;
  const bytes = Buffer.allocUnsafe(Math.min(length, Math.max(end - offset, 0)));
  let done = 0;
  while (done < bytes.length) {
    const count = readSync(fd, bytes, done, bytes.length - done, offset + done);
    if (count === 0) break;
    done += count;
  }
  return bytes.subarray(0, done);
}
