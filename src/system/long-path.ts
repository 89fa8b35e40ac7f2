/**
 * Paths longer than PATH_MAX (4096 bytes with the NUL; path_resolution(7)). The kernel refuses them whole with
 * ENAMETOOLONG, yet such trees exist: names are moved into them, or made with relative paths. They are reached
 * through descriptors of directories on the way, by /proc/self/fd, since Node has no openat.
 */
import { closeSync, constants, openSync } from 'node:fs';
import { asBytes, leafOf, parentOf, toBuffer, type BytePath } from '../model/byte-path.ts';
import { O_PATH } from './linux-flags.ts';

/** Longest path that the kernel takes, without its NUL. */
export const pathLimit = 4095;
/** Leaves room for /proc/self/fd/<number>/ in front. */
const pieceBytes = pathLimit - 64;

/**
 * Runs `call` with a path to the same name that the kernel takes: `path` itself nearly always.
 * @throws what the OS says when a directory on the way cannot be reached
 */
export function withShortPath<T>(path: BytePath, call: (short: BytePath) => T): T {
  if (path.length <= pathLimit) return call(path);
  const fd = openParent(path);
  try {
    return call(asBytes(`/proc/self/fd/${fd}/${leafOf(path)}`));
  } finally {
    closeSync(fd);
  }
}

/** A descriptor of the directory that holds `path`; pieces end at a slash because a name has at most 255 bytes. */
function openParent(path: BytePath): number {
  let rest: string = parentOf(path);
  let fd = -1;
  while (rest !== '') {
    const cut = rest.length <= pieceBytes ? rest.length : rest.lastIndexOf('/', pieceBytes);
    const piece = rest.slice(0, cut);
    rest = rest.slice(cut + 1);
    const from = fd;
    try {
      fd = openSync(
        toBuffer(asBytes(from < 0 ? piece : `/proc/self/fd/${from}/${piece}`)),
        O_PATH | constants.O_DIRECTORY | constants.O_NOFOLLOW,
      );
    } finally {
      if (from >= 0) closeSync(from);
    }
  }
  return fd;
}
