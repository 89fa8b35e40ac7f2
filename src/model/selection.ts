/** Which of what a scan finds is wanted. */
import type { BytePath } from './byte-path.ts';
import type { FileStat } from './inode.ts';
import type { Area } from './stage.ts';

/** What tells whether it is still the same file. Not the device: its number may change when the host boots. */
export type SavedFile = Pick<FileStat, 'ino' | 'sizeBytes' | 'modifiedNs'>;

/** What a saved report selects, and nothing else is taken from it. */
export interface SavedSelection {
  /** The orphans, by path. */
  readonly files: ReadonlyMap<BytePath, SavedFile>;
  /** The empty pid directories. */
  readonly directories: ReadonlySet<BytePath>;
}

/** How much of what may go is wanted to go. */
export interface Policy {
  readonly only: Area | undefined;
  /** Empty means all. */
  readonly pids: ReadonlySet<number>;
  readonly saved: SavedSelection | undefined;
  /** More steps than this are refused before the first. */
  readonly maxDelete: number | undefined;
  /** For pid directories; that of files is in their verdict. */
  readonly minAgeSeconds: number;
}
