/** One way in which stage files came to be, and whose they are. */
import type { Instance } from './instance.ts';
import type { StagedFile } from './inventory.ts';

export const ends = ['master', 'replica'] as const;
export type End = (typeof ends)[number];

export interface Ends {
  readonly master: Instance;
  readonly replica: Instance;
}

export interface Situation {
  readonly name: string;
  readonly end: End;
  /** Owner of the stage files: the pid in their names. */
  readonly pid: number;
  readonly isLive: boolean;
}

export function dead(name: string, end: End, pid: number): Situation {
  return { name, end, pid, isLive: false };
}

export function live(name: string, end: End, pid: number): Situation {
  return { name, end, pid, isLive: true };
}

/**
 * What a situation left, as one line: the link count of each stage file in ascending order, and a `!` at those
 * of `sync.` whose bytes are not what their name says.
 */
export function remains(situation: Situation, files: readonly StagedFile[]): string {
  return files
    .filter((file) => file.ownerPid === situation.pid)
    .map((file) => `${file.linkCount}${isShort(file) ? '!' : ''}`)
    .sort()
    .join(' ');
}

/** Uploads are named by the SHA-1 of what they shall become. */
export function isShort(file: StagedFile): boolean {
  return file.path.includes('/sync./') && !file.path.endsWith(`/${file.sha1}`);
}
