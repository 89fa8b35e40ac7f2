/** What a scan tells while it runs. Increments come a few times a second; whoever listens may draw them. */
import type { BytePath } from '../model/byte-path.ts';

export interface ScanProgress {
  /** Stage files listed so far. */
  listing(stageFiles: number): void;
  digesting(done: number, total: number): void;
  /** Directory entries and directories read, and names still missing. */
  searching(entries: number, directories: number, missing: number): void;
  /** A root was searched to its end. */
  searched(root: BytePath, remaining: number): void;
}

export const silent: ScanProgress = {
  listing() {},
  digesting() {},
  searching() {},
  searched() {},
};
