/** Something the OS refused: data, not an exception. "Could not look" must never read as "nothing found". */
import type { BytePath } from './byte-path.ts';

export interface Trouble {
  readonly path: BytePath;
  /** The call that failed: lstat, open, readdir, read … */
  readonly syscall: string;
  /** ENOENT, EACCES … */
  readonly errno: string;
}

export function isTrouble(value: unknown): value is Trouble {
  return typeof value === 'object' && value !== null && 'errno' in value && 'syscall' in value;
}

/** The name went away between two looks: its owner got there first, which is no trouble. */
export function isVanished(trouble: Trouble): boolean {
  return trouble.errno === 'ENOENT';
}
