/** Flags of open(2) and statx(2) that node:fs does not name. Same numbers on all of Linux's common architectures. */

/** Holds an inode without opening the file: no permission is needed, no FIFO waits. */
export const O_PATH = 0o10000000;
export const O_CLOEXEC = 0o2000000;
export const AT_SYMLINK_NOFOLLOW = 0x100;
/** Reading evidence must not move its access time; refused to those who do not own the file. */
export const O_NOATIME = 0o1000000;
