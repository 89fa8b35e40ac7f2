/** What is to be done with a stage file: safety.md 11 to 13. */
import type { Damage } from '../model/evidence.ts';
import type { Link, LinkAccount } from '../model/link.ts';
import type { Grammar } from '../model/stage.ts';
import type { Action, Judgement, Reason } from '../model/verdict.ts';

/**
 * `unlink` only where an intact message outside the plan keeps the bytes; `quarantine` for every other orphan;
 * `keep` for whatever is no orphan.
 */
export function chooseAction(
  judgement: Judgement,
  grammar: Grammar | undefined,
  account: LinkAccount,
  damage: Damage,
): { action: Action; reasons: readonly Reason[] } {
  if (judgement.verdict !== 'orphan') return { action: 'keep', reasons: judgement.reasons };
  const doubts: Reason[] = [];
  if (grammar === 'sync-cache') doubts.push('no-message');
  if (damage === 'damaged' || account.links.some((link) => link.status === 'damaged')) {
    doubts.push('evidence-of-damage');
  }
  if (!account.complete) doubts.push('links-unseen');
  // Two orphans can be the only two names of one inode: stage names, quarantines and copies elsewhere never count.
  if (!account.links.some(keepsMessage)) {
    doubts.push(account.links.some(isMessage) ? 'no-intact-message' : 'last-name');
  }
  if (doubts.length > 0)
    return { action: 'quarantine', reasons: [...judgement.reasons, ...doubts] };
  return { action: 'unlink', reasons: [...judgement.reasons, 'all-links-found'] };
}

function isMessage(link: Link): boolean {
  return link.kind === 'mailbox' || link.kind === 'archive';
}

function keepsMessage(link: Link): boolean {
  return isMessage(link) && link.status === 'intact' && link.isLeaving !== true;
}
