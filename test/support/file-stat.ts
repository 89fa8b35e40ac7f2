/** A FileStat with defaults, for decisions that are tested without a disk. */
import type { FileStat } from '../../src/model/inode.ts';

export function fileStat(over: Partial<FileStat> = {}): FileStat {
  return {
    dev: 1n,
    ino: 100n,
    kind: 'file',
    mode: 0o600,
    uid: 96,
    gid: 8,
    linkCount: 1,
    sizeBytes: 935,
    modifiedNs: 1_000_000_000n,
    changedNs: 1_000_000_000n,
    bornNs: 1_000_000_000n,
    ...over,
  };
}
