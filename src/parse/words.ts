/** The words that reports, journals and talk may hold. One of a later version is refused: its meaning is not known here. */
import type { Damage } from '../model/evidence.ts';
import type { FileKind } from '../model/inode.ts';
import type { StepOutcome } from '../model/journal.ts';
import type { LinkKind, LinkStatus, UnseenReason } from '../model/link.ts';
import type { CheckLevel } from '../model/message.ts';
import type { OwnerState } from '../model/owner.ts';
import type { RootKind } from '../model/partition.ts';
import type { NotEnteredReason } from '../model/report.ts';
import type { Area, Grammar } from '../model/stage.ts';
import type { Action, Reason, Verdict } from '../model/verdict.ts';

type Words<T extends string> = Readonly<Record<T, true>>;

export const areaWords: Words<Area> = { sync: true, stage: true };
export const grammarWords: Words<Grammar> = {
  'sync-2.3': true,
  'sync-2.4': true,
  'sync-cache': true,
  'stage-epoch': true,
  'stage-epoch-n': true,
  'stage-counter': true,
};
export const verdictWords: Words<Verdict> = {
  orphan: true,
  'in-use': true,
  'too-young': true,
  undecided: true,
  'unknown-name': true,
};
export const actionWords: Words<Action> = { unlink: true, quarantine: true, keep: true };
export const reasonWords: Words<Reason> = {
  'owner-dead': true,
  'owner-reused': true,
  'owner-alive': true,
  'owner-unknown': true,
  'open-in-process': true,
  'process-not-inspectable': true,
  'changed-recently': true,
  'name-fits-no-grammar': true,
  'not-a-regular-file': true,
  'all-links-found': true,
  'links-unseen': true,
  'last-name': true,
  'no-intact-message': true,
  'evidence-of-damage': true,
  'no-message': true,
  'not-selected': true,
  'differs-from-report': true,
  'other-owner': true,
  'not-read': true,
  'root-refused': true,
};
export const ownerWords: Words<OwnerState> = {
  alive: true,
  dead: true,
  reused: true,
  unknown: true,
};
export const damageWords: Words<Damage> = { none: true, damaged: true, unverifiable: true };
export const linkKindWords: Words<LinkKind> = {
  mailbox: true,
  stage: true,
  archive: true,
  quarantine: true,
  other: true,
};
export const linkStatusWords: Words<LinkStatus> = {
  intact: true,
  damaged: true,
  unverifiable: true,
  unindexed: true,
};
export const unseenWords: Words<UnseenReason> = {
  'unreadable-directory': true,
  'not-searched': true,
  'mount-not-entered': true,
  moving: true,
  overlay: true,
};
export const fileKindWords: Words<FileKind> = {
  file: true,
  directory: true,
  symlink: true,
  fifo: true,
  socket: true,
  'block device': true,
  'character device': true,
};
export const rootKindWords: Words<RootKind> = {
  data: true,
  archive: true,
  metadata: true,
  backup: true,
};
export const notEnteredWords: Words<NotEnteredReason> = {
  'mount point': true,
  'other device': true,
  'symbolic link': true,
};
export const checkWords: Words<CheckLevel> = { exists: true, size: true, digest: true };
export const outcomeWords: Words<StepOutcome> = {
  unlinked: true,
  quarantined: true,
  copied: true,
  'already-gone': true,
  refused: true,
  'put-back': true,
  'directory-removed': true,
  failed: true,
};
