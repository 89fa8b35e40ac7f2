/**
 * The entries of a directory as a stream, on filesystems too that do not say what an entry is: XFS made before 2014
 * and ext2 made before 2002 (no filetype in the directory), some FUSE.
 *
 * There Node's opendir and readdir ask lstat themselves, and fail: a path of bytes and a name of one-byte characters
 * cannot be joined (ERR_INVALID_ARG_TYPE; lib/internal/fs/utils.js, join(), Node 20 to 24), and one entry that is
 * gone by then takes the rest of its block along. So from the first such entry on only names are read.
 */
import { opendirSync, readdirSync, type Dir, type Dirent } from 'node:fs';
import { constants } from 'node:os';
import { asBytes, toBuffer, type BytePath } from '../model/byte-path.ts';
import { withShortPath } from './long-path.ts';
import type { EntryKind } from './os.ts';

export interface Entry {
  readonly leaf: BytePath;
  readonly kind: EntryKind;
}

export class DirectoryEntries {
  readonly #path: BytePath;
  readonly #stream: Dir;
  #last: BytePath | undefined;
  #names: readonly string[] | undefined;
  #next = 0;

  private constructor(path: BytePath, stream: Dir) {
    this.#path = path;
    this.#stream = stream;
  }

  /** @throws what the OS says */
  static open(path: BytePath): DirectoryEntries {
    const stream = withShortPath(path, (short) =>
      opendirSync(toBuffer(short), { encoding: 'latin1', bufferSize: 1024 }),
    );
    return new DirectoryEntries(path, stream);
  }

  /**
   * The next entry but . and .., or undefined at the end.
   * @throws what the OS says; ESTALE where the directory changed so that its rest cannot be told from its beginning
   */
  read(): Entry | undefined {
    if (this.#names === undefined) {
      try {
        const entry = this.#stream.readSync();
        if (entry === null) return undefined;
        this.#last = asBytes(entry.name);
        return { leaf: this.#last, kind: kindOfEntry(entry) };
      } catch (error) {
        if (!isUntyped(error)) throw error;
        this.#names = this.#reread();
      }
    }
    const name = this.#names[this.#next++];
    return name === undefined ? undefined : { leaf: asBytes(name), kind: 'unknown' };
  }

  close(): void {
    this.#stream.closeSync();
  }

  /** Directories hold their order, so what follows the last entry told has not been told. */
  #reread(): readonly string[] {
    const names = withShortPath(this.#path, (short) =>
      readdirSync(toBuffer(short), { encoding: 'latin1' }),
    );
    if (this.#last === undefined) return names;
    this.#next = names.indexOf(this.#last) + 1;
    if (this.#next > 0) return names;
    const errno = -constants.errno.ESTALE;
    throw Object.assign(new Error(this.#path), { code: 'ESTALE', errno, syscall: 'readdir' });
  }
}

function isUntyped(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false;
  if (error.code === 'ERR_INVALID_ARG_TYPE') return true;
  return 'syscall' in error && error.syscall === 'lstat';
}

function kindOfEntry(entry: Dirent): EntryKind {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'directory';
  if (entry.isSymbolicLink()) return 'symlink';
  if (entry.isFIFO()) return 'fifo';
  if (entry.isSocket()) return 'socket';
  if (entry.isBlockDevice()) return 'block device';
  return entry.isCharacterDevice() ? 'character device' : 'unknown';
}
