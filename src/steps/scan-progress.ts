/** What a scan tells while it runs. Increments come a few times a second; whoever listens may draw them. */
export interface ScanProgress {
  /** Stage files listed so far. */
  listing(stageFiles: number): void;
  digesting(done: number, total: number): void;
  /** Directory entries and directories read, and names still missing. */
  searching(entries: number, directories: number, missing: number): void;
  /** Roots whose search has begun, of how many. */
  begun(roots: number, of: number): void;
  /** Inodes with a name that has no record, before they are looked at again after a pause. */
  looking(inodes: number): void;
}

export const silent: ScanProgress = {
  listing() {},
  digesting() {},
  searching() {},
  begun() {},
  looking() {},
};
