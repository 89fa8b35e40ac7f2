/** Things worth telling, each with a stable code. The words for them are in report/. */
import type { BytePath } from './byte-path.ts';

export type Severity = 'critical' | 'warning' | 'info';

/** Every code and its severity; contract.md fixes both. `critical` is only for wrong bytes. */
export const severities = {
  'message-guid-mismatch': 'critical',
  'message-size-mismatch': 'critical',
  'message-truncated': 'critical',
  'message-foreign': 'critical',
  'envelope-mismatch': 'critical',
  'shared-inode-conflict': 'critical',
  'stage-digest-mismatch': 'critical',
  'ends-differ': 'critical',
  'stage-orphan': 'warning',
  'stage-undecided': 'warning',
  'stage-unknown-name': 'warning',
  'stage-reused-pid': 'warning',
  'link-unseen': 'warning',
  'last-name': 'warning',
  'partial-message': 'warning',
  'shared-inode-unclear': 'warning',
  'message-file-missing': 'warning',
  'message-unindexed': 'warning',
  'only-at-a': 'warning',
  'only-at-b': 'warning',
  'index-old-expunge': 'warning',
  'index-corrupt': 'warning',
  unreadable: 'warning',
  'area-skipped': 'warning',
  'no-mailbox': 'warning',
  'stage-too-young': 'info',
  'stage-in-use': 'info',
  'stage-empty-directory': 'info',
  'guid-absent': 'info',
  'internaldate-mismatch': 'info',
  'index-version': 'info',
  'quarantine-kept': 'info',
} as const satisfies Record<string, Severity>;

export type FindingCode = keyof typeof severities;
export const findingCodes = Object.keys(severities) as readonly FindingCode[];

export interface MessageRef {
  readonly mailbox: string;
  readonly messageUid: number;
}

/** A file that holds the right bytes of a damaged message, on another inode: proved by its SHA-1. */
export interface GoodCopy {
  readonly path: BytePath;
  /** Whose it is. Absent: a stage file. */
  readonly message?: MessageRef;
}

export interface Finding {
  readonly code: FindingCode;
  /** What it is about; for damage the message's own name. */
  readonly path: BytePath;
  readonly mailbox?: string;
  readonly messageUid?: number;
  /** Whose message the foreign bytes really are. */
  readonly donor?: MessageRef;
  /** Where the right bytes still are. */
  readonly goodCopy?: GoodCopy;
  /** One more fact in words: an errno, the reason an area was skipped, a count. */
  readonly detail?: string;
}

export function severityOf(code: FindingCode): Severity {
  return severities[code];
}

const rank: Record<Severity, number> = { info: 0, warning: 1, critical: 2 };

/** Is `severity` at or above `floor`? */
export function reaches(severity: Severity, floor: Severity): boolean {
  return rank[severity] >= rank[floor];
}
