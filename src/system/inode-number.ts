/**
 * Inode numbers as the kernel has them. Node's `ino` is signed, also as a bigint: numbers from 2^63 on, which overlayfs
 * with xino=on and mergerfs give out, come as negative ones, and then no directory entry and no line of procfs fits them.
 */
export function inodeNumber({ ino }: { readonly ino: bigint }): bigint {
  return BigInt.asUintN(64, ino);
}
