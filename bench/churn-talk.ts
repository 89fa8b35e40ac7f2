/** What the soak and the process that uses its spool say to each other, over Node's channel between the two. */

export type ToChurn =
  | { readonly type: 'pause' }
  /** @see KnownNames.dead: those that were taken away meanwhile, and need not be known any more */
  | { readonly type: 'resume'; readonly gone: readonly string[] }
  | { readonly type: 'end' };

/** Names below the root, each with its inode number; what the churn knows is the oracle of the soak. */
export interface KnownNames {
  readonly messages: readonly (readonly [path: string, ino: string])[];
  /** Stage files of the process itself, which lives. */
  readonly live: readonly (readonly [path: string, ino: string])[];
  /** What it left under the pids of processes that never were: a crash, as the file system sees it. */
  readonly dead: readonly (readonly [path: string, ino: string])[];
  /** SHA-1 of the bytes, by inode number. */
  readonly sha1: Readonly<Record<string, string>>;
}

export type FromChurn =
  | { readonly type: 'ready' }
  | { readonly type: 'paused'; readonly operations: number; readonly known: KnownNames };
