/** One stage file with all that was found out about it: a row of the report. */
import type { Finding, FindingCode, MessageRef } from './finding.ts';
import type { LinkAccount } from './link.ts';
import type { Liveness } from './owner.ts';
import { stagePath, type StageFile } from './stage.ts';
import type { Action, Reason, Verdict } from './verdict.ts';

export type Damage = 'none' | 'damaged' | 'unverifiable';

/** The bytes of a stage file against its name. */
export interface StageContent {
  /** 40 lower-case hexadecimal digits; absent when the file was not read. */
  readonly sha1?: string;
  /** Only for names that claim a SHA-1. */
  readonly nameMatches?: boolean;
}

export interface Evidence extends StageContent {
  readonly file: StageFile;
  readonly owner: Liveness;
  readonly verdict: Verdict;
  /** Shared by all stage files of one inode. */
  readonly account: LinkAccount;
  readonly damage: Damage;
  readonly action: Action;
  readonly reasons: readonly Reason[];
  /** What of this is a finding. */
  readonly codes: readonly FindingCode[];
  readonly ageSeconds: number;
  /**
   * Messages with the same bytes by their records and by their SHA-1, under other inodes. Absent when nobody looked: a
   * file that mailboxes share needs no copy. Empty: none was found.
   */
  readonly redundantWith?: readonly MessageRef[];
}

/** The findings of one row; made when they are told, since there can be a million of them. */
export function findingsOf(evidence: Evidence): Finding[] {
  const path = stagePath(evidence.file);
  return evidence.codes.map((code) => ({ code, path }));
}
