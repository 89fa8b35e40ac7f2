/** One line of mountinfo. Source: Linux Documentation/filesystems/proc.rst, section 3.5. */
import type { BytePath } from './byte-path.ts';

export interface Mount {
  readonly id: number;
  /** "254:1", the st_dev that most filesystems show; btrfs subvolumes show others. */
  readonly device: string;
  /** The directory of that filesystem which is mounted. */
  readonly root: BytePath;
  readonly point: BytePath;
  readonly filesystem: string;
  readonly options: readonly string[];
  readonly source: string;
  /** Options of the filesystem rather than of this mount: hidepid of a procfs, upperdir of an overlay. */
  readonly superOptions?: readonly string[];
}
