/** Directories that are never a root, whoever names them (safety.md 3). */
import { join, type BytePath } from '../model/byte-path.ts';
import { sameInode } from '../model/inode.ts';
import { isTrouble } from '../model/trouble.ts';
import type { Files } from '../system/os.ts';

/**
 * Why a directory cannot be a root and what to name instead, or undefined when it can.
 *
 * @param path  canonical
 */
export function whyNoRoot(files: Files, path: BytePath): string | undefined {
  const stat = files.lstat(path);
  const top = files.lstat('/' as BytePath);
  // By inode too: /proc/1/root is another path of the same directory.
  if (path === '/' || (!isTrouble(stat) && !isTrouble(top) && sameInode(stat, top))) {
    return 'is the root of the whole system. Name the spool directory; to search a whole filesystem for other names add --whole-filesystem';
  }
  const area = path.split('/').find((leaf) => leaf === 'sync.' || leaf === 'stage.');
  if (area !== undefined) {
    return `lies in a stage directory. Name the directory that contains ${area}`;
  }
  const isMailbox = ['cyrus.header', 'cyrus.index'].some(
    (leaf) => !isTrouble(files.lstat(join(path, leaf))),
  );
  return isMailbox
    ? 'is a mailbox (it holds cyrus.header or cyrus.index). Name the partition that contains it'
    : undefined;
}
