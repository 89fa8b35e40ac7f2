/** What a comparison of two ends finds. */
import type { BytePath } from './byte-path.ts';
import type { FindingCode } from './finding.ts';
import type { ManifestMessage } from './manifest.ts';

export type End = 'a' | 'b';

/** Which end's bytes are not what its own record says. */
export type DamagedEnd = End | 'both' | 'neither';

export type DifferenceCode = Extract<
  FindingCode,
  | 'ends-differ'
  | 'only-at-a'
  | 'only-at-b'
  | 'message-guid-mismatch'
  | 'message-file-missing'
  | 'unreadable'
>;

/** One finding of a comparison. Manifests hold no paths, so a message is named by its mailbox and uid. */
export interface Difference {
  readonly code: DifferenceCode;
  /** One character per byte; absent only for places that belong to no mailbox. */
  readonly mailbox?: string;
  readonly uniqueId?: string;
  /** Absent when the whole mailbox is meant. */
  readonly messageUid?: number;
  /** How many messages, when the whole mailbox is meant. */
  readonly messages?: number;
  readonly damagedEnd?: DamagedEnd;
  readonly a?: ManifestMessage;
  readonly b?: ManifestMessage;
  /** What could not be read. */
  readonly path?: BytePath;
  readonly detail?: string;
}

/** What is known of one end when its manifest was read to its end. */
export interface EndSummary {
  /** As typed. */
  readonly file: string;
  readonly host?: string;
  readonly version?: string;
  readonly startedAt?: string;
  /** As in ManifestHeader. */
  readonly unixHierarchySep?: boolean;
  readonly finishedAt?: string;
  /** Lines that were read. */
  readonly messages: number;
  readonly mailboxes: number;
  readonly complete: boolean;
  /** One sentence without a full stop; absent when complete. */
  readonly incompleteBecause?: string;
}

export interface ComparisonTotals {
  /** Messages of which both ends have a digest. */
  readonly compared: number;
  readonly same: number;
  readonly endsDiffer: number;
  readonly onlyAtA: number;
  readonly onlyAtB: number;
  /** Of all messages, those that are not what their own end's record says. */
  readonly damagedAtA: number;
  readonly damagedAtB: number;
  /** Files that are missing where a record says that there is one. */
  readonly filesMissing: number;
  /** Seen at one end while the other could not be looked at. */
  readonly notCompared: number;
  /** Expunged, or in a deleted mailbox, and purged at the other end: each end purges on its own. */
  readonly purgedAtOneEnd: number;
  /** Differences of the first pair of manifests that the second pair does not have; 0 without a second pair. */
  readonly settled: number;
}

/** The result when all differences were told. */
export interface Comparison {
  readonly a: EndSummary;
  readonly b: EndSummary;
  readonly retry?: { readonly a: EndSummary; readonly b: EndSummary };
  readonly complete: boolean;
  readonly totals: ComparisonTotals;
  /** Sentences. */
  readonly notes: readonly string[];
}

/** What is known before the first difference: enough to begin a report. */
export interface ComparisonHeader {
  readonly version: string;
  readonly host: string;
  readonly command: readonly string[];
  readonly startedNs: bigint;
  readonly a: EndSummary;
  readonly b: EndSummary;
  readonly retry?: { readonly a: EndSummary; readonly b: EndSummary };
}
