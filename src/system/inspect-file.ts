/** One message file: its lstat and, when asked, its SHA-1 and its beginning, all of one moment. */
import { createHash, hash } from 'node:crypto';
import { closeSync, fstatSync, lstatSync, readSync } from 'node:fs';
import { toBuffer, type BytePath } from '../model/byte-path.ts';
import type { FileStat } from '../model/inode.ts';
import { isTrouble, type Trouble } from '../model/trouble.ts';
import { pieceBytes } from './digest-file.ts';
import { attempt } from './attempt.ts';
import { statOf } from './file-stat.ts';
import { openForReading } from './open-for-reading.ts';
import { withShortPath } from './long-path.ts';
import type { Inspection, InspectRequest } from './os.ts';
import { inodeNumber } from './inode-number.ts';

/** What of a request a thread needs. */
export interface Inspected extends Pick<InspectRequest, 'path' | 'wantsSha1' | 'wantsHead'> {
  /** Also when the inode has other names. */
  readonly readsShared: boolean;
}

/** A file that moves under three readings is being written; its reader comes back later. */
const readings = 3;
/** Most headers are shorter; one that goes on past pieceBytes is given as one that does not end. */
const usualHeadBytes = 16_384;

/**
 * @param memory of pieceBytes, used again for the next file
 * @returns      without SHA-1 when the inode has other names and `readsShared` is false; ESTALE when the bytes did
 *               not hold still
 */
export function inspectFile(file: Inspected, memory: Buffer): Inspection | Trouble {
  const { path } = file;
  for (let reading = 1; ; reading++) {
    // Before any open: safety.md 10, a FIFO among messages must not be opened.
    const stat = attempt(path, 'lstat', () =>
      withShortPath(path, (short) => statOf(lstatSync(toBuffer(short), { bigint: true }))),
    );
    if (isTrouble(stat) || stat.kind !== 'file') return isTrouble(stat) ? stat : unread(stat);
    const isRead = (file.wantsSha1 || file.wantsHead) && (file.readsShared || stat.linkCount === 1);
    if (!isRead) return unread(stat);
    const found = readFile(file, stat, memory);
    if (!isTrouble(found) || found.errno !== 'ESTALE' || reading === readings) return found;
  }
}

function unread(stat: FileStat): Inspection {
  return { stat, readBytes: 0 };
}

function readFile(file: Inspected, stat: FileStat, memory: Buffer): Inspection | Trouble {
  const { path } = file;
  const fd = attempt(path, 'open', () => withShortPath(path, openForReading));
  // A symbolic link that came after the lstat.
  if (isTrouble(fd)) return fd.errno === 'ELOOP' ? stale(path) : fd;
  try {
    return attempt(path, 'read', () => {
      let first = 0;
      let head: Uint8Array | undefined;
      // For the header alone a large attachment need not be read.
      for (const piece of file.wantsSha1 ? [pieceBytes] : [usualHeadBytes, pieceBytes]) {
        if (head !== undefined && endOfHead(head) >= 0) break;
        first += readFully(fd, memory.subarray(first), Math.min(stat.sizeBytes, piece) - first);
        // A copy: the memory is overwritten by what follows.
        if (file.wantsHead) head = headOf(memory.subarray(0, first));
      }
      const sha1 = file.wantsSha1 ? sha1Of(fd, first, stat.sizeBytes, memory) : undefined;
      const after = fstatSync(fd, { bigint: true });
      const heldStill =
        inodeNumber(after) === stat.ino &&
        after.dev === stat.dev &&
        after.size === BigInt(stat.sizeBytes) &&
        after.mtimeNs === stat.modifiedNs &&
        after.ctimeNs === stat.changedNs;
      if (!heldStill || (file.wantsSha1 && sha1 === undefined)) return stale(path);
      return {
        stat,
        ...(sha1 === undefined ? {} : { sha1 }),
        ...(head === undefined ? {} : { head }),
        readBytes: file.wantsSha1 ? stat.sizeBytes : first,
      };
    });
  } finally {
    closeSync(fd);
  }
}

function stale(path: BytePath): Trouble {
  return { path, syscall: 'read', errno: 'ESTALE' };
}

/** @returns undefined when the file ended early */
function sha1Of(fd: number, first: number, sizeBytes: number, memory: Buffer): string | undefined {
  if (first === sizeBytes) return hash('sha1', memory.subarray(0, first), 'hex');
  const sum = createHash('sha1').update(memory.subarray(0, first));
  let done = first;
  while (done < sizeBytes) {
    const count = readSync(fd, memory, 0, Math.min(pieceBytes, sizeBytes - done), null);
    if (count === 0) return undefined;
    done += count;
    sum.update(memory.subarray(0, count));
  }
  return sum.digest('hex');
}

function readFully(fd: number, memory: Buffer, wanted: number): number {
  let done = 0;
  while (done < wanted) {
    const count = readSync(fd, memory, done, wanted - done, null);
    if (count === 0) break;
    done += count;
  }
  return done;
}

/** Up to the blank line, with it: the body of a message is not posted between threads. */
function headOf(bytes: Buffer): Uint8Array {
  const end = endOfHead(bytes);
  return Uint8Array.from(end < 0 ? bytes : bytes.subarray(0, end));
}

/** The offset after the blank line, -1 when there is none. Line ends of both kinds, as Cyrus's parser takes them. */
function endOfHead(bytes: Uint8Array): number {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const short = view.indexOf('\n\n');
  const long = view.indexOf('\n\r\n');
  if (short < 0 && long < 0) return -1;
  return long < 0 || (short >= 0 && short < long) ? short + 2 : long + 3;
}
