/** What a stage file's bytes prove about damage, without any index. */
import type { Damage, StageContent } from '../model/evidence.ts';
import type { FindingCode } from '../model/finding.ts';
import type { StageFile } from '../model/stage.ts';

export interface ContentJudgement {
  readonly damage: Damage;
  readonly codes: readonly FindingCode[];
}

const none: ContentJudgement = { damage: 'none', codes: [] };
const unverifiable: ContentJudgement = { damage: 'unverifiable', codes: [] };
const overwritten: ContentJudgement = { damage: 'damaged', codes: ['stage-digest-mismatch'] };
const partial: ContentJudgement = { damage: 'unverifiable', codes: ['partial-message'] };

/**
 * Cyrus 2.4 and later link a stage file only after its bytes gave the SHA-1 in its name (imap/sync_support.c), so
 * a linked one that does not is overwritten. Without links it may be an upload that was cut short.
 * An empty file is no message under any grammar; one that mailboxes share is judged by their records.
 */
export function judgeContent(
  file: StageFile,
  content: StageContent | undefined,
  linkCount: number,
): ContentJudgement {
  if (content === undefined) return unverifiable;
  if (content.nameMatches === true) return none;
  if (content.nameMatches === false) return linkCount > 1 ? overwritten : partial;
  return file.stat.sizeBytes === 0 && linkCount === 1 ? partial : unverifiable;
}
