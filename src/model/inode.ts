/** What lstat says of a name, and which file it is. */

/** Identity of a file on this machine. Inode numbers repeat across devices, so the pair is the key. */
export interface InodeId {
  readonly dev: bigint;
  readonly ino: bigint;
}

declare const key: unique symbol;
/** An InodeId as a map key. */
export type InodeKey = string & { readonly [key]: 'InodeKey' };

export function inodeKey(id: InodeId): InodeKey {
  return `${id.dev}:${id.ino}` as InodeKey;
}

export function sameInode(a: InodeId, b: InodeId): boolean {
  return a.ino === b.ino && a.dev === b.dev;
}

/** The number in 32-bit words, as directory blocks and tables have it. */
export function halvesOf(ino: bigint): [low: number, high: number] {
  if (ino > largestExact) {
    return [Number(BigInt.asUintN(32, ino)), Number(BigInt.asUintN(32, ino >> 32n))];
  }
  // Nearly always, and without three more bigints.
  const exact = Number(ino);
  return [exact >>> 0, Math.floor(exact / 0x1_0000_0000)];
}

/** An inode number as the key of a Map, which finds a number some five times as fast as a bigint. */
export function numberKey(ino: bigint): number | bigint {
  return ino > largestExact ? ino : Number(ino);
}

const largestExact = BigInt(Number.MAX_SAFE_INTEGER);

export type FileKind =
  'file' | 'directory' | 'symlink' | 'fifo' | 'socket' | 'block device' | 'character device';

/** By number, where a look is kept or posted in columns. */
export const fileKinds: readonly FileKind[] = [
  'file',
  'directory',
  'symlink',
  'fifo',
  'socket',
  'block device',
  'character device',
];

/** One lstat. Times are nanoseconds since 1970; `bornNs` is 0n where the filesystem keeps no birth time. */
export interface FileStat extends InodeId {
  readonly kind: FileKind;
  /** Permission bits, 0o7777 at most. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly linkCount: number;
  readonly sizeBytes: number;
  readonly modifiedNs: bigint;
  readonly changedNs: bigint;
  readonly bornNs: bigint;
}

/**
 * Is this still the file that was seen, when no descriptor held it meanwhile? Inode numbers come back at once
 * (ext4: 400 create and unlink cycles gave one number), birth times do not. Without a birth time only an
 * unchanged ctime proves it.
 */
export function isSameFile(seen: FileStat, now: FileStat): boolean {
  if (!sameInode(seen, now) || seen.kind !== now.kind || seen.bornNs !== now.bornNs) return false;
  return (
    seen.bornNs !== 0n || (seen.changedNs === now.changedNs && seen.sizeBytes === now.sizeBytes)
  );
}

/** Do two looks at one inode say the same? */
export function isSameStat(a: FileStat, b: FileStat): boolean {
  return (
    sameInode(a, b) &&
    a.changedNs === b.changedNs &&
    a.modifiedNs === b.modifiedNs &&
    a.bornNs === b.bornNs &&
    a.sizeBytes === b.sizeBytes &&
    a.linkCount === b.linkCount &&
    a.kind === b.kind &&
    a.mode === b.mode &&
    a.uid === b.uid &&
    a.gid === b.gid
  );
}
