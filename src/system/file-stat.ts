/** What Node says of a file, in our words. */
import type { BigIntStats, Dirent } from 'node:fs';
import type { FileKind, FileStat } from '../model/inode.ts';
import { inodeNumber } from './inode-number.ts';
import type { EntryKind } from './os.ts';

/** The device of the last look, since nearly all looks are at one: one bigint for a million of them. */
let lastDev = 0n;

export function statOf(stats: BigIntStats): FileStat {
  if (stats.dev !== lastDev) lastDev = stats.dev;
  const { ctimeNs, birthtimeNs } = stats;
  return {
    dev: lastDev,
    ino: inodeNumber(stats),
    kind: kindOf(stats),
    mode: Number(stats.mode & 0o7777n),
    uid: Number(stats.uid),
    gid: Number(stats.gid),
    linkCount: Number(stats.nlink),
    sizeBytes: Number(stats.size),
    modifiedNs: stats.mtimeNs,
    changedNs: ctimeNs,
    // The same of a file that nobody has changed.
    bornNs: birthtimeNs === ctimeNs ? ctimeNs : birthtimeNs,
  };
}

function kindOf(stats: BigIntStats | Dirent): FileKind {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'directory';
  if (stats.isSymbolicLink()) return 'symlink';
  if (stats.isFIFO()) return 'fifo';
  if (stats.isSocket()) return 'socket';
  return stats.isBlockDevice() ? 'block device' : 'character device';
}

export function kindOfEntry(entry: Dirent): EntryKind {
  const kind = kindOf(entry);
  // The last arm of kindOf() is also where an unknown d_type ends.
  return kind === 'character device' && !entry.isCharacterDevice() ? 'unknown' : kind;
}
