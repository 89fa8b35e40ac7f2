/** Stage files: what a Cyrus process writes before, or links beside, the messages of mailboxes. */
import { join, type BytePath } from './byte-path.ts';
import type { FileStat } from './inode.ts';
import type { RootKind } from './partition.ts';

export const areaNames = ['sync', 'stage'] as const;
export type Area = (typeof areaNames)[number];

/** The name grammars of all versions; parse/stage-name.ts tells them apart. */
export type Grammar =
  'sync-2.3' | 'sync-2.4' | 'sync-cache' | 'stage-epoch' | 'stage-epoch-n' | 'stage-counter';

/** A directory that holds stage files: an area itself, or `sync./<pid>`. One object serves all its files. */
export interface StageDirectory {
  readonly path: BytePath;
  readonly dev: bigint;
  readonly ino: bigint;
  readonly area: Area;
  readonly partition: string;
  readonly rootKind: RootKind;
  /** The root that holds the area. */
  readonly root: BytePath;
  /** The pid in the name of `sync./<pid>`. */
  readonly pid?: number;
}

/** One name in a stage area. Several stage files may be names of one inode. */
export interface StageFile {
  readonly directory: StageDirectory;
  readonly leaf: BytePath;
  /** Absent when the name fits no grammar or is no regular file: reported, never touched. */
  readonly grammar?: Grammar;
  /** The directory's name under `sync.`, the first number of the file's name under `stage.`. */
  readonly ownerPid?: number;
  readonly stat: FileStat;
}

export function stagePath(file: StageFile): BytePath {
  return join(file.directory.path, file.leaf);
}

/** The SHA-1 that the name claims, for uploads and reserves of Cyrus 2.4 and later. */
export function claimedSha1(file: StageFile): string | undefined {
  return file.grammar === 'sync-2.4' ? file.leaf : undefined;
}
