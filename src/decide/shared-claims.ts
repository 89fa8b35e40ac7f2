/**
 * Names of shared inodes while an audit goes by them, and which inodes are claimed by records that differ.
 *
 * An inode whose names have all been met and agree is forgotten: most are, since copies of one delivery agree. What
 * stays costs some 300 bytes an inode and 40 a name, so there is a limit.
 */
import type { SharedName, Suspect } from '../model/audit.ts';
import type { BytePath } from '../model/byte-path.ts';
import type { InodeKey } from '../model/inode.ts';
import type { LinkStatus } from '../model/link.ts';
import type { MessageRecord } from '../model/mailbox.ts';

interface Group {
  readonly claim: string;
  differs: boolean;
  readonly directories: BytePath[];
  readonly uids: number[];
  readonly counted: (LinkStatus | undefined)[];
}

/** Some 300 MB. */
export const inodesAtMost = 1_000_000;

export class SharedClaims {
  readonly #groups = new Map<InodeKey, Group>();
  readonly #limit: number;
  /** Names of inodes that were not followed any more. */
  unfollowed = 0;

  constructor(limit = inodesAtMost) {
    this.#limit = limit;
  }

  add(directory: BytePath, name: SharedName): void {
    let group = this.#groups.get(name.inode);
    if (group === undefined) {
      if (this.#groups.size >= this.#limit) {
        this.unfollowed += 1;
        return;
      }
      group = { claim: name.claim, differs: false, directories: [], uids: [], counted: [] };
      this.#groups.set(name.inode, group);
    }
    group.differs ||= group.claim !== name.claim;
    group.directories.push(directory);
    group.uids.push(name.messageUid);
    group.counted.push(name.counted);
    if (!group.differs && group.uids.length >= name.linkCount) this.#groups.delete(name.inode);
  }

  /** The names of all inodes whose records differ, inode by inode. Whether they contradict is judged by their bytes. */
  *disputed(): Generator<readonly Suspect[]> {
    for (const { differs, directories, uids, counted } of this.#groups.values()) {
      if (!differs) continue;
      yield directories.map((directory, at) => {
        const as = counted[at];
        return {
          directory,
          messageUid: uids[at] ?? 0,
          ...(as === undefined ? {} : { counted: as }),
        };
      });
    }
  }
}

/** Records with the same claim agree; with different ones they may. */
export function claimOf({ guid, uuid, sizeBytes }: MessageRecord): string {
  return guid ?? `${uuid ?? ''} ${sizeBytes}`;
}
