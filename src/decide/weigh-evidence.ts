/** All that was found out about one stage file, as one row with what of it is a finding. */
import type { Damage, Evidence, StageContent } from '../model/evidence.ts';
import type { FindingCode, MessageRef } from '../model/finding.ts';
import type { LinkAccount } from '../model/link.ts';
import type { Liveness } from '../model/owner.ts';
import type { StageFile } from '../model/stage.ts';
import type { Judgement, Reason, Verdict } from '../model/verdict.ts';
import { chooseAction } from './choose-action.ts';
import { judgeContent } from './judge-content.ts';

export interface Facts {
  readonly file: StageFile;
  readonly owner: Liveness;
  readonly judgement: Judgement;
  readonly account: LinkAccount;
  readonly content: StageContent | undefined;
  readonly ageSeconds: number;
  readonly redundantWith?: readonly MessageRef[];
}

const codeOf: Record<Verdict, FindingCode> = {
  orphan: 'stage-orphan',
  'in-use': 'stage-in-use',
  'too-young': 'stage-too-young',
  undecided: 'stage-undecided',
  'unknown-name': 'stage-unknown-name',
};

/** @returns the function that makes rows; it shares equal lists between them, since a million rows say the same few things */
export function evidenceWeigher(): (facts: Facts) => Evidence {
  const codeLists = new Map<string, readonly FindingCode[]>();
  const reasonLists = new Map<string, readonly Reason[]>();
  return (facts) => weigh(facts, codeLists, reasonLists);
}

function weigh(
  facts: Facts,
  codeLists: Map<string, readonly FindingCode[]>,
  reasonLists: Map<string, readonly Reason[]>,
): Evidence {
  const { file, judgement, account, content } = facts;
  const judged = judgeContent(file, content, account.expected);
  const codes: FindingCode[] = [codeOf[judgement.verdict], ...judged.codes];
  if (mustBalance(judgement.verdict) && !account.complete) codes.push('link-unseen');
  if (judgement.verdict === 'orphan' && isLastName(file, account)) codes.push('last-name');
  const damage = damageOf(judged.damage, account);
  const { owner, ageSeconds, redundantWith } = facts;
  const { verdict } = judgement;
  const { action, reasons: why } = chooseAction(judgement, file.grammar, account, damage);
  const reasons = shared(reasonLists, why);
  const all = shared(codeLists, codes);
  const { sha1, nameMatches } = content ?? {};
  // Nearly all of them, and there can be a million: what is spread into an object lies outside of it, for 24 bytes more.
  if (sha1 !== undefined && nameMatches !== undefined && redundantWith === undefined) {
    return {
      file,
      owner,
      verdict,
      account,
      damage,
      action,
      reasons,
      codes: all,
      ageSeconds,
      sha1,
      nameMatches,
    };
  }
  return {
    ...{ file, owner, verdict, account, damage, action, reasons, codes: all, ageSeconds },
    ...content,
    ...(redundantWith === undefined ? {} : { redundantWith }),
  };
}

/** The name's word and the records' together: wrong bytes under any record, or right ones under one. */
function damageOf(byName: Damage, account: LinkAccount): Damage {
  if (byName === 'damaged' || account.links.some((link) => link.status === 'damaged')) {
    return 'damaged';
  }
  return account.links.some((link) => link.status === 'intact') ? 'none' : byName;
}

/** A live session moves its links all the time: its accounts are shown and prove nothing (design.md). */
export function mustBalance(verdict: Verdict): boolean {
  return verdict === 'orphan' || verdict === 'undecided';
}

/** Names in stage areas and quarantines go away by themselves: bytes that have no others are one removal from lost. */
export function isLastName(file: StageFile, account: LinkAccount): boolean {
  if (!account.complete || file.grammar === 'sync-cache') return false;
  return account.links.every((link) => link.kind === 'stage' || link.kind === 'quarantine');
}

function shared<T extends string>(
  lists: Map<string, readonly T[]>,
  list: readonly T[],
): readonly T[] {
  const key = list.join(' ');
  const known = lists.get(key);
  if (known === undefined) lists.set(key, list);
  return known ?? list;
}
