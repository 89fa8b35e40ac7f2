/** What procfs says about processes and clocks, before anything is concluded from it. */

export interface ProcessFacts {
  readonly pid: number;
  /** The kernel's 15-byte name. */
  readonly comm: string;
  /** The state letter of /proc/<pid>/stat; Z and X are dead processes that still hold their pid. */
  readonly state: string;
  /** Nanoseconds since 1970. */
  readonly startedNs: bigint;
  /** Effective user; absent when it could not be read. */
  readonly uid?: number;
  /** The program's path without " (deleted)"; absent when it could not be read. */
  readonly executable?: string;
  /** Identity of the pid namespace; absent when it could not be read. */
  readonly pidNamespace?: string;
  readonly arguments: readonly string[];
  /** A thread of the kernel's own: no program, no files, no user's wish behind it. */
  readonly isKernelThread?: boolean;
}

/** One look at the process table. */
export interface ProcessSurvey {
  /** The procfs that was asked. */
  readonly proc: string;
  readonly processes: ReadonlyMap<number, ProcessFacts>;
  /** Start of this kernel, nanoseconds since 1970; absent when procfs is no procfs. */
  readonly bootedNs?: bigint;
  /** Clock of that procfs less the clock of this process, in seconds. */
  readonly clockSkewSeconds: number;
  /** Why some processes may be invisible (hidepid, pid 1 not to be seen, no procfs); absent when all are seen. */
  readonly hidden?: string;
  /** Identity of the pid namespace that procfs shows. */
  readonly pidNamespace?: string;
  /** Identity of the pid namespace this process lives in, which --proc may differ from. */
  readonly ownPidNamespace?: string;
  /** Is that which procfs shows the first pid namespace, the host's? */
  readonly isHostNamespace: boolean;
}

/** A process that has one of the asked inodes open. */
export interface Holder {
  readonly pid: number;
  readonly comm: string;
  readonly uid: number;
}

/** Which processes have the asked files open, and which would not tell. */
export interface OpenFiles {
  /** By inode key. */
  readonly holders: ReadonlyMap<string, readonly Holder[]>;
  /** Processes whose descriptors could not be read. */
  readonly uninspectable: readonly Holder[];
}

/** One process, so that it is never taken for a later one with its pid. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startedAfterBootNs: bigint;
  /** Of this start of the kernel. */
  readonly bootId: string;
  /** In which `pid` is a number. */
  readonly pidNamespace: string;
  /** Effective user. */
  readonly uid: number;
}
