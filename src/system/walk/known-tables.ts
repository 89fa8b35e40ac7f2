/** Inode keys as tables by device, the form in which a walker meets inode numbers. */
import { InodeTable } from '../../model/inode-table.ts';

/** @param keys as inodeKey() makes them */
export function tablesOf(keys: ReadonlySet<string>): InodeTable[] {
  const devices = new Map<string, bigint[]>();
  for (const key of keys) {
    const [dev = '', ino = ''] = key.split(':');
    const inodes = devices.get(dev);
    if (inodes) inodes.push(BigInt(ino));
    else devices.set(dev, [BigInt(ino)]);
  }
  return [...devices].map(([dev, inodes]) => InodeTable.of(BigInt(dev), inodes));
}
