/** After a step, every mailbox name of its inode once more: safety.md 21. */
import { sameInode, type FileStat } from '../model/inode.ts';
import { utf8Of, type BytePath } from '../model/byte-path.ts';
import type { FileStep } from '../model/plan.ts';
import { isTrouble, isVanished } from '../model/trouble.ts';
import type { Files } from '../system/os.ts';
import { isMessageLink } from './keeps-bytes.ts';

export interface MessageLook {
  /** Names that went or have another file now, in words: a user expunged, Cyrus linked anew. */
  readonly changes?: string;
  /** Bytes of a message changed under our hands: why the run must stop, in words. */
  readonly stop?: string;
}

/** Names told one by one; an inode can have thousands. */
const namedAtMost = 10;

/** To be called while a descriptor holds the inode: its number would be given away otherwise. */
export function lookAtMessages(files: Pick<Files, 'lstat'>, step: FileStep): MessageLook {
  const changes: string[] = [];
  let stop: string | undefined;
  for (const { path } of step.links.filter(isMessageLink)) {
    const now = files.lstat(path);
    if (isTrouble(now)) {
      changes.push(
        `${named(path)} ${isVanished(now) ? 'is gone' : `cannot be read: ${now.errno}`}`,
      );
    } else if (!sameInode(now, step.seen)) {
      changes.push(`${named(path)} has another inode now`);
    } else if (!isUntouched(step.seen, now)) {
      stop ??= `${named(path)} was written to while its leftover was removed: somebody uses it`;
    }
  }
  const more = changes.length - namedAtMost;
  if (more > 0) changes.splice(namedAtMost, more, `${more} more names changed`);
  return {
    ...(changes.length === 0 ? {} : { changes: changes.join('; ') }),
    ...(stop === undefined ? {} : { stop }),
  };
}

/** The bytes that were judged: nobody has written since. ctime says nothing, our own work moves it. */
export function isUntouched(seen: FileStat, now: FileStat): boolean {
  return now.sizeBytes === seen.sizeBytes && now.modifiedNs === seen.modifiedNs;
}

function named(path: BytePath): string {
  return utf8Of(path) ?? JSON.stringify(path);
}
