/** What is taken from one imapd.conf. */
import type { BytePath } from './byte-path.ts';
import type { Partition } from './partition.ts';

export interface Configuration {
  /** Path as given, for messages. */
  readonly file: string;
  readonly partitions: readonly Partition[];
  readonly defaultPartition?: string;
  readonly configDirectory?: BytePath;
  /** Where the processes register themselves; it only adds words to the evidence (safety.md 5). */
  readonly procPath?: BytePath;
  /** Hierarchy separator for commands printed to people; absent when the file leaves it to the version's default. */
  readonly unixHierarchySep?: boolean;
}

/** Everything a run works on. */
export interface Spools {
  /** All partitions of all configurations (or the plain directories): their roots are searched for names. */
  readonly partitions: readonly Partition[];
  /** Those of them whose stage areas are scanned. */
  readonly scanned: readonly Partition[];
  readonly configurations: readonly Configuration[];
  /** Sentences about what could not be consulted, for the report's notes. */
  readonly notes?: readonly string[];
}
