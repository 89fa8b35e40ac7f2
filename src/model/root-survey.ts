/** What a plan must know of a root and of the directories below it before a name in it may go. */
import type { BytePath } from './byte-path.ts';
import type { FileStat } from './inode.ts';
import type { Liveness } from './owner.ts';
import type { Root } from './partition.ts';
import type { StageDirectory } from './stage.ts';

/** A `sync./<pid>`, as it was when it was listed. */
export interface PidDirectory {
  readonly directory: StageDirectory;
  readonly seen: FileStat;
  /** The ctime that counts for its age, where an unfinished run has moved it. */
  readonly changedNs?: bigint;
  /** Of the directory itself: any Cyrus process of its pid counts as alive, whenever it began. */
  readonly owner: Liveness;
  readonly isEmpty: boolean;
}

export interface AreaSurvey {
  readonly path: BytePath;
  readonly stat: FileStat;
}

export interface RootSurvey {
  readonly root: Root;
  readonly stat: FileStat;
  /** Its `sync.` and `stage.`, those that are there. */
  readonly areas: readonly AreaSurvey[];
  /** `stagesweep.`, where there is one: what runs have left there outlives the areas. */
  readonly quarantine?: AreaSurvey;
}
