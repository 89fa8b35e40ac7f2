/**
 * `r/rrw-------`: the kind by the directory, the kind by the inode, and the permissions, as fls writes them.
 * Source: The Sleuth Kit 4.11, tsk/fs/fs_name.c, tsk_fs_meta_make_ls and tsk_fs_name_type_str.
 */
import type { FileKind, FileStat } from '../model/inode.ts';

export function flsMode({ kind, mode }: Pick<FileStat, 'kind' | 'mode'>): string {
  return [
    kindLetters[kind],
    permissions(mode >> 6, mode & 0o4000, 's'),
    permissions(mode >> 3, mode & 0o2000, 's'),
    permissions(mode, mode & 0o1000, 't'),
  ].join('');
}

/** setuid, setgid and sticky stand in the place of the x, as capitals when there is none. */
function permissions(bits: number, isSpecial: number, mark: string): string {
  const execute = bits & 1 ? 'x' : '-';
  const shown = execute === 'x' ? mark : mark.toUpperCase();
  return `${bits & 4 ? 'r' : '-'}${bits & 2 ? 'w' : '-'}${isSpecial ? shown : execute}`;
}

const kindLetters: Readonly<Record<FileKind, string>> = {
  file: 'r/r',
  directory: 'd/d',
  symlink: 'l/l',
  fifo: 'p/p',
  // Of its inodes s is a shadow inode of Solaris: tsk_fs_meta_type_str in fs_inode.c.
  socket: 's/h',
  'block device': 'b/b',
  'character device': 'c/c',
};
