/** Does a message outside the plan still keep the bytes of a stage file (safety.md 11)? */
import { sameInode } from '../model/inode.ts';
import type { FileStep, PlannedLink } from '../model/plan.ts';
import { isTrouble } from '../model/trouble.ts';
import type { Files } from '../system/os.ts';

/** Names in mailboxes and archives: all others may go away by themselves, or are ours. */
export function isMessageLink({ kind }: PlannedLink): boolean {
  return kind === 'mailbox' || kind === 'archive';
}

/**
 * Looks at the planned intact names until one still is a name of the same file, with the bytes that were judged.
 * A descriptor holds the inode meanwhile, so that its number is nobody else's.
 */
export function keepsBytes(files: Pick<Files, 'lstat'>, { seen, links }: FileStep): boolean {
  return links.some((link) => {
    if (!link.isIntact || !isMessageLink(link)) return false;
    const now = files.lstat(link.path);
    return (
      !isTrouble(now) &&
      now.kind === 'file' &&
      sameInode(now, seen) &&
      now.sizeBytes === seen.sizeBytes &&
      now.modifiedNs === seen.modifiedNs
    );
  });
}
