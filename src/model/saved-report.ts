/** What is taken from a report that was saved as JSON: which files it calls orphans. Everything else is asked again. */
import type { BytePath } from './byte-path.ts';
import type { SavedSelection } from './selection.ts';

export interface SavedReport extends SavedSelection {
  readonly host: string;
  /** As the report has it. */
  readonly startedAt: string;
  /** Where its partitions were, to say what this run does not look at. */
  readonly roots: readonly BytePath[];
}
