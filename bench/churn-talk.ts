/** What the soak and the process that uses its spool say to each other, over Node's channel between the two. */

export type ToChurn =
  | { readonly type: 'pause' }
  /** @see KnownNames.dead: those that were taken away meanwhile, and need not be known any more */
  | { readonly type: 'resume'; readonly gone: readonly string[] }
  | { readonly type: 'end' };

/** A name below the root. Its digest lies with it: an inode number goes to another file as soon as it is free. */
export interface KnownName {
  readonly path: string;
  readonly ino: string;
  /** Of the bytes. */
  readonly sha1: string;
  /** When this name came, in milliseconds of the clock that all processes share; @see nowMs */
  readonly since: number;
  /** When the file last lost a name in a mailbox, by an expunge, a move or a rename; 0: never. */
  readonly lostName: number;
}

/** What the churn knows is the oracle of the soak. */
export interface KnownNames {
  readonly messages: readonly KnownName[];
  /** Stage files of the process itself, which lives. */
  readonly live: readonly KnownName[];
  /** What it left under the pids of processes that never were: a crash, as the file system sees it. */
  readonly dead: readonly KnownName[];
}

export type FromChurn =
  | { readonly type: 'ready' }
  | { readonly type: 'paused'; readonly operations: number; readonly known: KnownNames };

/** CLOCK_MONOTONIC, the same in every process. */
export function nowMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
