/** What a stage file is: safety.md, "Is it an orphan?". */
import type { FileKind } from '../model/inode.ts';
import type { Liveness } from '../model/owner.ts';
import type { Holder } from '../model/process.ts';
import type { Grammar } from '../model/stage.ts';
import type { Judgement, Reason, Verdict } from '../model/verdict.ts';

export interface StageFileFacts {
  /** Absent when the name fits none. */
  readonly grammar: Grammar | undefined;
  readonly kind: FileKind;
  readonly owner: Liveness;
  /** The file's user. */
  readonly uid: number;
  /** Who has it open, ourselves left out. */
  readonly holders: readonly Holder[];
  /** Users some of whose processes would not show what they have open; 'any' when processes are hidden. */
  readonly uninspectableUids: ReadonlySet<number> | 'any';
  /** The instant of the run less the ctime; the mtime may be the message's date and says nothing. */
  readonly ageNs: bigint;
  readonly minAgeSeconds: number;
}

/**
 * Precedence: unknown-name, in-use, undecided, too-young, orphan. The reasons of the verdict come first, what
 * is only worth a mention after them.
 */
export function judgeStageFile(facts: StageFileFacts): Judgement {
  const { owner, uid, holders } = facts;
  const naming: Reason[] = [
    ...(facts.grammar === undefined ? ['name-fits-no-grammar' as const] : []),
    ...(facts.kind === 'file' ? [] : ['not-a-regular-file' as const]),
  ];
  if (naming.length > 0) return { verdict: 'unknown-name', reasons: naming };

  const ownerReason = ownerReasons[owner.state];
  const heldByItsUser = holders.some((holder) => holder.uid === uid);
  if (owner.state === 'alive' || heldByItsUser) {
    return judgement('in-use', ownerReason, holders.length > 0 && 'open-in-process');
  }
  // Other users' processes are mentioned and do not veto: a backup that reads is no session.
  const mention = holders.length > 0 && 'open-in-process';
  if (owner.state === 'unknown') return judgement('undecided', ownerReason, mention);
  if (facts.uninspectableUids === 'any' || facts.uninspectableUids.has(uid)) {
    return judgement('undecided', 'process-not-inspectable', ownerReason, mention);
  }
  if (isTooYoung(facts)) return judgement('too-young', 'changed-recently', ownerReason, mention);
  return judgement('orphan', ownerReason, mention);
}

const ownerReasons = {
  alive: 'owner-alive',
  dead: 'owner-dead',
  reused: 'owner-reused',
  unknown: 'owner-unknown',
} as const satisfies Record<Liveness['state'], Reason>;

/** A time in the future has no age: a clock was wrong, and what it touched may be new, whatever the limit. */
function isTooYoung({ ageNs, minAgeSeconds }: StageFileFacts): boolean {
  // Written so that a limit that is no number keeps the file.
  return !(Number(ageNs) / 1e9 >= Math.max(0, minAgeSeconds));
}

function judgement(verdict: Verdict, ...reasons: readonly (Reason | false)[]): Judgement {
  return { verdict, reasons: reasons.filter((reason) => reason !== false) };
}
