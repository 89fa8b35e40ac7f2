/**
 * Open directories, and the calls that change what is in them (safety.md 15, 16).
 *
 * Node has no openat and no unlinkat. A path of the form /proc/self/fd/<n>/<leaf> is both: the kernel goes from the
 * open directory itself, so neither a rename of it nor a symlink in its place can lead a call elsewhere.
 * Source: proc(5), /proc/[pid]/fd; open(2), O_PATH and O_NOFOLLOW.
 */
import { closeSync, constants, fstatSync, lstatSync, openSync } from 'node:fs';
import {
  linkSync,
  mkdirSync,
  opendirSync,
  renameSync,
  rmdirSync,
  unlinkSync,
  fsyncSync,
} from 'node:fs';
import { asBytes, join, toBuffer, type BytePath } from '../model/byte-path.ts';
import { sameInode, type InodeId } from '../model/inode.ts';
import { isTrouble, type Trouble } from '../model/trouble.ts';
import { attempt } from './attempt.ts';
import { kindOfEntry, statOf } from './file-stat.ts';
import { openForReading } from './open-for-reading.ts';
import { heldFile, writableFile } from './held-file.ts';
import type { Anchor, Changes } from './os.ts';
import { inodeNumber } from './inode-number.ts';
import { O_PATH } from './linux-flags.ts';

const directoryFlags = O_PATH | constants.O_DIRECTORY | constants.O_NOFOLLOW;

export const nodeChanges: Changes = {
  openDirectory(path, expected) {
    const parts = path.split('/').slice(1);
    if (!path.startsWith('/')) return { path, syscall: 'open', errno: 'EINVAL' };
    let here = openTop();
    for (const leaf of path === '/' ? [] : parts) {
      if (isTrouble(here)) return here;
      const below = here.openDirectory(asBytes(leaf));
      here.close();
      here = below;
    }
    return isTrouble(here) ? here : onlyIf(here, path, expected);
  },
};

/**
 * The directory `/`, and the proof that /proc/self/fd leads to where a descriptor is. It does not where no procfs is
 * mounted, or that of another pid namespace, as in a chroot.
 */
function openTop(): Anchor | Trouble {
  const proc = asBytes('/proc/self/fd');
  const top = attempt(asBytes('/'), 'open', () => openSync('/', directoryFlags));
  if (isTrouble(top)) return top;
  const seen = attempt(proc, 'lstat', () => lstatSync(`/proc/self/fd/${top}/.`, { bigint: true }));
  const isThere = !isTrouble(seen) && sameInode(seen, fstatSync(top, { bigint: true }));
  if (isThere) return new OpenDirectory(asBytes('/'), top);
  closeSync(top);
  return { path: proc, syscall: 'lstat', errno: isTrouble(seen) ? seen.errno : 'ENOTSUP' };
}

function onlyIf(anchor: Anchor, path: BytePath, expected: InodeId | undefined): Anchor | Trouble {
  if (expected === undefined || sameInode(anchor.id, expected)) return anchor;
  anchor.close();
  return { path, syscall: 'open', errno: 'ESTALE' };
}

/** One component, which cannot lead out of its directory. */
function isLeaf(leaf: BytePath): boolean {
  return leaf !== '' && leaf !== '.' && leaf !== '..' && !/[/\0]/.test(leaf);
}

class OpenDirectory implements Anchor {
  readonly id: InodeId;
  /** As it was opened; only for messages, since the directory may be elsewhere by now. */
  readonly #path: BytePath;
  readonly #fd: number;

  constructor(path: BytePath, fd: number) {
    this.#path = path;
    this.#fd = fd;
    const stats = fstatSync(fd, { bigint: true });
    this.id = { dev: stats.dev, ino: inodeNumber(stats) };
  }

  openDirectory(leaf: BytePath, expected?: InodeId): Anchor | Trouble {
    const path = join(this.#path, leaf);
    const opened = this.#call(leaf, 'open', (at) => {
      return new OpenDirectory(path, openSync(at, directoryFlags));
    });
    return isTrouble(opened) ? opened : onlyIf(opened, path, expected);
  }

  makeDirectory(leaf: BytePath, mode: number): Trouble | undefined {
    return this.#call(leaf, 'mkdir', (at) => {
      mkdirSync(at, { mode });
      return undefined;
    });
  }

  lstat(leaf: BytePath): ReturnType<Anchor['lstat']> {
    return this.#call(leaf, 'lstat', (at) => statOf(lstatSync(at, { bigint: true })));
  }

  list(onEntry: Parameters<Anchor['list']>[0]): Trouble | undefined {
    return attempt(this.#path, 'opendir', () => {
      const directory = opendirSync(`/proc/self/fd/${this.#fd}`, { encoding: 'latin1' });
      try {
        for (let entry = directory.readSync(); entry; entry = directory.readSync()) {
          onEntry(asBytes(entry.name), kindOfEntry(entry));
        }
      } finally {
        directory.closeSync();
      }
      return undefined;
    });
  }

  openFile(leaf: BytePath): ReturnType<Anchor['openFile']> {
    const path = join(this.#path, leaf);
    // A FIFO or a device must not even be opened (safety.md 10).
    const seen = this.lstat(leaf);
    if (isTrouble(seen)) return seen;
    if (seen.kind !== 'file') return { path, syscall: 'open', errno: 'EINVAL' };
    const fd = this.#call(leaf, 'open', (at) => openForReading(asBytes(at.toString('latin1'))));
    return isTrouble(fd) ? fd : heldFile(path, fd);
  }

  createFile(leaf: BytePath, mode: number): ReturnType<Anchor['createFile']> {
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_APPEND;
    const fd = this.#call(leaf, 'open', (at) => openSync(at, flags | constants.O_NOFOLLOW, mode));
    return isTrouble(fd) ? fd : writableFile(join(this.#path, leaf), fd);
  }

  appendFile(leaf: BytePath): ReturnType<Anchor['appendFile']> {
    const path = join(this.#path, leaf);
    const seen = this.lstat(leaf);
    if (isTrouble(seen)) return seen;
    if (seen.kind !== 'file') return { path, syscall: 'open', errno: 'EINVAL' };
    // Another name of it would be written to as well, and whose that is nobody knows.
    if (seen.linkCount !== 1) return { path, syscall: 'open', errno: 'EMLINK' };
    const flags =
      constants.O_WRONLY | constants.O_APPEND | constants.O_NOFOLLOW | constants.O_NONBLOCK;
    const fd = this.#call(leaf, 'open', (at) => openSync(at, flags));
    if (isTrouble(fd)) return fd;
    const opened = statOf(fstatSync(fd, { bigint: true }));
    if (sameInode(opened, seen)) return writableFile(path, fd);
    closeSync(fd);
    return { path, syscall: 'open', errno: 'ESTALE' };
  }

  rename(leaf: BytePath, to: Anchor, toLeaf: BytePath): Trouble | undefined {
    return this.#pair(leaf, to, toLeaf, 'rename', renameSync);
  }

  link(leaf: BytePath, to: Anchor, toLeaf: BytePath): Trouble | undefined {
    return this.#pair(leaf, to, toLeaf, 'link', linkSync);
  }

  unlink(leaf: BytePath): Trouble | undefined {
    return this.#call(leaf, 'unlink', (at) => {
      unlinkSync(at);
      return undefined;
    });
  }

  removeDirectory(leaf: BytePath): Trouble | undefined {
    return this.#call(leaf, 'rmdir', (at) => {
      rmdirSync(at);
      return undefined;
    });
  }

  sync(): Trouble | undefined {
    return attempt(this.#path, 'fsync', () => {
      // fsync wants a descriptor that was opened to read; O_PATH gives EBADF.
      const fd = openSync(`/proc/self/fd/${this.#fd}`, constants.O_RDONLY | constants.O_DIRECTORY);
      try {
        fsyncSync(fd);
      } finally {
        closeSync(fd);
      }
      return undefined;
    });
  }

  close(): void {
    closeSync(this.#fd);
  }

  /** Runs one call on a name in this directory; a refusal names it as people know it. */
  #call<T>(leaf: BytePath, syscall: string, call: (at: Buffer) => T): T | Trouble {
    const path = join(this.#path, leaf);
    if (!isLeaf(leaf)) return { path, syscall, errno: 'EINVAL' };
    return attempt(path, syscall, () => call(this.#at(leaf)));
  }

  #pair(
    leaf: BytePath,
    to: Anchor,
    toLeaf: BytePath,
    syscall: string,
    call: (from: Buffer, to: Buffer) => void,
  ): Trouble | undefined {
    if (!(to instanceof OpenDirectory)) throw new Error('both ends must be open directories');
    if (!isLeaf(toLeaf)) return { path: join(to.#path, toLeaf), syscall, errno: 'EINVAL' };
    return this.#call(leaf, syscall, (at) => {
      call(at, to.#at(toLeaf));
      return undefined;
    });
  }

  #at(leaf: BytePath): Buffer {
    return toBuffer(asBytes(`/proc/self/fd/${this.#fd}/${leaf}`));
  }
}
