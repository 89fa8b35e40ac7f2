/** Files held open: to prove that a name still is the file that was looked at, and to write what must last. */
import { closeSync, fstatSync, fsyncSync, readSync, writeSync } from 'node:fs';
import { createHash } from 'node:crypto';
import type { BytePath } from '../model/byte-path.ts';
import { isTrouble, type Trouble } from '../model/trouble.ts';
import { attempt } from './attempt.ts';
import { statOf } from './file-stat.ts';
import type { HeldFile, WritableFile } from './os.ts';

const pieceBytes = 1_048_576;

/** @returns EINVAL when the descriptor is of no regular file; it is closed then */
export function heldFile(path: BytePath, fd: number): HeldFile | Trouble {
  const held = new Held(path, fd);
  const stat = attempt(path, 'fstat', () => held.stat());
  if (!isTrouble(stat) && stat.kind === 'file') return held;
  held.close();
  return isTrouble(stat) ? stat : { path, syscall: 'open', errno: 'EINVAL' };
}

export function writableFile(path: BytePath, fd: number): WritableFile {
  return {
    write: (bytes) =>
      attempt(path, 'write', () => {
        // A nearly full disk takes a part and refuses the rest.
        for (let done = 0; done < bytes.length;) {
          done += writeSync(fd, bytes, done, bytes.length - done);
        }
        return undefined;
      }),
    sync: () =>
      attempt(path, 'fsync', () => {
        fsyncSync(fd);
        return undefined;
      }),
    close: () => {
      closeSync(fd);
    },
  };
}

class Held implements HeldFile {
  readonly #path: BytePath;
  readonly #fd: number;

  constructor(path: BytePath, fd: number) {
    this.#path = path;
    this.#fd = fd;
  }

  stat(): ReturnType<HeldFile['stat']> {
    return statOf(fstatSync(this.#fd, { bigint: true }));
  }

  readAt(offset: number, length: number): Uint8Array | Trouble {
    return attempt(this.#path, 'read', () => {
      // The size bounds the memory: a length that stands in a hostile file may be anything.
      const room = Math.max(fstatSync(this.#fd).size - offset, 0);
      const bytes = Buffer.allocUnsafe(Math.min(length, room));
      let done = 0;
      while (done < bytes.length) {
        const count = readSync(this.#fd, bytes, done, bytes.length - done, offset + done);
        if (count === 0) break;
        done += count;
      }
      return bytes.subarray(0, done);
    });
  }

  sha1(): string | Trouble {
    const sum = createHash('sha1');
    const trouble = this.#each((piece) => {
      sum.update(piece);
      return undefined;
    });
    return trouble ?? sum.digest('hex');
  }

  copyTo(target: WritableFile): Trouble | undefined {
    return this.#each((piece) => target.write(piece));
  }

  close(): void {
    closeSync(this.#fd);
  }

  #each(onPiece: (piece: Uint8Array) => Trouble | undefined): Trouble | undefined {
    for (let offset = 0; ;) {
      const piece = this.readAt(offset, pieceBytes);
      if (isTrouble(piece)) return piece;
      if (piece.length === 0) return undefined;
      const trouble = onPiece(piece);
      if (trouble) return trouble;
      offset += piece.length;
    }
  }
}
