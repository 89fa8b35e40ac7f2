/** What message files are like when there is nothing to tell of them, in columns as their claims. */
export interface ExpectedFiles {
  readonly uids: Uint32Array;
  /** Bytes; NaN where any size will do. */
  readonly sizes: Float64Array;
  /** mtime in whole seconds since 1970; NaN where any time will do. */
  readonly seconds: Float64Array;
  /** The rest of it, beside which 0 will do; NaN where any will do. */
  readonly nanoseconds: Float64Array;
  /** Will a file do whose inode has other names? */
  readonly mayBeShared: boolean;
}
