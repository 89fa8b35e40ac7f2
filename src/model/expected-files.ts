/**
 * What message files are like when there is nothing to tell of them, in columns: an object for each of a million
 * messages costs as much as the lstat that it is for.
 */
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

/** Room for so many, in one piece of memory, since each piece is posted between threads by itself. */
export function expectedFiles(count: number, mayBeShared: boolean): ExpectedFiles {
  const memory = new ArrayBuffer(count * 28);
  return {
    sizes: new Float64Array(memory, 0, count),
    seconds: new Float64Array(memory, count * 8, count),
    nanoseconds: new Float64Array(memory, count * 16, count),
    uids: new Uint32Array(memory, count * 24, count),
    mayBeShared,
  };
}
